"""Slugs, addresses and ORCID iDs, worked out by hand."""

from __future__ import annotations

import pytest

from mca_graph.contributions.addresses import checked_page, orcid_iri, page_key
from mca_graph.contributions.cells import reference
from mca_graph.contributions.words import kebab, local_name, slug
from mca_graph.errors import McaGraphError


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("University of Bristol", "university-of-bristol"),
        ("Arts and Humanities Research Council (AHRC)", "arts-and-humanities-research-council"),
        ("The National Archives", "national-archives"),
        ("The", "the"),
        ("Theatre Royal", "theatre-royal"),
        ("King's College London", "kings-college-london"),
        ("Cŵn Môn – a'r Fenai", "cwn-mon-ar-fenai"),
        ("Œuvre Straße Łódź", "oeuvre-strasse-lodz"),
        ("HSC R&D Division", "hsc-r-and-d-division"),
        ("AH/W007703/1", "ah-w007703-1"),
        ("(Re)Connect [pilot]", "connect"),
        ("(only brackets)", "only-brackets"),
        ("  a  --  b  ", "a-b"),
        ("河川", ""),
        ("", ""),
    ],
)
def test_slugs(name: str, expected: str) -> None:
    assert slug(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ResearchActivity", "research-activity"),
        ("community asset", "community-asset"),
        ("SPARQLConstraint", "sparql-constraint"),
        ("contributor_group", "contributor-group"),
    ],
)
def test_kebab(name: str, expected: str) -> None:
    assert kebab(name) == expected


def test_local_names_and_cells() -> None:
    assert [local_name(iri) for iri in ("http://e/a#b", "http://e/a/b/", "urn:x")] == ["b", "b", "urn:x"]
    assert [reference(1, 0), reference(7, 25), reference(2, 26), reference(9, 701), reference(9, 16383)] == [
        "A1",
        "Z7",
        "AA2",
        "ZZ9",
        "XFD9",
    ]


SAME = [
    "https://www.example.org/a%2Fb/page?x=1&y=2",
    "http://example.org/a%2Fb/page/?y=2&x=1#part",
    "https://EXAMPLE.org:443/a%2fb/page?x=1&y=2&utm_source=mail",
]


def test_one_page_has_many_addresses() -> None:
    assert {page_key(address) for address in SAME} == {page_key(SAME[0])}
    others = {
        "https://example.org/a",
        "https://example.org/A",
        "https://example.org/a?x=1",
        "https://e.org/a",
    }
    assert len({page_key(address) for address in others}) == 4
    assert page_key("https://e.org/caf%C3%A9") == page_key("https://e.org/café")


@pytest.mark.parametrize(
    "address", ["", "e.org", "ftp://e.org/", "https://", "https://e.org/a b", "https://[/"]
)
def test_what_is_no_page(address: str) -> None:
    with pytest.raises(McaGraphError, match="is not the address of a page"):
        checked_page(address)


@pytest.mark.parametrize(
    "given",
    [
        "0000-0002-1825-0097",
        "https://orcid.org/0000-0002-1825-0097/",
        " http://orcid.org/0000-0002-1825-0097",
    ],
)
def test_orcid(given: str) -> None:
    assert orcid_iri(given) == "https://orcid.org/0000-0002-1825-0097"
    assert orcid_iri("0000-0002-1694-233x") == "https://orcid.org/0000-0002-1694-233X"


@pytest.mark.parametrize("given", ["0000-0002-1825-0096", "0000-0002-1825", "0000000218250097", ""])
def test_no_orcid(given: str) -> None:
    with pytest.raises(McaGraphError, match="ORCID"):
        orcid_iri(given)
