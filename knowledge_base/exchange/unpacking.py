"""Unpacks a gzip file as far as it goes: what stands before the damage is not lost.

Python's own reader gives nothing of the piece in which it finds the damage, and a
small file is one piece.
"""

import io
import zlib
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PIECE = 1 << 12  # packed bytes at once; unpacked they are at most a thousand times that
DAMAGED = (EOFError, zlib.error)


class Unpacked(io.RawIOBase):
    """The bytes inside; raises one of `DAMAGED` after the last that can be had."""

    def __init__(self, packed: IO[bytes]) -> None:
        self._packed = packed
        self._member = _new_member()
        self._ready = b""  # unpacked, and not yet given
        self._rest = b""  # packed, of the next member
        self._damage: zlib.error | None = None  # found, and not yet told
        self._is_at_end = False

    def readable(self) -> bool:
        return True

    def readinto(self, into: "WriteableBuffer") -> int:
        view = memoryview(into)
        while not self._ready and not self._is_at_end:
            self._go_on()
        given, self._ready = self._ready[: len(view)], self._ready[len(view) :]
        view[: len(given)] = given
        return len(given)

    def _go_on(self) -> None:
        if self._damage is not None:
            raise self._damage
        packed, self._rest = self._rest or self._packed.read(PIECE), b""
        if not packed:
            if not self._member.eof:
                raise EOFError
            self._is_at_end = True
        elif not self._member.eof:
            self._unpack(packed)
        elif begins := packed.lstrip(b"\x00"):  # zeros between members are padding
            self._member = _new_member()
            self._unpack(begins)

    def _unpack(self, packed: bytes) -> None:
        before = self._member.copy()
        try:
            self._ready = self._member.decompress(packed)
            self._rest = self._member.unused_data
        except zlib.error as damage:
            self._ready, self._damage = _as_far_as_it_goes(before, packed), damage


def _as_far_as_it_goes(member: "zlib._Decompress", packed: bytes) -> bytes:
    """What the piece gives before its damage, byte by byte."""
    given = []
    for place in range(len(packed)):
        try:
            given.append(member.decompress(packed[place : place + 1]))
        except zlib.error:
            break
    return b"".join(given)


def _new_member() -> "zlib._Decompress":
    return zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)  # with gzip's own header
