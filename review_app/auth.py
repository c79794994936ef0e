"""Coming in and going out: password, one-time link, and every open sign-in."""

from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from knowledge_base.accounts import find_account
from knowledge_base.columns import KEY_LENGTH
from knowledge_base.communities import leave as leave_community
from knowledge_base.communities import names_of
from knowledge_base.history import Entry, history_of
from knowledge_base.institutions import institutions
from knowledge_base.links import own_link as make_own_link
from knowledge_base.links import use_link
from knowledge_base.passwords import check_password, set_password
from knowledge_base.sign_ins import SignIn, sign_ins_of, signed_in
from knowledge_base.sign_ins import sign_in as begin
from knowledge_base.sign_ins import sign_out as end_one
from knowledge_base.sign_ins import sign_out_everywhere as end_all
from knowledge_base.steps import AccountReset, Actor, Voice
from knowledge_base.stewardship import active_stewards
from review_app.doors import looking
from review_app.errors import cover
from review_app.forms import Problem, line, safe_path
from review_app.guests import (
    account,
    address_mark,
    browser_of,
    guest,
    may_try,
    seat,
    signed,
    unseat,
)
from review_app.matters import in_words
from review_app.room import room
from review_app.told import tell

blueprint = Blueprint("auth", __name__)
SHORTEST, LONGEST = 10, 500
# How often in a quarter of an hour: one name from one place, one place, one name.
MOST_TRIES, MOST_FROM_HERE, MOST_FOR_A_NAME = 15, 30, 500

Shown = str | tuple[str, int] | Response


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Shown:
    """A name and a password; a wrong one of either is answered alike."""
    if request.method == "GET":
        return _sign_in_form()
    name = line("name", longest=KEY_LENGTH)
    password = request.form.get("password", "")
    if not _may_try(name):
        abort(429)
    found = None
    if len(password) <= LONGEST:
        found = check_password(room().store, name, password)
    if found is None:
        return _sign_in_form(Problem("name", "sign-in-wrong"), name=name), 422
    new = begin(room().store, found, now=room().now())
    onward = safe_path(request.form.get("next"), _home(found))
    return _welcome(new, name, onward)


def _may_try(name: str) -> bool:
    """Whether a password may be tried for this name from here, now.

    Wrong tries from elsewhere must not keep a person out: a name counts together with
    the address. Alone it counts only against many addresses at once, and never in a
    browser in which she was signed in before, which has a count of its own. An
    address that tried too often touches no other count.
    """
    browser = browser_of(name)
    if browser is not None:
        return may_try("sign-in-browser", browser, most=MOST_TRIES, minutes=15)
    here = address_mark()
    if not may_try("sign-in", here, most=MOST_FROM_HERE, minutes=15):
        return False
    from_here = signed("name from here", f"{here}:{name}")[:32]
    if not may_try("sign-in-here", from_here, most=MOST_TRIES, minutes=15):
        return False
    alone = signed("name", name)[:32]
    return may_try("sign-in-name", alone, most=MOST_FOR_A_NAME, minutes=15)


def _sign_in_form(*problems: Problem, name: str = "") -> str:
    onward = safe_path(request.values.get("next"), "")
    return render_template(
        "auth/sign_in.html", problems=problems, name=name, onward=onward
    )


def _welcome(new: SignIn, name: str, onward: str) -> Response:
    """A new sign-in for this browser; the one it had is ended."""
    old = guest()
    if old.account is not None and old.mark is not None:
        end_one(room().store, old.mark, old.account.id, now=room().now())
    answer = redirect(onward, code=303)
    seat(answer, new, name=name)
    return answer


def _home(id: str) -> str:
    with room().store.reading() as db:
        found = find_account(db, id=id)
    has_desk = found is not None and (found.communities or found.roles)
    return url_for("public.welcome" if has_desk else "auth.own")


@blueprint.get("/link/<secret>")
def link(secret: str) -> Shown:
    """A one-time link; looking at it uses nothing, only the button does."""
    return render_template("auth/link.html", secret=secret)


@blueprint.post("/link")
def use() -> Shown:
    """The button of a one-time link; the secret that works travels in the body."""
    secret = request.form.get("secret", "")
    if not may_try("link", address_mark(), most=20, minutes=60):
        abort(429)
    now = room().now()
    new = use_link(room().store, secret, now=now)
    with room().store.reading() as db:
        who = signed_in(db, new.secret, now=now)
    if who is None:  # suspended in this very moment
        abort(410)
    return _welcome(new, who.account.name, url_for("auth.own"))


@blueprint.post("/sign-out")
def sign_out() -> Response:
    leaving = guest()
    if leaving.account is not None and leaving.mark is not None:
        end_one(room().store, leaving.mark, leaving.account.id, now=room().now())
    answer = redirect(url_for("public.welcome"), code=303)
    unseat(answer)
    return answer


@blueprint.get("/account")
def own() -> str:
    """Her own page: who she is here, her password, her open sign-ins."""
    return _own_page()


def _own_page(*problems: Problem, new_link: str = "") -> str:
    with looking() as db:
        open_now = sign_ins_of(db, account().id, now=room().now())
        history = history_of(db, account().id)
        names = names_of(db)
        houses = {one.id: one.name for one in institutions(db)}
    return render_template(
        "auth/own.html",
        who=account(),
        names=names,
        house_names=houses,
        told=tell(names, history),
        was_reset=_last_reset(history),
        matters={one.community: in_words(one.matters) for one in account().stewarding},
        sign_ins=open_now,
        this_one=guest().mark,
        problems=problems,
        new_link=new_link,
        shortest=SHORTEST,
        said=request.args.get("said", ""),
    )


def _last_reset(history: tuple[Entry, ...]) -> datetime | None:
    """When an operator last made a new way in for this account; None: never."""
    times = [one.at for one in history if isinstance(one.step, AccountReset)]
    return times[-1] if times else None


@blueprint.post("/account/password")
def password() -> Shown:
    """A new password; every other sign-in and every link of hers ends with it."""
    wanted, now = request.form.get("password", ""), room().now()
    if not _knows_the_present_one():
        return _own_page(Problem("present-password", "present-password-wrong")), 422
    if not SHORTEST <= len(wanted) <= LONGEST:
        return _own_page(Problem("password", "password-length")), 422
    set_password(room().store, account().id, wanted, now=now)
    answer = redirect(url_for("auth.own", said="password-kept"), code=303)
    again = begin(room().store, account().id, now=now)
    seat(answer, again, name=account().name)
    return answer


def _knows_the_present_one() -> bool:
    """Whoever finds a browser open cannot make the account her own.

    Where there is no password yet, somebody came in by a link and chooses the first.
    """
    if not account().has_password:
        return True
    if not may_try("present-password", account().id, most=10, minutes=15):
        abort(429)
    present = request.form.get("present", "")
    if len(present) > LONGEST:
        return False
    return check_password(room().store, account().name, present) == account().id


@blueprint.post("/account/link")
def own_link() -> Shown:
    """A link for another device of hers, shown this once."""
    if not may_try("own-link", account().id, most=10, minutes=60):
        abort(429)
    secret = make_own_link(room().store, account().id, now=room().now())
    return _own_page(new_link=link_address(secret))


@blueprint.route("/account/leave/<id>", methods=["GET", "POST"])
def leave(id: str) -> Shown:
    """Says what stands and asks once more; the button takes her out."""
    held = {one.community: one.state for one in account().stewarding}
    if held.get(id) not in ("active", "waiting"):
        return cover()
    if request.method == "GET":
        with looking() as db:
            name = names_of(db).get(id, "")
            others = [x for x in active_stewards(db, id) if x != account().id]
        return render_template("auth/leave.html", id=id, name=name, is_last=not others)
    by = Actor(Voice.COMMUNITY, account=account().id, party=id)
    leave_community(room().store, id, by=by, now=room().now())
    return redirect(url_for("auth.own", said="left"), code=303)


def link_address(secret: str) -> str:
    """The address of a one-time link, as people type it."""
    base = room().settings.review_address.rstrip("/")
    return base + url_for("auth.link", secret=secret)


@blueprint.post("/account/sign-ins/end")
def end() -> Response:
    """Ends one sign-in of hers; another's mark does nothing."""
    mark = line("mark", longest=KEY_LENGTH)
    end_one(room().store, mark, account().id, now=room().now())
    return redirect(url_for("auth.own", said="sign-in-ended"), code=303)


@blueprint.post("/account/sign-out-everywhere")
def sign_out_everywhere() -> Response:
    end_all(room().store, account().id, now=room().now())
    answer = redirect(url_for("public.welcome"), code=303)
    unseat(answer)
    return answer
