"""Dates and amounts as people write them, read as RDF writes them."""

from __future__ import annotations

import re
from datetime import date

_NUMERIC_DATE = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})\Z")
_SLASHED_ISO = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})\Z")
_WORDED_DATE = re.compile(r"(?:(\d{1,2})(?:st|nd|rd|th)?\s+)?([A-Za-z]{3,9})\.?,?\s+(\d{4})\Z")
_AMOUNT = re.compile(
    r"(?:GBP|£|EUR|€|USD|\$)?\s*(\d[\d,]*(?:\.\d+)?)\s*(k|m|mn|million|thousand|bn|billion)?\Z", re.I
)
_FACTORS = {"k": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6, "bn": 9, "billion": 9}
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip


def readings(text: str) -> str | None:
    """What a text most likely means as a date or an amount, as it would be written; None for neither.

    A date that can be read in two ways is shown in both.
    """
    text = text.strip()
    found = _dates(text)
    if found:
        return f"write {' or '.join(found)}"
    amount = _amount(text)
    return f"write {amount}" if amount else None


def certain_date(text: str) -> str | None:
    """The one day that a text can mean, as ``xsd:date`` writes it; None for none and for more than one."""
    found = [entry for entry in _dates(text.strip()) if "xsd:date" in entry]
    return found[0][1:11] if len(found) == 1 else None


def _dates(text: str) -> list[str]:
    if match := _NUMERIC_DATE.match(text):
        first, second, year = (int(part) for part in match.groups())
        days = dict.fromkeys(day for day in (_day(year, second, first), _day(year, first, second)) if day)
        return [f'"{day.isoformat()}"^^xsd:date ({day.day} {_month_name(day)})' for day in days]
    if match := _SLASHED_ISO.match(text):
        day = _day(*(int(part) for part in match.groups()))
        return [f'"{day.isoformat()}"^^xsd:date ({day.day} {_month_name(day)})'] if day else []
    if match := _WORDED_DATE.match(text):
        names = [name for name in _MONTHS if name.startswith(match.group(2).lower())]
        if len(names) != 1:
            return []
        month, year = _MONTHS.index(names[0]) + 1, int(match.group(3))
        if match.group(1) is None:
            return [f'"{year:04d}-{month:02d}"^^xsd:gYearMonth']
        day = _day(year, month, int(match.group(1)))
        return [f'"{day.isoformat()}"^^xsd:date'] if day else []
    return []


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_name(day: date) -> str:
    return _MONTHS[day.month - 1].capitalize()


def _amount(text: str) -> str | None:
    match = _AMOUNT.match(text)
    if not match or text.replace(".", "", 1).isdigit():
        return None
    whole, _point, fraction = match.group(1).replace(",", "").partition(".")
    power = _FACTORS.get((match.group(2) or "").lower(), 0)
    digits = whole + fraction[:power].ljust(power, "0")
    rest = fraction[power:]
    return f"{int(digits)}.{rest or '0'}"
