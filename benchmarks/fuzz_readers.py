"""Look for texts that crash the positioned readers, or on which they and the engine disagree.

    pip install atheris            # for Linux and macOS
    python benchmarks/fuzz_readers.py [--seconds 60] [--syntax turtle]

Begins with the files of the W3C suites and changes them. What is found is printed and kept in the current
folder; once repaired it belongs into tests/positions/found/.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "positions"))

with atheris.instrument_imports(include=["mca_graph.rdf"]):
    from agreement import SYNTAXES, disagreement

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Read the arguments and fuzz."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--syntax", choices=SYNTAXES, default="turtle")
    options = parser.parse_args()

    def one(data: bytes) -> None:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            return
        reason = disagreement(text, options.syntax)
        if reason:
            raise RuntimeError(reason)

    with tempfile.TemporaryDirectory() as corpus:
        for number, path in enumerate(sorted((ROOT / "tests" / "w3c").rglob(f"*{SYNTAXES[options.syntax]}"))):
            if path.stat().st_size < 4096:
                shutil.copy(path, Path(corpus) / str(number))
        # The dot of a file name is not in a text; 2,000 characters hold every construct.
        limits = [f"-max_total_time={options.seconds}", "-max_len=2000", "-timeout=10", "-rss_limit_mb=2048"]
        atheris.Setup([sys.argv[0], *limits, corpus], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
