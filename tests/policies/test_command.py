"""`withcare policies`: what a person sees who checks the rules."""

from click.testing import CliRunner, Result

from policies.errors import WithcareError
from withcare.commands.policies import policies


def run(*words: str) -> Result:
    return CliRunner().invoke(policies, words)


def test_check_says_that_all_is_well_and_which_rulebook_it_is() -> None:
    result = run("check")
    assert result.exit_code == 0
    assert "30 labels, 12 notices: no fault." in result.output


def test_check_can_name_every_rule() -> None:
    assert "tk-secret-sacred  (Local Contexts: TK Secret / Sacred)" in (
        run("check", "--list").output
    )


def test_cases_of_one_rule_are_shown_in_plain_words() -> None:
    result = run("cases", "tk-clan")
    assert result.exit_code == 0
    assert "ok  tk-clan-1: Its community has not been heard. → none" in result.output


def test_a_rule_that_is_not_there_is_an_error() -> None:
    assert isinstance(run("cases", "tk-clam").exception, WithcareError)
