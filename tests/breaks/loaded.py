"""Runs one test after the other, each in a fork of a process that has loaded the tools.

The tools are loaded once; what is tested is not, for it is another copy each time. One
line of JSON asks, {"folder", "test", "said"}, one answers with the exit code. It is
started by its path and not as a module, so that no package of ours is loaded in it.
"""

import json
import os
import sys
from typing import TextIO

# What takes long to load, and is no part of what is tested.
import alembic.command
import flask
import hypothesis.stateful
import msgspec
import psycopg
import pymysql
import pytest
import rich_click
import sqlalchemy.dialects.mysql
import sqlalchemy.dialects.postgresql

TOOLS = (alembic, flask, hypothesis, msgspec, psycopg, pymysql, rich_click, sqlalchemy)
# A plugin that is loaded already has no asserts to rewrite, and says so; here a warning
# is an error, which would end every run before its test.
LOADED = "ignore::pytest.PytestAssertRewriteWarning"
ALONE = ["-x", "-q", "-p", "no:cacheprovider", "-W", LOADED]


def main(asked: TextIO, told: TextIO) -> None:
    for line in asked:
        child = os.fork()
        if child == 0:
            _run(**json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), file=told, flush=True)


def _run(folder: str, test: str, said: str) -> None:
    """Never comes back: the fork ends with the exit code of its tests."""
    out = os.open(said, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    for stream in (1, 2):
        os.dup2(out, stream)
    os.chdir(folder)
    # In place of where this file lies: no other copy is found, nor by what tests start.
    sys.path[0] = folder
    os.environ["PYTHONPATH"] = folder
    code = pytest.main([*ALONE, test])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(int(code))


if __name__ == "__main__":
    main(sys.stdin, sys.stdout)
