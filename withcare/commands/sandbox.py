"""`withcare sandbox`: a wiki of our own on this machine, to try everything on."""

import os
from pathlib import Path

import rich_click as click

from knowledge_base.settings import FILE, Settings, home_from, read_settings
from withcare.sandbox import RunningSandbox, Sandbox, find
from withcare.sandbox.templates import onwiki_pages

NOT_RUNNING = "No sandbox wiki is running. Start it: withcare sandbox start"


@click.group()
def sandbox() -> None:
    """Run a wiki of our own on this machine.

    It answers on this machine only, and keeps its pages until they are reset.
    """


@sandbox.command()
def start() -> None:
    """Start the wiki, leave it running, and write down for the bot how to reach it.

    Settings and keys that a person wrote stay as they are.
    """
    found = find(_directory())
    if found is not None and found.is_ready():
        click.echo("The sandbox wiki runs already.")
    running = Sandbox.start(_directory(), pages=onwiki_pages())
    _show(running)
    _settle(running)


@sandbox.command()
def stop() -> None:
    """Stop the wiki; its pages stay for the next start."""
    running = find(_directory())
    if running is None:
        click.echo(NOT_RUNNING)
        return
    running.stop()
    click.echo("The sandbox wiki is stopped; its pages are kept.")


@sandbox.command()
def reset() -> None:
    """Take the wiki back to how it was installed: every edit and upload is gone."""
    running = Sandbox.renew(_directory(), pages=onwiki_pages())
    click.echo("The sandbox wiki is as new.")
    if running is None:
        click.echo(NOT_RUNNING)
        return
    _settle(running)


@sandbox.command()
def status() -> None:
    """Say where the wiki is, whether it is ready, and how to stop it."""
    running = find(_directory())
    if running is None:
        click.echo(NOT_RUNNING)
        return
    _show(running)


def _directory() -> Path:
    return home_from(os.environ) / "sandbox"


def _settle(running: RunningSandbox) -> None:
    """Writes settings and keys for the bot, and says what to type next."""
    # Not before: the other commands of this group need none of it.
    from withcare.sandbox.settling import place_text, settle

    home = home_from(os.environ)
    table = Settings(home=home).review_address
    settled = settle(home, running, table=table)
    for path in settled.written:
        click.echo(f"written:   {path}")
    for path in settled.theirs:
        click.echo(f"yours:     {path} (stays as it is)")
    if home / FILE in settled.theirs and not _names(home, running):
        click.echo(f"To let the bot reach this wiki, add:\n\n{place_text(running)}")
    click.echo("next:      withcare kb init, then withcare review add-account NAME")
    click.echo("           and, when something was approved: withcare bot run")


def _names(home: Path, running: RunningSandbox) -> bool:
    """Whether the settings lead to this wiki."""
    host = running.address.partition("://")[2]
    found = read_settings(home, os.environ).destinations
    return host in {place.host for place in found}


def _show(running: RunningSandbox) -> None:
    version = running.version()
    facts = {
        "address": f"{running.address}/wiki/Main_Page",
        "interface": running.api,
        "ready": "yes" if running.is_ready() else "no: stop it, then start it again",
        "version": version or "not known",
        "process": ", ".join(str(pid) for pid in running.group.members()),
        "accounts": f"{running.layout.accounts} (with passwords: keep it to yourself)",
        "to stop": "withcare sandbox stop",
    }
    for name, fact in facts.items():
        click.echo(f"{name + ':':<11}{fact}")
