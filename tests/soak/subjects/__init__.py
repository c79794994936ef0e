"""What is soaked: a module each, with `SUBJECT`, found by its name alone."""

from importlib import import_module
from pkgutil import iter_modules

from tests.soak.subject import Subject


def subjects() -> tuple[Subject, ...]:
    """All of them, by the name of their module."""
    found = sorted(one.name for one in iter_modules(__path__))
    loaded = (import_module(f"{__name__}.{name}") for name in found)
    return tuple(module.SUBJECT for module in loaded)
