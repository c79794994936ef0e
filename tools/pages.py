"""Writes the parts of our pages that are made from the code, or says which are old.

A made part stands between two comments, `<!-- made: NAME -->` and `<!-- end -->`; all
around it is written by people and left alone. `--write` renews, otherwise it checks.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import rich_click as click

from knowledge_base.journeys import OF_THE_RECORD, TABLE, Move, State
from knowledge_base.kinds import shipped_kinds
from knowledge_base.reasons import reasons
from knowledge_base.rights import RIGHTS
from knowledge_base.steps import Step
from policies.errors import WithcareError
from withcare.cli import COMMANDS, app
from withcare.lazy import NotInstalled

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs"
BEGIN, END = "<!-- made: {} -->\n", "<!-- end -->"


def journeys() -> Iterator[str]:
    """The table of journeys, with the names in which each step may be taken."""
    yield "| step | in whose name | acts on | from → to |"
    yield "|---|---|---|---|"
    for kind, moves in TABLE.items():
        acts = "every journey" if kind in OF_THE_RECORD else "one journey"
        yield f"| `{kind.kind}` | {_voices(kind)} | {acts} | {_ways(moves)} |"


def _voices(kind: type[Step]) -> str:
    return ", ".join(sorted(voice.value for voice in RIGHTS[kind]))


def _ways(moves: Mapping[State, Move]) -> str:
    """The states from which the step leads to the same one, together."""
    grouped: dict[str, list[State]] = {}
    for state in State:
        if state in moves:
            grouped.setdefault(_target(state, moves[state]), []).append(state)
    return "<br>".join(
        f"{', '.join(state.value for state in states)} → {target}"
        for target, states in grouped.items()
    )


def _target(state: State, move: Move) -> str:
    to = "unchanged" if move.to is state else f"**{move.to.value}**"
    if move.if_saved is None or move.if_saved is move.to:
        return to
    return f"{to}; if a page was ever saved: **{move.if_saved.value}**"


def kinds() -> Iterator[str]:
    """Each kind, its fields and whether it has pages."""
    yield "| kind | called | pages | fields |"
    yield "|---|---|---|---|"
    for name, kind in sorted(shipped_kinds().items()):
        pages = kind.wiki.pages.value if kind.wiki else "none"
        fields = ", ".join(f"`{field.name}`" for field in kind.fields)
        yield f"| `{name}` | {kind.label['en']} | {pages} | {fields} |"


def why() -> Iterator[str]:
    """Each reason that an institution can give, by the code of `--reason`."""
    yield "| `--reason` | says |"
    yield "|---|---|"
    for code, reason in reasons().items():
        yield f"| `{code}` | {reason.label['en']} |"


def commands() -> Iterator[str]:
    """Every command that is there, with what its help says."""
    root = click.Context(app, info_name="withcare")
    for later in COMMANDS:
        try:
            loaded = later.load()
        except NotInstalled:
            continue
        for path, command in walk(loaded, root):
            yield from _told(path, command)


def walk(
    command: click.Command, parent: click.Context
) -> Iterator[tuple[str, click.Command]]:
    """The command and all below it, each with the words that call it."""
    context = click.Context(command, info_name=command.name, parent=parent)
    yield context.command_path, command
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None and not inner.hidden:
                yield from walk(inner, context)


def _told(path: str, command: click.Command) -> Iterator[str]:
    if isinstance(command, click.Group):
        yield f"## {path}\n\n{_flowing(command.help)}\n"
        return
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    called = " ".join([path, *(_argument(one) for one in arguments)])
    level = "###" if path.count(" ") > 1 else "##"
    yield f"{level} `{called}`\n\n{_flowing(command.help)}\n"
    options = [one for one in command.params if isinstance(one, click.Option)]
    shown = [_option(one) for one in options if not one.hidden]
    if shown:
        yield "\n".join(shown) + "\n"


def _argument(argument: click.Argument) -> str:
    name = argument.make_metavar(click.Context(click.Command("")))
    return name.strip("[]") if argument.required else f"[{name.strip('[]')}]"


def _option(option: click.Option) -> str:
    notes = ["required"] if option.required else []
    if isinstance(option.type, click.Choice):
        notes.append("one of " + ", ".join(f"`{one}`" for one in option.type.choices))
    noted = f" ({'; '.join(notes)})" if notes else ""
    told = f": {_flowing(option.help)}" if option.help else ""
    return f"- `{', '.join(option.opts)}`{noted}{told}"


def _flowing(help: str | None) -> str:
    paragraphs = (help or "").strip().split("\n\n")
    return "\n\n".join(" ".join(one.split()) for one in paragraphs)


MADE: Mapping[str, Callable[[], Iterator[str]]] = {
    "journeys": journeys,
    "kinds": kinds,
    "reasons": why,
    "commands": commands,
}


def renewed(text: str) -> str:
    """The page with its made parts as the code has them now."""
    for name, make in MADE.items():
        begin = BEGIN.format(name)
        if begin in text:
            before, _, rest = text.partition(begin)
            _, _, after = rest.partition(END)
            made = "\n".join(make()).rstrip()
            text = f"{before}{begin}{made}\n{END}{after}"
    return text


def old_pages(folder: Path = PAGES) -> dict[Path, str]:
    """The pages whose made parts are not as the code has them, with their new text."""
    found = {}
    for page in sorted(folder.rglob("*.md")):
        text = page.read_text("utf-8")
        if renewed(text) != text:
            found[page] = renewed(text)
    return found


def main(words: list[str], *, find: Callable[[], dict[Path, str]] = old_pages) -> int:
    try:
        old = find()
    except WithcareError as error:  # a fault in a file that pages are made from
        sys.stderr.write(f"{error}\n")
        return 1
    for page, text in old.items():
        if "--write" in words:
            page.write_text(text, "utf-8")
        else:
            sys.stderr.write(
                f"{page.relative_to(ROOT)} is not as the code is: "
                "run `python tools/pages.py --write`\n"
            )
    return 1 if old and "--write" not in words else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
