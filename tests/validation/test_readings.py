"""What people write as dates and amounts is read as they mean it, and never further."""

from __future__ import annotations

import pytest

from mca_graph.validation.readings import certain_date, readings


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("31/12/2024", 'write "2024-12-31"^^xsd:date (31 December)'),
        ("12.31.2024", 'write "2024-12-31"^^xsd:date (31 December)'),
        (
            "03/04/2024",
            'write "2024-04-03"^^xsd:date (3 April) or "2024-03-04"^^xsd:date (4 March)',
        ),
        ("05/05/2024", 'write "2024-05-05"^^xsd:date (5 May)'),
        ("2024/02/29", 'write "2024-02-29"^^xsd:date (29 February)'),
        ("1st March 2023", 'write "2023-03-01"^^xsd:date'),
        ("Sept 2024", 'write "2024-09"^^xsd:gYearMonth'),
        ("£1.2m", "write 1200000.0"),
        ("£164,120", "write 164120.0"),
        ("2.4 million", "write 2400000.0"),
        ("GBP 1.2345k", "write 1234.5"),
        ("180k", "write 180000.0"),
    ],
)
def test_a_reading_is_shown(text: str, said: str) -> None:
    assert readings(text) == said


@pytest.mark.parametrize(
    "text",
    ["", "soon", "31/02/2024", "2023/02/29", "32/13/2024", "Ma 2024", "1200", "12.5", "m", "£", "1.2.3m"],
)
def test_what_tells_nothing_is_not_guessed(text: str) -> None:
    assert readings(text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [("31/12/2024", "2024-12-31"), ("05/05/2024", "2024-05-05"), ("03/04/2024", None), ("Sept 2024", None)],
)
def test_only_one_day_is_certain(text: str, day: str | None) -> None:
    assert certain_date(text) == day
