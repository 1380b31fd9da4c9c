"""A form to write a query on, for pages that do without scripts."""

from __future__ import annotations

from html import escape

_ANSWERS = {"html": "table", "json": "JSON", "csv": "CSV", "xml": "XML", "tsv": "TSV"}


def query_form(endpoint: str, text: str) -> str:
    """The form as HTML.

    Args:
        endpoint: where it is sent, from the page.
        text: the query that it holds at first.
    """
    options = "".join(f'<option value="{value}">{name}</option>' for value, name in _ANSWERS.items())
    return (
        f'<form action="{escape(endpoint)}" method="get">\n<label>Query (SPARQL 1.1)\n'
        f'<textarea name="query" rows="14" spellcheck="false">{escape(text)}</textarea></label>\n'
        f'<p><label>Answer as <select name="format">{options}</select></label> '
        "<button>Run</button></p>\n</form>\n"
    )
