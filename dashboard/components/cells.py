"""Tables and sentences whose numbers open: texts, and with each number the figure that it is.

A figure is named by an id: ``people``, a country's measure such as ``UA.arrived``, or the id of an event or
a transfer. A name may be picked instead, which filters by what it names. What is built here is plain data for
`dashboard.components.figure_table`, which draws it as text, never as markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit

__all__ = ["Cell", "Content", "listener", "sentence", "table", "web_address"]

Content: TypeAlias = dict[str, Any]
"""A table or a sentence, ready for JSON; `figure_table/figure_table.js` types its parts."""


@dataclass(frozen=True)
class Cell:
    """A text that can be opened or picked.

    Parameters
    ----------
    text
        What is read.
    figure
        Id of the figure whose claims it opens; "" where it opens none.
    title
        Label for screen readers: "114 arrived in Ukraine: show the claims".
    href
        Address that it links to where it is no figure; only web addresses are followed.
    pick
        Kind and id of what it filters by where it is no figure, such as ``("country", "UA")``.
    picked
        Whether that is filtered by already; its row is marked then, and a choice takes it away again.
    """

    text: str
    figure: str = ""
    title: str = ""
    href: str = ""
    pick: tuple[str, str] | None = None
    picked: bool = False


def table(
    caption: str, header: Sequence[str], rows: Iterable[Sequence[Cell | str]], *, texts: int = 1
) -> Content:
    """Return a table.

    Parameters
    ----------
    caption
        What the table shows.
    header
        Names of the columns.
    rows
        Cells, as many as the header has names; the first one names its row.
    texts
        How many columns, from the left, hold texts; numbers stand to the right of theirs.
    """
    return {
        "kind": "table",
        "caption": caption,
        "texts": texts,
        "header": list(header),
        "rows": [[_plain(cell) for cell in row] for row in rows],
    }


def sentence(
    parts: Iterable[Cell | str],
    *,
    tag: Literal["h1", "h2", "h3", "p"] = "h1",
    css_class: str = "ptm-headline",
) -> Content:
    """Return running text.

    Parameters
    ----------
    parts
        Its pieces, with the spaces and stops between them.
    tag, css_class
        The element that holds it.
    """
    return {"kind": "sentence", "tag": tag, "class": css_class, "parts": [_plain(part) for part in parts]}


def listener() -> Content:
    """Return content that draws nothing and reports what is picked in the lists of `dashboard.markup`."""
    return {"kind": "listener"}


def web_address(href: str) -> str:
    """Return an address that may be followed, else "".

    Examples
    --------
    >>> web_address("https://example.org/news"), web_address("javascript:alert(1)"), web_address("http://[x")
    ('https://example.org/news', '', '')
    """
    try:
        return href if urlsplit(href).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _plain(cell: Cell | str) -> str | dict[str, Any]:
    """Return a cell as short as it can be written."""
    if isinstance(cell, str):
        return cell
    parts: dict[str, Any] = {"figure": cell.figure, "title": cell.title, "href": web_address(cell.href)}
    if cell.pick:
        parts |= {"pick": dict(zip(("kind", "id"), cell.pick, strict=True)), "picked": cell.picked}
    given = {name: part for name, part in parts.items() if part}
    return {"text": cell.text, **given} if given else cell.text
