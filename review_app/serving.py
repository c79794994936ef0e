"""Serves the app with gunicorn: few threads, no access log, no version in the answers.

An address is a person, and one-time links stand in paths: neither goes into a log.
"""

import sys
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped] # no hints
from gunicorn.glogging import Logger  # type: ignore[import-untyped] # no hints

from review_app.failures import told, without_address

THREADS = 8


class ServerLog(Logger):  # type: ignore[misc] # gunicorn has no hints
    """gunicorn's own log, but for who asked and for what."""

    def warning(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        general = without_address(msg)
        if general is None:
            super().warning(msg, *args, **kwargs)
        else:
            super().warning(general)

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        general = without_address(msg)
        if general is None:
            super().exception(msg, *args, **kwargs)
        else:
            super().error("%s: %s", general, told(sys.exc_info()[1]))


class Server(BaseApplication):  # type: ignore[misc] # gunicorn has no hints
    """`make` is called in each worker, so that none shares another's connections."""

    def __init__(
        self, make: Callable[[], Flask], *, host: str, port: int, workers: int
    ) -> None:
        self._make = make
        self._chosen = options(host, port, workers)
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._make()


def options(host: str, port: int, workers: int) -> Mapping[str, object]:
    """What gunicorn is told."""
    return {
        "bind": f"{host}:{port}",
        "workers": workers,
        "worker_class": "gthread",
        "threads": THREADS,
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        "logger_class": ServerLog,
        "timeout": 60,
        "graceful_timeout": 10,
        "control_socket_disable": True,
    }
