"""The pages say all that there is, nothing that is not, and in words that are ours."""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from knowledge_base.journeys import State
from knowledge_base.kinds import shipped_kinds
from knowledge_base.reasons import reasons
from knowledge_base.settings import VARIABLES, WRITTEN, Place, Settings
from knowledge_base.steps import KINDS, Voice
from policies.conditions import ConditionReader
from policies.decision import DutyKind
from policies.purposes import Purpose
from policies.rules import Who, Written
from policies.scene import BOUND, FACTS
from policies.shapes import Reader
from policies.triggers import KEYS, TriggerKind
from policies.visibility import Visibility
from tools.pages import MADE, commands, old_pages
from withcare.cli import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *DOCS.rglob("*.md"),
        *(ROOT / ".github").rglob("*.md"),
        *(ROOT / "withcare/demo").rglob("*.md"),
    ]
)
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


def page(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def codes(text: str) -> set[str]:
    """What stands in `code` on a page, outside of blocks of it."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return set(re.findall(r"`([^`\n]+)`", prose))


def without_code(text: str) -> str:
    """The prose alone: words quoted as `code` name things and are not said."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]+`", "", prose)


# --- everything there is, is in them


def test_the_parts_made_from_the_code_are_current() -> None:
    assert sorted(path.name for path in old_pages()) == []


@pytest.mark.parametrize("name", MADE)
def test_every_made_part_stands_in_a_page(name: str) -> None:
    assert any(f"<!-- made: {name} -->" in one.read_text("utf-8") for one in PAGES)


def test_every_command_is_documented() -> None:
    shown = page("commands.md")

    for later in COMMANDS:
        assert f"withcare {later.command_name}" in shown
    for told in commands():
        assert told.splitlines()[0] in shown


def test_every_setting_is_documented() -> None:
    documented = {code.strip("[]") for code in codes(page("settings.md"))}

    for written in WRITTEN.values():
        assert written <= documented
    of_tests = ("WITHCARE_SHARED", "WITHCARE_SANDBOX", "WITHCARE_BENCH")
    assert {name for name in VARIABLES if not name.startswith(of_tests)} <= documented


def test_the_example_holds_every_setting() -> None:
    example = (ROOT / "knowledge_base/settings.example.toml").read_text("utf-8")
    written = tomllib.loads(example.replace("# database =", "database ="))

    assert set(written) == WRITTEN[Settings]
    assert set(written["destinations"][0]) == WRITTEN[Place]


def test_every_kind_is_documented() -> None:
    assert set(shipped_kinds()) <= codes(page("architecture.md"))


def test_every_state_is_explained() -> None:
    explained = set(re.findall(r"^\| `([a-z-]+)` \|", page("architecture.md"), re.M))

    assert {state.value for state in State} <= explained


def test_every_step_is_explained_and_no_other() -> None:
    steps, _, voices = page("steps.md").partition("## In whose name")
    explained = {
        code
        for row in re.findall(r"^\| (`[^|]+) \|", steps, re.M)
        for code in codes(row)
    }

    assert explained == {kind for kind, _ in KINDS}
    assert {voice.value for voice in Voice} <= codes(voices)


def test_every_word_of_a_rule_is_explained() -> None:
    explained = codes(page("rules.md"))
    keys = {key for known in KEYS.values() for key in known}

    assert {kind.value for kind in TriggerKind} | keys <= explained
    assert {*Written.__dataclass_fields__} <= explained
    assert {who.value for who in Who} | {duty.value for duty in DutyKind} <= explained
    assert {level.word for level in Visibility} | {*Purpose} <= explained


def test_every_fact_and_condition_is_explained() -> None:
    explained = codes(page("rules.md"))
    bound = {name for names in BOUND.values() for name in names}
    words = {code.partition(":")[0] for code in explained}

    assert {*FACTS} | bound <= explained
    assert {*ConditionReader(Reader(), "label").words} <= words


def test_every_word_of_the_glossary_is_there() -> None:
    glossary = set(re.findall(r"^\| \*\*(.+?)\*\* \|", page("glossary.md"), re.M))
    words = {word for entry in glossary for word in entry.split(", ")}

    # One name for one thing: these are the names.
    assert words >= {
        *("record", "kind", "community", "steward", "party", "protocol"),
        *("the community's words", "label", "notice", "rule", "rulebook", "finding"),
        *("flag", "question", "visibility", "duty", "destination", "purpose"),
        *("decision", "approval", "refusal", "public view", "desk view", "report"),
        *("proposal", "journey", "step", "history", "withdrawal", "marker"),
        *("handbook", "edition", "unit", "chain", "season", "collection"),
    }


def test_every_rule_page_named_in_a_rule_is_there() -> None:
    for file in (ROOT / "policies").rglob("*.yaml"):
        for named in re.findall(r"docs/[\w/-]+\.md", file.read_text("utf-8")):
            assert (ROOT / named).is_file(), f"{file.name} names {named}"


# --- nothing that is not


@pytest.mark.parametrize("one", PAGES, ids=NAMES)
def test_every_link_leads_somewhere(one: Path) -> None:
    text = one.read_text("utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(text)):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        found = (one.parent / file).resolve() if file else one
        assert found.exists(), f"{one.name} links to {target}"
        if anchor:
            assert anchor in anchors(found), f"{one.name} links to {target}"


def anchors(file: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.M)
    return {
        re.sub(r"[^\w -]", "", head).strip().lower().replace(" ", "-") for head in heads
    }


@pytest.mark.parametrize("one", PAGES, ids=NAMES)
def test_no_page_knows_the_machine_it_was_written_on(one: Path) -> None:
    path = r"(?<![\w.])/(home|Users|root|tmp|work|mnt|var/folders)/|[A-Z]:\\"

    assert re.findall(path, one.read_text("utf-8")) == []


def proofs() -> Iterator[str]:
    for row in page("promises.md").splitlines():
        cells = row.split("|")
        if len(cells) == 6:
            yield from codes(cells[3])


def test_a_promise_names_only_proofs_that_are_there() -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M)
    named = sorted(set(proofs()))

    assert len(named) > 20
    for proof in named:
        if proof.startswith("make "):
            assert proof.split()[1] in targets, proof
            continue
        file, _, test = proof.partition("::")
        assert (ROOT / file).is_file(), proof
        if test:
            name = test.partition("[")[0]
            assert f"def {name}(" in (ROOT / file).read_text("utf-8"), proof


def test_every_promise_without_a_proof_claims_nothing() -> None:
    for row in page("promises.md").splitlines():
        cells = [cell.strip() for cell in row.split("|")]
        if len(cells) == 6 and not cells[3]:
            assert cells[4] in ("", "later"), row


def test_every_reason_named_in_a_page_can_be_given() -> None:
    known = reasons()

    for one in PAGES:
        for code in re.findall(r"--reason ([a-z-]+)", one.read_text("utf-8")):
            assert code in known, f"{one.name}: {code}"


# --- in our words

# The list of the house, as whole words, over all prose in English: pages, messages,
# what the wiki shows, what rules and kinds say. Words within code are quoted, not
# said. Whether "object" is said of a person's remains only a reader can tell.
NEVER = re.compile(
    r"\b(tribes?|tribal|informants?|subjects?|prehistoric|prehistory|lost|myths?"
    r"|mythical|specimens?)\b",
    re.IGNORECASE,
)
SMALL = re.compile(r"\b(elders?|ancestors?|indigenous)\b")


def messages() -> Iterator[tuple[str, str]]:
    """What people read on screens and wikis, in English: (where, words)."""
    for name in ("review_app/i18n/en.json", "wikibot/i18n/en.json"):
        file = ROOT / name
        if file.exists():
            for key, words in json.loads(file.read_text("utf-8")).items():
                if isinstance(words, str):
                    yield f"{name}: {key}", words
    for file in (ROOT / "wikibot/onwiki/texts").glob("*.en.wiki"):
        yield file.name, file.read_text("utf-8")
    for file in sorted((ROOT / "policies/rules").glob("*.yaml")):
        for line in re.findall(r"\ben: \"(.*)\"", file.read_text("utf-8")):
            yield file.name, line
    for kind in shipped_kinds().values():
        yield f"kind {kind.kind}", " ".join(said_by(kind))


def said_by(kind: object) -> Iterable[str]:
    assert kind is not None
    for field in getattr(kind, "fields", ()):
        yield field.label["en"]
        yield (field.help or {}).get("en", "")


@pytest.mark.parametrize("one", PAGES, ids=NAMES)
def test_the_words_of_a_page_are_ours(one: Path) -> None:
    prose = without_code(one.read_text("utf-8"))

    assert NEVER.findall(prose) == []
    assert SMALL.findall(prose) == []


def test_the_words_on_every_screen_are_ours() -> None:
    for where, words in messages():
        assert NEVER.findall(words) == [], where
        assert SMALL.findall(words) == [], where


def test_the_wording_test_finds_what_it_is_for() -> None:
    assert NEVER.findall("A Tribe of informants; the subject was lost") != []
    assert SMALL.findall("an elder") == ["elder"]
    assert NEVER.findall(without_code("never `tribe`")) == []
