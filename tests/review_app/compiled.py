"""Templates and addresses compiled once for the apps of all tests, not for each.

Templates took more than half of the time of the tests that open a page, and addresses
most of what it takes to make an app.
"""

from collections.abc import Callable

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

Build = Callable[..., tuple[str, str]]


class _Compiled(BytecodeCache):
    """What a template was compiled to: once for all apps of this process."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = _Compiled()


_BUILT: dict[tuple[str, str | None, bool], Build] = {}


class _KnownRule(Rule):
    """A rule that builds its addresses as another of the same words was made to.

    This reaches into Werkzeug; should it do so differently one day, it does it anew for
    each app again, and nothing else changes.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Build:
        if self.defaults:
            return super()._compile_builder(append_unknown)
        words = (self.rule, self.subdomain, append_unknown)
        if words not in _BUILT:
            _BUILT[words] = super()._compile_builder(append_unknown)
        return _BUILT[words]


def compile_addresses_once() -> None:
    """From now on, for every app of this process."""
    Flask.url_rule_class = _KnownRule
