"""`withcare kb search`: what anyone may read that has these words."""

import rich_click as click

from knowledge_base.collections import find_collection
from knowledge_base.search import find_shown
from withcare.opening import open_store, today


@click.command()
@click.argument("text")
@click.option("--destination", help="Where it is shown; all of them if not given.")
@click.option("--collection", "slug", help="Only what is in it; its short name.")
@click.option("--many", type=click.IntRange(1, 1000), default=25, show_default=True)
def search(text: str, destination: str | None, slug: str | None, many: int) -> None:
    """Find what anyone may read that has all the words of TEXT.

    The beginning of a word is enough; accents and capitals do not matter. What is held
    is not found, whoever asks.
    """
    store = open_store()
    known = [one.id for one in store.destinations]
    if destination is not None and destination not in known:
        named = ", ".join(known) or "none"
        raise click.BadParameter(f"known are: {named}", param_hint="--destination")
    with store.reading() as db:
        collection = None if slug is None else find_collection(db, slug)
        for place in known if destination is None else [destination]:
            page = find_shown(
                db, store, place, text, on=today(), collection=collection, limit=many
            )
            for view in page.views:
                click.echo(f"{view.record}  {place}  {view.title}")
            if page.after is not None:
                click.echo(f"There is more in {place}: say more words, or --many.")
