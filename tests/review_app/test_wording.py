"""The words on the screens: complete in three languages, kind, never a crash."""

import json
import re
from pathlib import Path

import pytest
from markupsafe import Markup

import review_app
from knowledge_base import work
from knowledge_base.coming import What
from knowledge_base.journeys import State
from knowledge_base.reasons import reasons
from knowledge_base.rights import Role
from knowledge_base.steps import KINDS, Voice
from policies.decision import Outcome
from policies.visibility import Visibility
from review_app.record import POLICIES
from review_app.templating import slug
from review_app.wording import Wordings, direction, is_broken, read_wordings
from review_app.work import STATES

HERE = Path(review_app.__file__).parent
LANGUAGES = ("en", "ar", "zh")
FILES = {
    name: json.loads((HERE / "i18n" / f"{name}.json").read_text("utf-8"))
    for name in (*LANGUAGES, "qqq")
}
KEYS = set(FILES["en"]) - {"@metadata"}
# style.md, "Voice"; the Arabic and Chinese words are those for the same things.
FORBIDDEN = {
    "en": r"tribes?|tribal|informants?|prehistoric|lost|myths?|mythical|objects?"
    r"|specimens?|overdue|subjects?|primitive",
    "ar": r"قبيلة|قبائل|قبلي|أسطورة|أساطير|خرافة|بدائي|عيّنة",
    "zh": r"部落|神话|原始人|标本|史前|逾期|土著",
}
NUMBERED = re.compile(r"\$\d")
CAPITALS = re.compile(r"\b(elders?|ancestors?|indigenous)\b")


@pytest.mark.parametrize("name", [*LANGUAGES, "qqq"])
def test_no_message_stands_in_a_file_twice(name: str) -> None:
    """The later one would win unseen, perhaps with words that are no longer true."""
    text = (HERE / "i18n" / f"{name}.json").read_text("utf-8")
    pairs = json.loads(text, object_pairs_hook=lambda found: found)
    keys = [key for key, _ in pairs]
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("language", ["ar", "zh", "qqq"])
def test_every_message_stands_in_every_language(language: str) -> None:
    assert set(FILES[language]) - {"@metadata"} == KEYS


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_broken_or_empty(language: str) -> None:
    assert [key for key in KEYS if is_broken(FILES[language][key])] == []


@pytest.mark.parametrize("language", ["ar", "zh"])
def test_translations_have_the_parameters_of_the_original(language: str) -> None:
    wrong = [
        key
        for key in KEYS
        if set(NUMBERED.findall(FILES[language][key]))
        != set(NUMBERED.findall(FILES["en"][key]))
    ]

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_has_a_word_that_belittles(language: str) -> None:
    pattern = FORBIDDEN[language]
    found = re.compile(rf"\b(?:{pattern})\b" if language == "en" else pattern, re.I)
    said = [*FILES[language].items()]
    said += [(why.code, why.label[language]) for why in reasons().values()]

    assert [key for key, text in said if key[0] != "@" and found.search(text)] == []


def test_elders_and_ancestors_are_written_with_capitals() -> None:
    assert [key for key in KEYS if CAPITALS.search(FILES["en"][key])] == []


def test_every_message_that_a_template_or_a_view_names_is_there() -> None:
    named = re.compile(r"message\(\s*[\"']([a-z0-9-]+)[\"'](?! ~)")
    other = re.compile(r"(?:Problem|CannotBeDone)\([^)]*\"([a-z0-9-]+)\"\)")
    files = [*HERE.rglob("*.html"), *HERE.glob("*.py")]
    wanted = {
        key
        for path in files
        for pattern in (named, other)
        for key in pattern.findall(path.read_text("utf-8"))
    }

    assert len(wanted) > 250
    assert wanted - KEYS == set()


def test_every_closed_set_has_its_words() -> None:
    wanted = [
        *(f"state-{one.value}" for one in State),
        *(f"outcome-{one.value}" for one in Outcome),
        *(f"level-{one.word}" for one in Visibility),
        *(f"role-{one.value}" for one in Role),
        *(f"who-{one.value}" for one in Voice),
        *(f"policy-{slug(one)}" for one in POLICIES),
        *(f"month-{one}" for one in range(1, 13)),
        *(f"coming-{one.value}" for one in What),
        *(f"work-kind-{one}" for one in (*work.KINDS, *work.ASKED_FOR)),
        *(f"state-job-{one}" for one in STATES),
    ]

    assert [key for key in wanted if key not in KEYS] == []


def test_every_kind_of_step_has_an_include_of_its_own() -> None:
    folder = HERE / "templates" / "history"

    assert {path.stem for path in folder.iterdir()} == {kind for kind, _ in KINDS}


def test_every_reason_has_words_and_is_offered_somewhere_or_kept() -> None:
    for why in reasons().values():
        assert set(why.label) == set(LANGUAGES)


# --- the loader


@pytest.fixture
def wordings() -> Wordings:
    return Wordings(
        {
            "en": {"a": "one $1", "b": "b", "n": "{{PLURAL:$1|one|$1 many}}"},
            "ar": {
                "a": "{{PLURAL:$1|",
                "n": "{{PLURAL:$1|صفر|واحد|اثنان|قلة|كثرة|آخر}}",
            },
            "gwi": {"a": "jii $1", "n": "{{PLURAL:$1|ch'ihłak|$1 lęįį}}"},
        }
    )


def test_a_broken_or_missing_message_comes_from_the_next_language(
    wordings: Wordings,
) -> None:
    assert wordings.say("ar", "a", "x") == "one x"
    assert wordings.say("gwi-CA", "b") == "b"
    assert wordings.say("xx", "nowhere") == "⧼nowhere⧽"


def test_any_tag_at_all_gets_words(wordings: Wordings) -> None:
    for tag in ("gwi", "art-x-invented", "zh-Hant-TW", "x-own", "cr-Cans"):
        assert wordings.say(tag, "n", 3)
    assert wordings.say("gwi", "n", 1) == "1 lęįį"  # no rule is known: always *other*


def test_arabic_counts_in_six_ways(wordings: Wordings) -> None:
    said = [str(wordings.say("ar", "n", n)) for n in (0, 1, 2, 3, 11, 100)]

    assert said == ["صفر", "واحد", "اثنان", "قلة", "كثرة", "آخر"]


def test_what_people_wrote_is_escaped_and_markup_is_not(wordings: Wordings) -> None:
    assert wordings.say("en", "a", "<b>$2") == "one &lt;b&gt;$2"
    assert wordings.say("en", "a", Markup("<b>x</b>")) == "one <b>x</b>"


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("ar", "rtl"), ("en", "ltr"), ("pa-Arab", "rtl"), ("ar-Latn", "ltr")],
)
def test_the_direction_follows_the_script(tag: str, expected: str) -> None:
    assert direction(tag) == expected


def test_a_file_that_cannot_be_read_counts_as_not_there(tmp_path: Path) -> None:
    (tmp_path / "en.json").write_text('{"a": "a"}')
    (tmp_path / "ar.json").write_text("{broken")
    (tmp_path / "zh.json").write_text('["a"]')

    found = read_wordings(tmp_path)

    assert [found.say(one, "a") for one in ("ar", "zh", "en")] == ["a", "a", "a"]


def test_what_follows_a_colon_stands_in_its_message() -> None:
    """A template would put its own space there, which some languages do not have."""
    colons = {k for n in LANGUAGES for k in KEYS if FILES[n][k].strip()[-1] in ":："}
    goes_on = re.compile(r"message\('([a-z0-9-]+)'[^}]*\}\}(?!</)")
    found = {
        (path.name, key)
        for path in HERE.rglob("*.html")
        for key in goes_on.findall(path.read_text("utf-8"))
        if key in colons
    }

    assert found == set()
