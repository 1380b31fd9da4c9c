"""From what a page shows to its HTML: the templates, and the few marks that they share."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from mca_graph.publishing.site.context import Site
from mca_graph.publishing.site.drawing import draw_bars, draw_map, draw_timeline
from mca_graph.publishing.site.model import Link, Row, Value
from mca_graph.publishing.site.network import draw_network

TEMPLATES = Path(__file__).parents[1] / "templates"

_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*\Z")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_BACK = '<span class="hidden">pointing here by </span><span aria-hidden="true">← </span>'


class Renderer:
    """Writes pages from templates.

    Args:
        site: the site that is being published.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._frames: dict[str, tuple[Markup, ...]] = {}
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
            auto_reload=False,
        )
        self._templates.globals.update(
            a=html_link,
            joined=html_joined,
            value=html_value,
            rows=html_rows,
            draw_bars=draw_bars,
            draw_map=draw_map,
            draw_timeline=draw_timeline,
            draw_network=draw_network,
            project=site.project,
            settings=site.settings,
            base_url=site.base_url,
            downloads=lambda: site.machines.files,
            head=lambda *about: Markup(site.machines.head(*about)),
        )
        self._templates.filters.update(
            data_json=data_json, plural=plural, capital=capital, clean=clean, many=many
        )

    def page(self, template: str, path: str, **shown: Any) -> str:
        """Write a page.

        Args:
            template: the name of the template, without its ending.
            path: where the page will stand.
            shown: what the template needs.
        """
        found = self._templates.get_template(f"{template}.html")
        root = self._site.root_of(path)
        if root not in self._frames:
            self._frames[root] = tuple(
                Markup(self._templates.get_template(f"{part}.html").render(root=root))
                for part in ("header", "footer")
            )
        header, footer = self._frames[root]
        return found.render({"path": path, "root": root, "header": header, "footer": footer, **shown})

    def part(self, template: str, **shown: Any) -> str:
        """Write a part of a page that stands at the root of the site."""
        return self._templates.get_template(f"{template}.html").render(root="", **shown)


def clean(text: str) -> str:
    """Text without marks that are not seen but change what is seen around them."""
    return _CONTROL.sub("�", text)


@lru_cache(maxsize=20_000)
def html_link(link: Link) -> Markup:
    """A link as HTML; a text that leads nowhere stands without one."""
    text = escape(clean(link.text), quote=False)
    lang = f' lang="{link.lang}"' if link.lang and _LANGUAGE.match(link.lang) else ""
    if link.href:
        kind = ' class="out"' if link.href.startswith(("http:", "https:")) else ""
        return Markup(f'<a href="{escape(link.href)}"{kind}{lang}>{text}</a>')
    if link.kind == "text" and "\n" in link.text:
        lines = "<br>".join(text.split("\n"))
        return Markup(f"<span{lang}>{lines}</span>")
    kind = ' class="date"' if link.kind == "date" else ""
    return Markup(f"<span{kind}{lang}>{text}</span>") if kind or lang else Markup(text)


def html_joined(links: Iterable[Link]) -> Markup:
    """Links as HTML, one after the other."""
    return Markup("; ".join(map(html_link, links)))


def html_value(value: Value) -> Markup:
    """A value as HTML, with marks that lead to where it comes from."""
    return Markup(_value_text(value))


def html_rows(rows: Iterable[Row], counted: bool = False) -> Markup:
    """Properties with their values as the entries of a list of facts.

    Args:
        rows: the properties.
        counted: say of each how many values it has; read from its value it has an arrow.
    """
    return Markup("".join(f"<div>{_row_text(row, counted)}</div>\n" for row in rows))


def _row_text(row: Row, counted: bool) -> str:
    back = counted and row.name.kind == "back"
    count = f' <span class="count">{row.total}</span>' if counted else ""
    values = "".join(f"<dd>{_value_text(value)}</dd>" for value in row.values)
    more = f'<dd><a href="{escape(row.all_href)}">all {row.total}</a></dd>' if row.all_href else ""
    return f"<dt>{_BACK if back else ''}{html_link(row.name)}{count}</dt>{values}{more}"


def _value_text(value: Value) -> str:
    links = value.links
    if len(links) > 1 and links[-1].kind == "joiner":
        joined = ' <span class="with">·</span> '.join(map(html_link, links[:-1]))
        own = escape(links[-1].text)
        details = (
            f' <a class="details" href="{escape(links[-1].href)}" title="{own}">'
            f'<span aria-hidden="true">§</span><span class="hidden">{own}</span></a>'
        )
        shown = joined + (details if links[-1].href else "")
    else:
        shown = " · ".join(map(html_link, links))
    return f"{shown}{_marks_text(value.marks)}" if value.marks else shown


@lru_cache(maxsize=4096)
def _marks_text(marks: tuple[int, ...]) -> str:
    """The marks of the sources of a fact."""
    made = "".join(
        f'<a href="#source-{mark}"><span class="hidden">source </span>{mark}</a>' for mark in marks
    )
    return f'<sup class="marks">{made}</sup>'


def data_json(value: object) -> Markup:
    """JSON that can stand inside a page: no mark in it can end the element around it."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return Markup(text)


def plural(count: int, one: str, many: str = "") -> str:
    """A number with its noun."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def many(text: str, language: str) -> str:
    """A noun in the plural, as far as that can be told; in another language as it stands."""
    if language.split("-")[0] != "en":
        return text
    head, _space, noun = text.rpartition(" ")
    if noun == "person":
        noun = "people"
    elif re.search(r"[^aeiou]y\Z", noun):
        noun = f"{noun[:-1]}ies"
    elif re.search(r"(s|x|z|ch|sh)\Z", noun):
        noun += "es" if not noun.endswith("s") else ""
    else:
        noun += "s"
    return f"{head} {noun}".strip()


def capital(text: str) -> str:
    """Text with a capital at its beginning."""
    return text[:1].upper() + text[1:]
