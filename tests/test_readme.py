"""What README.md shows is what its commands print."""

from __future__ import annotations

import pytest

from readme_blocks import ROOT, Shown, as_shown, blocks, run, shown

EXAMPLES = [example for block in blocks() for example in shown(block)]


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 8


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.command)
def test_output_is_what_the_readme_shows(example: Shown) -> None:
    assert as_shown(run(example.command, ROOT), example.output) == example.output
