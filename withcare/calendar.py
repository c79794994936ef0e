"""`withcare kb calendar`: what the days to come will move."""

import rich_click as click

from knowledge_base.coming import DAYS, MOST_DAYS, What, coming_for
from withcare.opening import account_named, acts_as, open_store, right_now

_IN_WORDS = {
    What.YES_ENDS: "a yes ends",
    What.NO_ENDS: "a no with an end is over",
    What.NOT_NOW_ENDS: 'a "not now" is over, and may be asked about again',
    What.SEASON_OPENS: "its season opens: whoever may open its page is asked",
    What.SEASON_CLOSES: "its season closes",
    What.VIEW_ENDS: "what anyone sees may change",
}


@click.command()
@click.option(
    "--days",
    type=click.IntRange(1, MOST_DAYS),
    default=DAYS,
    show_default=True,
    help="How many days ahead.",
)
@acts_as
def calendar(days: int, acting: str | None) -> None:
    """List what the coming days will move, of what the account may see.

    The worker moves it: pages close, and whoever is to be asked is asked. What is in a
    collection moves with it.
    """
    store = open_store()
    who = account_named(store, acting)
    now, after = right_now(), ""
    with store.reading() as db:
        while True:
            page = coming_for(db, store, who, now=now, days=days, after=after)
            for one in page.lines:
                what = _IN_WORDS[one.what]
                click.echo(f"{one.day}  {one.desk.kind} {one.desk.record}  {what}")
            if page.after is None:
                return
            after = page.after
