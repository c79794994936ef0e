"""The registry: complete, keyed by (family, type), and in words of our own."""

import csv
import os
from pathlib import Path

import pytest

from policies.errors import PolicyFileError
from policies.labels import LANGUAGES, read_registry, registry

SHARED = Path(os.environ.get("WITHCARE_SHARED", "../shared")) / "data" / "registry"

# A slice that other systems got wrong: swapped codes, and types in both families.
PINNED = {
    ("tk", "seasonal"): "tks",
    ("tk", "secret_sacred"): "tkss",
    ("tk", "clan"): "tkcl",
    ("bc", "clan"): "bccl",
    ("tk", "outreach"): "tko",
    ("bc", "outreach"): "bco",
    ("tk", "non_commercial"): "tknc",
    ("bc", "non_commercial"): "bcnc",
    ("tk", "men_restricted"): "tkmr",
    ("tk", "women_restricted"): "tkwr",
    ("tk", "tk_multiple_community"): "tkmc",
    ("bc", "multiple_community"): "bcmc",
}


@pytest.mark.parametrize(("identity", "code"), PINNED.items())
def test_a_label_is_found_by_family_and_type(
    identity: tuple[str, str], code: str
) -> None:
    found = registry().find_label(*identity)
    assert found is not None
    assert found.code == code


def test_there_are_thirty_labels_and_twelve_notices() -> None:
    families = [label.family for label in registry().labels.values()]
    assert (families.count("tk"), families.count("bc")) == (20, 10)  # type: ignore[arg-type] # a StrEnum is a str
    assert len(registry().notices) == 12


def test_what_is_not_in_the_registry_is_not_found() -> None:
    assert registry().find_label("bc", "seasonal") is None
    assert registry().find_notice("clan") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_has_a_paraphrase_in_each_language(language: str) -> None:
    said = [label.paraphrase for label in registry().labels.values()]
    said += [notice.paraphrase for notice in registry().notices.values()]
    assert all(paraphrase[language].strip() for paraphrase in said)


def test_the_registry_equals_the_published_list() -> None:
    if not SHARED.is_dir():
        pytest.skip(f"the published registry is not at {SHARED}; set WITHCARE_SHARED")
    labels = list(
        csv.DictReader((SHARED / "labels.csv").read_text("utf-8").splitlines())
    )
    ours = [
        (x.family, x.label_type, x.code, x.name, x.category, x.page)
        for x in registry().labels.values()
    ]
    assert ours == [tuple(row.values()) for row in labels]
    notices = list(
        csv.DictReader((SHARED / "notices.csv").read_text("utf-8").splitlines())
    )
    said = {True: "yes", False: "no"}
    known = [
        (x.notice_type, x.name, x.kind, said[x.in_hub_api], x.page)
        for x in registry().notices.values()
    ]
    assert known == [tuple(row.values()) for row in notices]


def test_a_label_that_stands_twice_is_refused(tmp_path: Path) -> None:
    entry = (
        "- {family: tk, label_type: clan, code: x, name: x, category: protocol, "
        "page: x, paraphrase: {en: x}}\n"
    )
    notice = (
        "- {notice_type: n, name: x, kind: disclosure, in_hub_api: no, page: x, "
        "paraphrase: {en: x}}\n"
    )
    (tmp_path / "labels.yaml").write_text(entry * 2)
    (tmp_path / "notices.yaml").write_text(notice * 2)
    with pytest.raises(PolicyFileError) as refused:
        read_registry(tmp_path)
    assert [fault.line for fault in refused.value.faults] == [2, 2]
