"""Files packed block by block: one member of gzip, whatever they are made of."""

from __future__ import annotations

import gzip
import io
import zlib

from hypothesis import given
from hypothesis import strategies as st

from mca_graph.publishing.packing import Block, crc_of_both, gzipped, packing

TEXTS = st.lists(
    st.one_of(st.binary(), st.integers(0, 100_000).map(lambda size: b"river " * size)), max_size=6
)


@given(st.binary(), st.binary(), st.integers(0, 70_000))
def test_the_sum_of_two_texts_is_made_from_their_sums(first: bytes, second: bytes, zeros: int) -> None:
    second += bytes(zeros)
    assert crc_of_both(zlib.crc32(first), zlib.crc32(second), len(second)) == zlib.crc32(first + second)


@given(TEXTS)
def test_blocks_are_one_member_and_can_be_taken_over(texts: list[bytes]) -> None:
    out, copy = io.BytesIO(), io.BytesIO()
    with packing(out) as packer:
        blocks = [packer.write(text) for text in texts]
    reader = zlib.decompressobj(31)
    assert reader.decompress(out.getvalue()) == b"".join(texts) == gzip.decompress(out.getvalue())
    assert (reader.eof, reader.unused_data) == (True, b"")
    with packing(copy) as packer:
        for offset, length, crc, size in reversed(blocks):
            packer.take(out.getvalue()[offset : offset + length], crc, size)
    assert gzip.decompress(copy.getvalue()) == b"".join(reversed(texts))


def test_a_block_hangs_on_its_content_only() -> None:
    first, second = gzipped(b"river" * 99), gzipped(b"river" * 99)
    assert first == second
    assert Block(10, len(first) - 20, zlib.crc32(b"river" * 99), 495) == blocks_of(b"river" * 99)[0]


def blocks_of(*texts: bytes) -> list[Block]:
    with packing(io.BytesIO()) as packer:
        return [packer.write(text) for text in texts]
