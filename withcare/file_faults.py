"""What the system says of a file that a command reads or writes, in a sentence."""

from errno import EACCES, EDQUOT, EIO, EISDIR, ENOENT, ENOSPC, ENOTDIR, EPERM, EROFS


def told_of_file(error: OSError) -> str | None:
    """What happened and what to do; None for what is no matter of a file."""
    where = error.filename if isinstance(error.filename, str) else None
    what = where or "what this command writes"
    if error.errno in (ENOSPC, EDQUOT):
        return (
            f"There is no room left for {what}: make room on that disk, then run the "
            "command again. What was half written is written anew."
        )
    if error.errno == EROFS:
        return (
            f"The disk with {what} may be read and not written: name another place, "
            "or make the disk writable, then run the command again."
        )
    if where is None:
        return None
    if error.errno in (EACCES, EPERM):
        return (
            f"This account may not use {where}: run the command as the account that "
            "owns it, or give it the right to."
        )
    if error.errno in (ENOENT, ENOTDIR, EISDIR):
        return f"{where} is not where a file can be; look at its name and its folder."
    if error.errno == EIO:
        return f"The disk with {where} fails: copy what is on it to another disk."
    return None
