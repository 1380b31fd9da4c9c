"""Where the page of a thing stands: from IRIs to paths and back to links.

A path is made of harmless characters only; no IRI can lead out of the site, hide a file, or take the
place of another's file, also on a disk that does not tell small letters from capital ones.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

RESERVED = frozenset(
    [
        "index",
        "search",
        "data",
        "accessibility",
        "editor",
        "sparql",
        "contribute",
        "404",
        "shapes",
        "ontology",
        "queries",
        "timeline",
        "assets",
        "void",
        "sitemap",
        "robots",
        "feed",
        "dataset",
    ]
)
"""Names at the top of the site that pages of things do not take."""

_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?\Z", re.I)
_EASY = re.compile(
    r"(?:(?!(?:con|prn|aux|nul|com\d|lpt\d)(?:/|\Z))[A-Za-z0-9_-]{1,100}(?:/(?!\Z)|\Z))+\Z", re.I
)
"""Names that stand for themselves, which nearly all are."""

_ENDINGS = re.compile(r"\.(html|ttl|jsonld|nt|json|csv|gz)\Z", re.I)
_PLAIN = re.compile(r"[A-Za-z0-9_.~/-]*\Z")
_LONGEST = 120


class Paths:
    """The paths of a site.

    Args:
        base: the IRI under which the project's things stand.
        iris: the things that get a page, in any order.
    """

    def __init__(self, base: str, iris: Iterable[str]) -> None:
        self._base = base
        self._stems: dict[str, str] = {}
        taken: set[str] = set()
        for iri in sorted(iris, key=lambda iri: (iri != iri.lower(), iri)):
            stem = stem_of(iri.removeprefix(base))
            if stem.lower() in taken or stem.rsplit("/", 1)[-1] == "index" or stem.split("/")[0] in RESERVED:
                stem = f"{stem}-{hashlib.sha256(iri.encode()).hexdigest()[:10]}"
            taken.add(stem.lower())
            if stem != iri.removeprefix(base) or iri == base:
                self._stems[iri] = stem
            else:
                self._stems[iri] = ""

    def __contains__(self, iri: object) -> bool:
        return iri in self._stems

    def unusual(self) -> Mapping[str, str]:
        """The paths of the pages that do not stand where their IRI says, without their endings."""
        return {iri: stem for iri, stem in self._stems.items() if stem}

    def stem(self, iri: str) -> str:
        """The path of a thing's page from the root of the site, without its ending."""
        return self._stems[iri] or iri.removeprefix(self._base)

    def href(self, iri: str) -> str | None:
        """A link from the root of the site to what describes an IRI; None where the site does not."""
        if iri in self._stems:
            return href_of(f"{self.stem(iri)}.html")
        page, mark, fragment = iri.partition("#")
        if not mark:
            return None
        if page in self._stems:  # a part of a thing: the page of the thing has no place of its own for it
            return f"{href_of(self.stem(page))}.html"
        if page in (f"{self._base}ontology", f"{self._base}shapes"):
            return f"{page.removeprefix(self._base)}.html#{fragment_of(fragment)}"
        return None


def stem_of(rest: str) -> str:
    """The path that the part of an IRI after the base gives."""
    if _EASY.match(rest):
        return rest
    segments = rest.split("/")
    made = [_segment(segment, last=index == len(segments) - 1) for index, segment in enumerate(segments)]
    return "/".join(made)


def _segment(text: str, *, last: bool) -> str:
    """One name: letters, digits and a few marks; anything else percent-encoded, too long ones cut."""
    name = quote(text, safe="").replace("~", "%7E") or "%00"
    if name.startswith(".") or name.endswith("."):
        name = name.replace(".", "%2E")
    if not last and _ENDINGS.search(name):
        name = "%2E".join(name.rsplit(".", 1))
    if _DEVICES.match(name):
        name = f"{name[0]}%{ord(name[1]):02X}{name[2:]}"
    if len(name) > _LONGEST:
        name = f"{name[: _LONGEST - 20].rstrip('%.')}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    return name


def href_of(path: str) -> str:
    """A path as a link: what is percent-encoded in the file's name is once more."""
    return path if _PLAIN.match(path) else quote(path, safe="/~")


def fragment_of(name: str) -> str:
    """A name as the part of a link after ``#``, and as the ``id`` that it leads to."""
    return quote(name, safe="~:-_.")


NOT_FOUND = "404.html"
"""The page that is shown in the place of one that is not there."""


def root_of(path: str) -> str:
    """The way from a page back to the root of the site: ``../`` for each folder."""
    return "../" * path.count("/")


def safe_url(url: str) -> str | None:
    """A link out of the site, or None where a browser must not follow it."""
    if re.match(r"(https?://|mailto:)[^\s\"<>]+\Z", url, re.I):
        return url
    return None
