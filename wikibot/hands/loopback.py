"""Which hosts are this machine itself: no proxy may ever see what goes there."""


def is_loopback(host: str) -> bool:
    return host.partition(":")[0] in ("127.0.0.1", "localhost")
