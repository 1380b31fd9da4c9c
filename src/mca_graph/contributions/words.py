"""Names as a command line and an address want them: small letters, digits and hyphens."""

from __future__ import annotations

import re
import unicodedata

_OUTSIDE = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i"}
_BRACKETED = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def slug(name: str) -> str:
    """The last part of an IRI made from a name: ASCII kebab, without bracketed parts and a leading "The".

    Empty where the name holds no letter or digit that has a place in ASCII.
    """
    text = _BRACKETED.sub("", name).strip() or name
    text = re.sub(r"^the\s+(?=\S)", "", text.casefold()).replace("&", " and ")
    text = "".join(_OUTSIDE.get(character, character) for character in text)
    text = unicodedata.normalize("NFKD", text).replace("'", "").replace("’", "")
    plain = "".join(character for character in text if not unicodedata.combining(character))
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def kebab(name: str) -> str:
    """A local name such as ``ResearchActivity``, or a label, in kebab case."""
    return slug(_HUMPS.sub(" ", name.replace("_", " ")))


def local_name(iri: str) -> str:
    """The last part of an IRI."""
    return re.split(r"[/#]", iri.rstrip("/#"))[-1]
