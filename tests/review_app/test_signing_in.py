"""Coming in and going out: by password, by link, from every browser at once."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from knowledge_base.accounts import suspend_account
from knowledge_base.passwords import set_password
from knowledge_base.sign_ins import SEEN_EVERY, SIGN_IN_LASTS
from knowledge_base.tables import counters, links, sign_ins
from review_app import auth
from review_app.guests import COOKIE, KNOWN_COOKIE, may_try, signed
from tests.review_app.reading import Page
from tests.review_app.table import Person, Table

PASSWORD = "a lantern on the bay"


def with_password(table: Table, name: str) -> None:
    account = table.actors[name].account or ""
    set_password(table.store, account, PASSWORD, now=table.later())


def signs_in(person: Person, name: str, password: str = PASSWORD) -> int:
    page = person.reads("/sign-in")
    return person.sends(page, "/sign-in", name=name, password=password).status_code


def is_in(person: Person) -> bool:
    return person.opens("/account").status_code == 200


def test_a_name_and_its_password_open_the_door(table: Table) -> None:
    with_password(table, "tamsel")
    person = table.newcomer()

    assert signs_in(person, "tamsel") == 303
    assert is_in(person)


@pytest.mark.parametrize(
    ("name", "password"), [("tamsel", "wrong"), ("nobody", PASSWORD), ("ilse", "")]
)
def test_a_wrong_name_and_a_wrong_password_look_alike(
    table: Table, name: str, password: str
) -> None:
    with_password(table, "tamsel")
    person = table.newcomer()

    assert signs_in(person, name, password) == 422
    assert not is_in(person)


def test_after_many_tries_the_door_stays_shut_for_a_while(table: Table) -> None:
    with_password(table, "tamsel")
    person = table.newcomer()
    codes = [signs_in(person, "tamsel", "wrong") for _ in range(16)]

    assert codes[-1] == 429
    assert signs_in(person, "tamsel") == 429
    table.now += timedelta(minutes=16)
    assert signs_in(person, "tamsel") == 303


def test_no_address_is_kept_with_the_counters(table: Table) -> None:
    signs_in(table.newcomer(), "tamsel")

    with table.store.reading() as db:
        kept = [str(row) for row in db.execute(select(counters))]
    assert kept
    assert not any("127.0.0.1" in row or "tamsel" in row for row in kept)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(table: Table) -> None:
    with_password(table, "tamsel")
    person = table.newcomer()
    page = person.reads("/sign-in")

    answer = person.sends(page, "/sign-in", name="tamsel", password=PASSWORD)

    cookie = next(x for x in answer.headers.getlist("Set-Cookie") if "withcare=" in x)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_looking_at_a_link_does_not_use_it_and_the_button_does_once(
    table: Table,
) -> None:
    link = f"/link/{table.link_for('ilse')}"
    person, other = table.newcomer(), table.newcomer()
    person.opens(link)

    first = person.sends(person.reads(link), "/link")
    second = other.sends(other.reads(link), "/link")

    assert (first.status_code, second.status_code) == (303, 410)
    assert is_in(person)
    assert not is_in(other)


def test_a_link_that_never_was_looks_like_one_that_was_used(table: Table) -> None:
    person = table.newcomer()

    assert person.opens("/link/never-was").status_code == 200
    assert person.sends(person.reads("/link/x"), "/link").status_code == 410


def test_signing_in_anew_ends_the_sign_in_the_browser_had(table: Table) -> None:
    with_password(table, "ilse")
    person = table.person("tamsel")
    old = person.client.get_cookie(COOKIE)
    assert old is not None

    signs_in(person, "ilse")

    thief = table.newcomer()
    thief.client.set_cookie(COOKIE, old.value)
    assert not is_in(thief)


def test_signing_out_everywhere_ends_every_sign_in(table: Table) -> None:
    with_password(table, "tamsel")
    one, other = table.newcomer(), table.newcomer()
    signs_in(one, "tamsel")
    signs_in(other, "tamsel")

    one.sends(one.reads("/account"), "/sign-out-everywhere")

    assert not is_in(one)
    assert not is_in(other)


def test_one_sign_in_can_be_ended_from_another(table: Table) -> None:
    with_password(table, "tamsel")
    one, other = table.newcomer(), table.newcomer()
    signs_in(one, "tamsel")
    table.later()
    signs_in(other, "tamsel")
    ends = [x for x in other.reads("/account").forms if x.action.endswith("/end")]

    other.sends_form(ends[-1])  # the oldest stands last

    assert not is_in(one)
    assert is_in(other)


def test_a_new_password_ends_every_other_sign_in(table: Table) -> None:
    with_password(table, "tamsel")
    one, other = table.newcomer(), table.newcomer()
    signs_in(one, "tamsel")
    signs_in(other, "tamsel")

    changes_password(one, PASSWORD)

    assert is_in(one)
    assert not is_in(other)
    assert signs_in(table.newcomer(), "tamsel", "another lantern") == 303


def changes_password(person: Person, present: str) -> int:
    page = person.reads("/account")
    sent = {"present": present, "password": "another lantern"}
    return person.sends(page, "/account/password", **sent).status_code


@pytest.mark.parametrize("present", ["", "wrong", "x" * 501, "another lantern"])
def test_whoever_finds_a_browser_open_cannot_choose_a_password(
    table: Table, present: str
) -> None:
    with_password(table, "tamsel")
    person = table.newcomer()
    signs_in(person, "tamsel")

    assert changes_password(person, present) == 422

    assert signs_in(table.newcomer(), "tamsel") == 303


def test_the_present_password_cannot_be_tried_out(table: Table) -> None:
    with_password(table, "tamsel")
    person = table.newcomer()
    signs_in(person, "tamsel")

    codes = [changes_password(person, "wrong") for _ in range(11)]

    assert codes[-1] == 429
    assert changes_password(person, PASSWORD) == 429


def test_a_first_password_is_chosen_without_one(table: Table) -> None:
    person = comes_in_by(table, table.link_for("ilse"))

    assert "present-password" not in person.opens("/account").text
    assert changes_password(person, "") == 303
    assert "present-password" in person.opens("/account").text


def comes_in_by(table: Table, link: str) -> Person:
    person = table.newcomer()
    person.sends(person.reads(f"/link/{link}"), "/link")
    return person


@pytest.mark.parametrize("ends", ["password", "everywhere"])
def test_what_ends_her_sign_ins_ends_her_links(table: Table, ends: str) -> None:
    link, other = table.link_for("tamsel"), table.link_for("brindle")
    tamsel = table.person("tamsel")

    if ends == "password":
        changes_password(tamsel, "")
    else:
        tamsel.sends(tamsel.reads("/account"), "/sign-out-everywhere")

    assert not is_in(comes_in_by(table, link))
    assert is_in(comes_in_by(table, other))


def test_she_reads_on_her_page_what_happened_with_her_account(table: Table) -> None:
    tamsel = table.person("tamsel")
    changes_password(tamsel, "")
    tamsel.sends(tamsel.reads("/account"), "/sign-out-everywhere")
    signs_in(tamsel, "tamsel", "another lantern")

    page = tamsel.reads("/account").text

    assert "tamsel chose a password." in page
    assert "tamsel signed out everywhere." in page


def test_a_short_password_is_not_kept(table: Table) -> None:
    person = table.person("tamsel")

    answer = person.sends(person.reads("/account"), "/account/password", password="x")

    assert answer.status_code == 422


def test_a_suspended_account_is_out_at_once(table: Table) -> None:
    vera = table.person("vera")
    assert is_in(vera)

    account = table.actors["vera"].account or ""
    suspend_account(table.store, account, by=table.actors["odo"], now=table.later())

    assert not is_in(vera)


def test_a_sign_in_ends_by_itself_after_two_weeks(table: Table) -> None:
    tamsel = table.person("tamsel")

    table.now += timedelta(days=15)

    assert not is_in(tamsel)


def seen_at(table: Table) -> list[datetime]:
    with table.store.reading() as db:
        return list(db.scalars(select(sign_ins.c.seen_at)))


def test_a_sign_in_says_when_it_was_last_used_but_not_by_every_page(
    table: Table,
) -> None:
    tamsel, began = table.person("tamsel"), table.now
    table.now += SEEN_EVERY - timedelta(seconds=1)
    tamsel.opens("/")
    assert seen_at(table) == [began]

    table.now += timedelta(seconds=1)
    tamsel.opens("/")
    page = tamsel.reads("/account")

    assert seen_at(table) == [table.now]
    assert f"Last seen 1 March 2026 , {table.now:%H:%M} UTC" in page.text


def test_only_what_still_lets_in_is_listed(table: Table) -> None:
    with_password(table, "tamsel")
    for _ in range(2):
        signs_in(table.newcomer(), "tamsel")
    table.now += SIGN_IN_LASTS
    person = table.newcomer()
    signs_in(person, "tamsel")

    page = person.reads("/account")

    assert [x.action for x in page.forms].count("/account/sign-ins/end") == 1


def test_what_is_over_is_swept_when_something_new_is_written(table: Table) -> None:
    with_password(table, "tamsel")
    with_password(table, "brindle")
    for name in ("tamsel", "brindle"):
        table.now += timedelta(days=1, minutes=1)
        person = table.newcomer()
        signs_in(person, name)
        person.sends(person.reads("/account"), "/account/link")
        assert rows(table) == {"sign_ins": 1, "links": 1, "counters": 4}
        assert is_in(person)
        person.sends(person.reads("/account"), "/sign-out-everywhere")


def rows(table: Table) -> dict[str, int]:
    with table.store.reading() as db:
        return {
            one.name: db.scalar(select(func.count()).select_from(one)) or 0
            for one in (sign_ins, links, counters)
        }


def test_a_steward_makes_her_own_link_for_another_browser(table: Table) -> None:
    tamsel, phone = table.person("tamsel"), table.newcomer()

    page = tamsel.sends(tamsel.reads("/account"), "/account/link").text
    link = "/link/" + page.split("/link/")[1].split("<")[0]
    phone.sends(phone.reads(link), "/link")

    assert is_in(phone)


@pytest.mark.parametrize(
    "onward", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere"]
)
def test_nobody_is_sent_to_another_site(table: Table, onward: str) -> None:
    with_password(table, "ilse")
    person = table.newcomer()
    page = person.reads("/sign-in")

    answer = person.sends(page, "/sign-in", name="ilse", password=PASSWORD, next=onward)

    assert answer.location == "/"


def test_the_secret_of_a_link_travels_in_no_address_when_it_is_used(
    table: Table,
) -> None:
    secret = table.link_for("ilse")
    page = table.newcomer().opens(f"/link/{secret}")

    form = Page(page.text).form("/link")

    assert secret not in form.action
    assert form.fields["secret"] == secret
    assert page.headers["Referrer-Policy"] == "strict-origin"


# --- nobody can lock a person out


def elsewhere(table: Table, number: int = 1) -> Person:
    """Somebody at another address."""
    person = table.newcomer()
    person.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
    return person


def tries(table: Table, name: str, times: int) -> None:
    """So many tries for the name, from everywhere."""
    with table.app.test_request_context():
        for _ in range(times):
            may_try("sign-in-name", signed("name", name)[:32], most=1, minutes=15)


def kept_counters(table: Table) -> list[str]:
    with table.store.reading() as db:
        return list(db.scalars(select(counters.c.key)))


def test_wrong_tries_from_elsewhere_keep_nobody_out(table: Table) -> None:
    with_password(table, "tamsel")
    stranger = elsewhere(table)
    codes = [signs_in(stranger, "tamsel", "wrong") for _ in range(16)]

    assert codes[-1] == 429
    assert signs_in(elsewhere(table, 2), "tamsel") == 303


def test_far_more_tries_from_everywhere_shut_the_door_to_strangers_alone(
    table: Table,
) -> None:
    with_password(table, "tamsel")
    hers = table.newcomer()
    assert signs_in(hers, "tamsel") == 303
    hers.sends(hers.reads("/account"), "/sign-out")

    tries(table, "tamsel", auth.MOST_FOR_A_NAME)

    assert signs_in(elsewhere(table), "tamsel") == 429
    assert signs_in(hers, "tamsel") == 303


def test_strangers_at_her_own_address_do_not_keep_her_out_of_her_browser(
    table: Table,
) -> None:
    with_password(table, "tamsel")
    hers, stranger = table.newcomer(), table.newcomer()
    assert signs_in(hers, "tamsel") == 303
    hers.sends(hers.reads("/account"), "/sign-out")
    for number in range(31):
        signs_in(stranger, f"somebody {number}", "x")

    assert signs_in(stranger, "tamsel") == 429
    assert signs_in(hers, "tamsel") == 303


def test_a_known_browser_has_a_limit_too_and_is_known_for_one_name_alone(
    table: Table,
) -> None:
    with_password(table, "tamsel")
    with_password(table, "ilse")
    person = table.newcomer()
    signs_in(person, "tamsel")
    person.sends(person.reads("/account"), "/sign-out")
    tries(table, "ilse", auth.MOST_FOR_A_NAME)

    codes = [signs_in(person, "tamsel", "wrong") for _ in range(16)]

    assert codes[-1] == 429
    assert signs_in(person, "ilse") == 429


def test_no_other_browser_can_say_that_it_is_known(table: Table) -> None:
    with_password(table, "tamsel")
    tries(table, "tamsel", auth.MOST_FOR_A_NAME)
    person = elsewhere(table)

    for forged in ("x", "x.", ".", f"{'x' * 32}.{'0' * 64}"):
        person.client.set_cookie(KNOWN_COOKIE, forged)
        assert signs_in(person, "tamsel") == 429


def test_an_address_that_tried_too_often_fills_no_table(table: Table) -> None:
    stranger = table.newcomer()
    page = stranger.reads("/sign-in")
    for number in range(30):
        stranger.sends(page, "/sign-in", name=f"n{number}", password="x")
    before = kept_counters(table)

    for number in range(5):
        sent = stranger.sends(page, "/sign-in", name=f"m{number}", password="x")
        assert sent.status_code == 429

    assert kept_counters(table) == before


def test_counters_are_taken_out_once_no_limit_counts_them(table: Table) -> None:
    for number in range(3):
        signs_in(table.newcomer(), f"nobody {number}", "x")
    assert len(kept_counters(table)) == 7

    table.now += timedelta(hours=2)
    signs_in(table.newcomer(), "somebody", "x")

    assert len(kept_counters(table)) == 3
