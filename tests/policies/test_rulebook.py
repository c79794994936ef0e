"""The rulebook: what is wrong in a rule is told, and what is right has a version."""

from pathlib import Path

import pytest

from policies.errors import PolicyFileError
from policies.labels import LANGUAGES
from policies.rulebook import SHIPPED, NoSuchRule, Rulebook
from policies.rules import Who
from policies.triggers import TriggerKind

BASE = SHIPPED / "base.yaml"
GOOD = """
- id: ours
  source: {title: A source, address: "", date: "2026"}
  trigger: {label: tk/clan}
  when: {eq: [destination.is_ours, no]}
  lifted_by: the label's community
  question:
    to: the label's community
    public: {en: Words., ar: كلمات., zh: 文字。}
    internal: {en: More., ar: المزيد., zh: 更多。}
"""


def book(tmp_path: Path, text: str) -> Rulebook:
    file = tmp_path / "rules.yaml"
    file.write_text(text, encoding="utf-8")
    return Rulebook.read([BASE, file])


def test_a_rule_is_read_whole(tmp_path: Path) -> None:
    rule = book(tmp_path, GOOD).rule("ours")
    assert rule.trigger.keys == ("tk/clan",)
    assert rule.used == ("destination.is_ours",)
    assert (rule.file, rule.line) == (str(tmp_path / "rules.yaml"), 2)


WRONG = [
    ("tk/clan", "tk/clam", "did you mean 'tk/clan'?"),
    ("trigger: {label: tk/clan}", "trigger: {lable: tk/clan}", "mean 'label'?"),
    ("{label: tk/clan}", "{label: tk/clan, notice: biocultural}", "one trigger"),
    ("{label: tk/clan}", "{label: {a: b}}", "a text is needed"),
    ("destination.is_ours", "destination.is_our", "mean 'destination.is_ours'?"),
    ("{eq: [destination.is_ours, no]}", "{eq: [labels, tk/clan]}", "a set"),
    ("{eq: [destination.is_ours, no]}", "{has: [kind, item]}", "one value"),
    ("{eq: [destination.is_ours, no]}", "{eqq: [kind, item]}", "mean 'eq'?"),
    ("{eq: [destination.is_ours, no]}", "{eq: [kind]}", "two entries"),
    ("{eq: [destination.is_ours, no]}", "{}", "exactly one word"),
    ("{eq: [destination.is_ours, no]}", "{all: []}", "no condition"),
    ("{eq: [destination.is_ours, no]}", "{before: soon}", "no date"),
    ("{eq: [destination.is_ours, no]}", "{within: [2026-01-01]}", "two entries"),
    ("{eq: [destination.is_ours, no]}", "{season_is: shut}", "one of: closed, open"),
    (
        "{eq: [destination.is_ours, no]}",
        "{licence_allows: [licences.metadata, cc-by-5.0]}",
        "no licence known",
    ),
    ("{eq: [destination.is_ours, no]}", "{licence_allows: [a]}", "two entries"),
    (
        "{eq: [destination.is_ours, no]}",
        "{not: {has: [labels, tk/verified]}}",
        "undoes it",
    ),
    ("lifted_by: the label's", "lifted_by: the lable's", "the label's community"),
    ("lifted_by: the label's community", "lifted_by: the family", "means nothing"),
    ("lifted_by", "meanwhile: full\n  at_most: stub\n  lifted_by", "shows more"),
    (", zh: 文字。", "", "the public reason has no words in 'zh'"),
    ("{en: More., ", "{", "the internal reason has no words in 'en'"),
    ("ar: المزيد., ", "", "the internal reason has no words in 'ar'"),
    (", zh: 更多。", "", "the internal reason has no words in 'zh'"),
    ("zh: 更多。", "zh: ' '", "the internal reason has no words in 'zh'"),
    ("{en: Words., ar", "{en: 'About {title}.', ar", "placeholder"),
    ("zh: 更多。", "zh: '{title}'", "placeholder"),
    ("trigger: {label: tk/clan}", "trigger: {not_known: labels}", "can only hold"),
    ("trigger: {label: tk/clan}", "trigger: {concern: some}", "never applies"),
]


@pytest.mark.parametrize(("old", "new", "said"), WRONG)
def test_a_faulty_rule_is_told_and_nothing_is_in_force(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    with pytest.raises(PolicyFileError, match="rules.yaml:") as refused:
        book(tmp_path, GOOD.replace(old, new))
    assert said in str(refused.value)


def test_a_season_is_asked_only_of_a_label(tmp_path: Path) -> None:
    text = GOOD.replace("label: tk/clan", "always: yes").replace(
        "{eq: [destination.is_ours, no]}", "{season_is: open}"
    )
    with pytest.raises(PolicyFileError, match="only a label has a season"):
        book(tmp_path, text.replace("the label's community", "the archivist"))


def test_the_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    one, other = tmp_path / "one.yaml", tmp_path / "other.yaml"
    one.write_text(GOOD.replace("tk/clan", "tk/clam"), encoding="utf-8")
    other.write_text("- &x a\n", encoding="utf-8")
    with pytest.raises(PolicyFileError) as refused:
        Rulebook.read([one, other])
    assert {Path(f.file).name for f in refused.value.faults} == {one.name, other.name}


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyFileError, match="a second time"):
        book(tmp_path, GOOD * 2)


def test_a_rulebook_without_words_for_the_engines_holds_is_refused() -> None:
    rules = [r for r in Rulebook.shipped().rules if r.id != "not-screened"]
    with pytest.raises(PolicyFileError, match="not_known: findings"):
        Rulebook.of(rules)


def test_asking_for_a_rule_that_is_not_there_raises() -> None:
    with pytest.raises(NoSuchRule, match="no rule 'none-such'"):
        Rulebook.shipped().rule("none-such")


def test_the_version_follows_the_rules_and_not_their_order() -> None:
    shipped = Rulebook.shipped()
    turned = Rulebook.of(reversed(shipped.rules))
    fewer = Rulebook.of(r for r in shipped.rules if r.id != "tk-clan")
    assert turned.version == shipped.version
    assert fewer.version != shipped.version
    assert len(shipped.version) == 16


def test_every_trigger_is_used_by_a_shipped_rule() -> None:
    used = {rule.trigger.kind for rule in Rulebook.shipped().rules}
    assert used == set(TriggerKind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_public_reason_names_what_it_protects(language: str) -> None:
    telling = ("sacred", "secret", "burial", "remains", "women", "men ", "clan")
    for rule in Rulebook.shipped().rules:
        said = f"{rule.question.public[language]} ".lower()
        assert not any(word in said for word in telling), rule.id


def test_secret_labels_say_outside_what_any_withheld_record_says() -> None:
    secret = [r for r in Rulebook.shipped().rules if r.keeps_secret]
    assert len(secret) == 3
    assert {r.question.public["en"] for r in secret} == {"This is not shown."}
    assert {r.question.to for r in secret} == {Who.NOBODY}
