"""Which lexical forms a datatype has (XML Schema 1.1, part 2), as a test that SPARQL can do.

Only the datatypes count that SPARQL 1.1 itself knows (SHACL, section 4.1.2).
"""

from __future__ import annotations

from mca_graph.namespaces import XSD

_SIGN = r"[+-]?"
_ZONE = r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_YEAR = r"-?([1-9][0-9]{3,}|0[0-9]{3})"
_LEAP_YEAR = r"-?([0-9]{2,}([02468][48]|[13579][26]|[2468]0)|[0-9]*([02468][048]|[13579][26])00)"
_DAY = (
    r"((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    r"|02-(0[1-9]|1[0-9]|2[0-8]))"
)
_TIME = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)"
_DATE = rf"({_YEAR}-{_DAY}|{_LEAP_YEAR}-02-29)"
_FLOAT = rf"({_SIGN}([0-9]+(\.[0-9]*)?|\.[0-9]+)([Ee]{_SIGN}[0-9]+)?|[+-]?INF|NaN)"

_FORMS = {
    "boolean": r"(true|false|0|1)",
    "integer": rf"{_SIGN}[0-9]+",
    "decimal": rf"{_SIGN}([0-9]+(\.[0-9]*)?|\.[0-9]+)",
    "double": _FLOAT,
    "float": _FLOAT,
    "date": _DATE + _ZONE,
    "dateTime": rf"{_DATE}T{_TIME}{_ZONE}",
    "time": _TIME + _ZONE,
    "gYear": _YEAR + _ZONE,
    "gYearMonth": rf"{_YEAR}-(0[1-9]|1[0-2]){_ZONE}",
    "gMonth": rf"--(0[1-9]|1[0-2]){_ZONE}",
    "gDay": rf"---(0[1-9]|[12][0-9]|3[01]){_ZONE}",
    "gMonthDay": rf"--({_DAY}|02-29){_ZONE}",
}

_LIMITS: dict[str, tuple[int | None, int | None]] = {
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 65535),
    "unsignedByte": (0, 255),
}


def ill_formed(datatype: str, variable: str) -> str:
    """An expression that is true, or an error, for a literal whose form is none of its datatype."""
    name = datatype.removeprefix(XSD)
    if not datatype.startswith(XSD):
        return "false"
    if name in _FORMS:
        return f"!REGEX(STR({variable}), {_quoted(f'^{_FORMS[name]}$')})"
    if name not in _LIMITS:
        return "false"
    low, high = _LIMITS[name]
    number = f"<{XSD}decimal>(STR({variable}))"
    tests = [f"!REGEX(STR({variable}), {_quoted('^' + _FORMS['integer'] + '$')})"]
    tests += [f"{number} < {low}"] if low is not None else []
    tests += [f"{number} > {high}"] if high is not None else []
    return f"({' || '.join(tests)})"


def _quoted(pattern: str) -> str:
    return '"' + pattern.replace("\\", "\\\\") + '"'
