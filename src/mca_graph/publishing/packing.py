"""Files packed with gzip block by block, so that blocks that are the same can be taken over from another.

A file is one member as RFC 1952 has it, which every reader understands: the blocks are made each for itself,
end at a whole byte and refer to nothing before them, so that they stand behind one another in any file.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import NamedTuple, Protocol

_LEVEL = 6
"""How hard to pack: the highest level takes three times as long for files that are a fiftieth smaller."""

_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""Neither a name nor a time, so that the same content gives the same bytes."""

_LAST = b"\x03\x00"
"""A block that is marked as the last, and empty."""

_POLYNOMIAL = 0xEDB88320
_ONE = 1 << 31


class Output(Protocol):
    """Takes the bytes of a file."""

    def write(self, data: bytes, /) -> int:
        """Write some more of them."""
        ...


class Block(NamedTuple):
    """A block of a packed file.

    Attributes:
        offset: where it begins in the packed file.
        length: of the packed bytes.
        crc: the CRC-32 of what it holds.
        size: of what it holds, in bytes.
    """

    offset: int
    length: int
    crc: int
    size: int


class Packer:
    """Writes a packed file; :func:`packing` makes it whole.

    Args:
        out: takes the bytes.
    """

    def __init__(self, out: Output) -> None:
        self._out = out
        self._crc = self._size = 0
        self._offset = out.write(_HEADER)

    def write(self, data: bytes) -> Block:
        """Pack a block."""
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)
        return self.take(packed, zlib.crc32(data), len(data))

    def take(self, packed: bytes, crc: int, size: int) -> Block:
        """Take over a block that is packed already.

        Args:
            packed: its bytes.
            crc: the CRC-32 of what it holds.
            size: of what it holds.
        """
        block = Block(self._offset, len(packed), crc, size)
        self._out.write(packed)
        self._offset += len(packed)
        self._crc = crc_of_both(self._crc, crc, size)
        self._size += size
        return block

    def end(self) -> None:
        """Write what stands at the end of the file."""
        sums = (self._crc.to_bytes(4, "little"), (self._size % (1 << 32)).to_bytes(4, "little"))
        self._out.write(b"".join((_LAST, *sums)))


@contextmanager
def packing(out: Output) -> Iterator[Packer]:
    """Write a packed file.

    Args:
        out: takes the bytes.
    """
    packer = Packer(out)
    yield packer
    packer.end()


def gzipped(content: bytes) -> bytes:
    """Bytes packed with gzip."""
    out = io.BytesIO()
    with packing(out) as packer:
        packer.write(content)
    return out.getvalue()


def crc_of_both(first: int, second: int, size: int) -> int:
    """The CRC-32 of two texts, one after the other.

    Args:
        first: the CRC-32 of the first.
        second: that of the second.
        size: of the second, in bytes.
    """
    # A CRC is a remainder: what follows moves the first up by bits, which is to multiply it by x**bits.
    moved, power, left = first, 3, size
    while left:
        if left & 1:
            moved = _product(_x_to(power), moved)
        left >>= 1
        power += 1
    return moved ^ second


@cache
def _x_to(power: int) -> int:
    """The remainder of x to the power of two to a power."""
    if power == 0:
        return _ONE >> 1
    half = _x_to(power - 1)
    return _product(half, half)


def _product(one: int, other: int) -> int:
    """The remainder of a product of polynomials over GF(2), whose highest bit stands for 1."""
    found = 0
    while one:
        if one & _ONE:
            found ^= other
        one = (one << 1) & 0xFFFFFFFF
        other = (other >> 1) ^ (_POLYNOMIAL if other & 1 else 0)
    return found
