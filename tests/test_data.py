"""The checker of our data files finds what it is there to find."""

import json
import shutil
from pathlib import Path

import pytest

from knowledge_base.kinds import SHIPPED, read_kinds
from tools.data import MESSAGES, faults, faults_in_messages, told
from tools.pages import main as pages


@pytest.fixture
def messages(tmp_path: Path) -> Path:
    """A copy of our messages, to be spoilt."""
    return shutil.copytree(MESSAGES, tmp_path / "i18n")


def change(file: Path, key: str, text: str | None) -> None:
    """Sets the message; None takes it out."""
    written = json.loads(file.read_text("utf-8")) | {key: text}
    left = {key: text for key, text in written.items() if text is not None}
    file.write_text(json.dumps(left), "utf-8")


def broken_kind(folder: Path) -> Path:
    """Our item, of which one field has a type that is none."""
    text = (SHIPPED / "item.yaml").read_text("utf-8")
    path = folder / "item.yaml"
    path.write_text(text.replace("type: name", "type: nmae", 1), "utf-8")
    return path


def test_the_data_that_comes_with_withcare_has_no_fault() -> None:
    assert list(faults()) == []


@pytest.mark.parametrize("language", ["ar", "zh", "qqq"])
def test_a_message_that_a_language_lacks_is_found(
    messages: Path, language: str
) -> None:
    change(messages / "en.json", "one-more", "One more")
    for other in {"ar", "zh", "qqq"} - {language}:
        change(messages / f"{other}.json", "one-more", "…")
    [fault] = faults_in_messages(messages)
    assert fault.startswith(f"{language}.json has no 'one-more'")


def test_a_message_without_an_original_or_with_other_parameters_is_found(
    messages: Path,
) -> None:
    change(messages / "zh.json", "nothing", "…")
    for language, text in (("en", "$1"), ("ar", "$2"), ("zh", "$1"), ("qqq", "…")):
        change(messages / f"{language}.json", "one-more", text)
    assert list(faults_in_messages(messages)) == [
        "ar.json: 'one-more' needs the parameters $1",
        "en.json has no 'nothing' of zh.json: add it, or take it out",
    ]


def test_a_fault_in_a_kind_is_told_in_a_sentence_with_its_line(
    tmp_path: Path,
) -> None:
    [fault] = told(lambda: read_kinds([broken_kind(tmp_path)]))
    assert "item.yaml:" in fault
    assert "nmae" in fault


def test_pages_that_cannot_be_made_for_a_fault_say_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def find() -> dict[Path, str]:
        read_kinds([broken_kind(tmp_path)])
        return {}

    assert pages([], find=find) == 1
    assert "item.yaml:" in capsys.readouterr().err
