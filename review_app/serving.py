"""Serves the app with gunicorn: few threads, no access log, no version in the answers.

An address is a person, and one-time links stand in paths: neither goes into a log.
"""

from collections.abc import Callable, Mapping

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped] # no hints

THREADS = 8


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
        "timeout": 60,
        "graceful_timeout": 10,
        "control_socket_disable": True,
    }
