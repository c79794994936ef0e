"""Makes the app from a store, settings and a clock; nothing happens at import."""

from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from knowledge_base.settings import Settings
from knowledge_base.store import Store
from review_app import (
    accounts,
    answers,
    auth,
    calendar,
    communities,
    flags,
    inviting,
    joining,
    labels,
    lists,
    public,
    queue,
    record,
    reports,
    searching,
    shared,
    words,
    work,
)
from review_app.doors import keep_the_doors
from review_app.errors import say_errors
from review_app.failures import ReviewApp
from review_app.forms import (
    check_address,
    check_host,
    check_letters,
    check_post,
    our_hosts,
)
from review_app.headers import send_headers
from review_app.keys import own_key
from review_app.room import Clock, Room, right_now
from review_app.templating import furnish
from review_app.wording import read_wordings

HERE = Path(__file__).parent
MOST_BYTES = 1_000_000  # of one form; no form of ours takes files

BLUEPRINTS = (
    public.blueprint,
    reports.blueprint,
    auth.blueprint,
    joining.blueprint,
    queue.blueprint,
    calendar.blueprint,
    shared.blueprint,
    searching.blueprint,
    record.blueprint,
    answers.blueprint,
    words.blueprint,
    flags.blueprint,
    labels.blueprint,
    communities.blueprint,
    inviting.blueprint,
    lists.blueprint,
    accounts.blueprint,
    work.blueprint,
)


def create_app(store: Store, settings: Settings, *, clock: Clock = right_now) -> Flask:
    """The review app over this store; any number of them may live side by side."""
    app = ReviewApp("review_app")
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_PARTS=500,
        TRUSTED_HOSTS=our_hosts(settings.review_address),
    )
    app.extensions["withcare"] = Room(
        store=store,
        settings=settings,
        clock=clock,
        key=own_key(settings.keys),
        wordings=read_wordings(HERE / "i18n"),
    )
    _believe_our_proxies(app, settings.trusted_proxies)
    app.before_request(check_host)
    app.before_request(check_address)
    keep_the_doors(app)
    app.before_request(lists.make_room_for_a_list)
    app.before_request(check_post)
    app.before_request(check_letters)
    send_headers(app)
    say_errors(app)
    furnish(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def _believe_our_proxies(app: Flask, number: int) -> None:
    """Who asks is told by our own web servers alone, and by nobody before them."""
    if number:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign] # Flask's own way
            app.wsgi_app, x_for=number, x_proto=number, x_host=number
        )
