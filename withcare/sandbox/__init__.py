"""The sandbox wiki: a real MediaWiki on this machine, for the demo, tests and play.

It listens on the loopback address alone. Where MediaWiki is not installed, starting
raises `SandboxUnavailable`, and nothing was written.
"""

from withcare.sandbox.accounts import Credentials
from withcare.sandbox.errors import SandboxBusy, SandboxFailed, SandboxUnavailable
from withcare.sandbox.image import prepare_image
from withcare.sandbox.requests_log import LoggedRequest, RequestLog
from withcare.sandbox.visitor import Visitor
from withcare.sandbox.wiki import RunningSandbox, Sandbox, find

__all__ = [
    "Credentials",
    "LoggedRequest",
    "RequestLog",
    "RunningSandbox",
    "Sandbox",
    "SandboxBusy",
    "SandboxFailed",
    "SandboxUnavailable",
    "Visitor",
    "find",
    "prepare_image",
]
