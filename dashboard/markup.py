"""Records, claims and findings as HTML of our own; every text of a dataset goes through `text`."""

from __future__ import annotations

import html
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from dashboard import theme
from geodata import Dataset, Selection
from geodata.basis import ENTRIES, ranked
from geodata.counts import Count, labels
from geodata.evidence import Evidence
from geodata.findings import KINDS, reason

__all__ = ["evidence", "findings", "linked", "records", "rows_of", "table", "text"]

_STANDINGS = {
    "adopted": "adopted",
    "corroborating": "agrees",
    "conflicting": "differs",
    "superseded": "overtaken",
    "withdrawn": "withdrawn",
}
MAX_OPEN = 6
"""Records whose claims are open at once."""
MAX_TERMS = 40
"""Records that are written out under one number; the rest is in the list of movements."""


def text(value: object) -> str:
    """Return anything as HTML text."""
    return html.escape(str(value))


def table(header: Sequence[str], rows: Iterable[Sequence[str]], caption: str) -> str:
    """Return an HTML table; cells are HTML already, the first column names the row."""
    head = "".join(f'<th scope="col">{text(name)}</th>' for name in header)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    return (
        f'<div class="ptm-scroll" tabindex="0"><table class="ptm-table"><caption>{text(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table by column name."""
    return [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]


def linked(source: Mapping[str, Any] | pd.Series) -> str:
    """Return a publication as text, linked where its address is one of the web."""
    name = text(", ".join(filter(None, [source["publisher"], source["title"]])))
    if urlsplit(source["url"]).scheme not in ("http", "https"):
        return name
    return f'<a href="{text(source["url"])}" target="_blank" rel="noopener noreferrer nofollow">{name}</a>'


def records(
    dataset: Dataset,
    chosen: pd.DataFrame,
    claims: pd.DataFrame,
    *,
    opened: bool = False,
    picked: Collection[str] | None = None,
) -> str:
    """Return events and transfers as a list of lines that open to their claims.

    Parameters
    ----------
    dataset
        Where they come from.
    chosen
        Index record id: rows of `Selection.events` and `Selection.transfers`, those of events without
        ``status``.
    claims
        Claims, with entry; those of other records are passed over.
    opened
        Whether the lines are open already.
    picked
        Ids that are filtered by: each line then has a button that picks it, which `dashboard.cells.listener`
        hears. None for no buttons.
    """
    own = claims[claims["subject_id"].isin(chosen.index)]
    ordered = ranked(own)
    told: dict[str, list[str]] = {}
    for claim, count in zip(rows_of(ordered), labels(ordered), strict=True):
        told.setdefault(claim["subject_id"], []).append(_claim(claim, count, dataset))
    lines = (
        _line(
            dataset,
            row,
            "".join(told.get(row["id"], ["<p>No source gives a number.</p>"])),
            opened,
            picked,
        )
        for row in rows_of(chosen.assign(id=chosen.index))
    )
    return f'<div class="ptm-list">{"".join(lines)}</div>'


def evidence(selection: Selection, found: Evidence, statement: str, according: str) -> str:
    """Return what one number rests on: its terms with their claims, and why its bounds are what they are.

    Parameters
    ----------
    statement
        The number in words.
    according
        By which rule claims were chosen, in words.
    """
    terms = found.terms[:MAX_TERMS]
    chosen = _records(selection, terms.index)
    low, high = terms["count_min"].to_numpy(), terms["count_max"].array
    signs = terms["sign"].to_numpy() if (terms["sign"] < 0).any() else 0  # none where all are added
    chosen = chosen.assign(count_min=low, count_max=high, sign=signs)
    parts = [
        f'<h3 class="ptm-proof">{text(statement)}</h3>',
        f'<p class="ptm-doubt">{text(according)}</p>',
        records(selection.dataset, chosen, found.claims(terms.index), opened=len(terms) <= MAX_OPEN),
    ]
    if len(found.terms) > MAX_TERMS:
        parts.append(f"<p>and {len(found.terms) - MAX_TERMS} more, listed under Movements.</p>")
    titles = selection.dataset.titles
    remarks = [
        f"Together they are part of: {titles[whole]}, and bounded by it."
        for whole in found.terms["whole"].unique()
        if whole
    ]
    remarks += [f"{reason(step, titles)}." for step in found.reasons(terms.index)]
    if remarks:
        items = "".join(f"<li>{text(remark)}</li>" for remark in remarks)
        parts.append(f'<h4 class="ptm-why">Why the bounds are narrower than the claims</h4><ul>{items}</ul>')
    return "".join(parts)


def findings(selection: Selection, found: pd.DataFrame) -> str:
    """Return findings under the headings of their kinds; each opens to its records and their claims."""
    parts = []
    for kind, of_kind in found.groupby("kind", sort=False):
        parts.append(f'<h4 class="ptm-kind">{text(KINDS[str(kind)])}</h4><div class="ptm-list">')
        for message, ids in zip(of_kind["message"], of_kind["records"], strict=True):
            here = _records(selection, ids[:MAX_TERMS])
            inside = records(selection.dataset, here, selection.claims) if len(here) else ""
            said = f"<span>{text(message)}</span>"
            opened = f'<details class="ptm-finding"><summary>{said}</summary>{inside}</details>'
            parts.append(opened if inside else f"<p>{said}</p>")
        parts.append("</div>")
    return "".join(parts)


def _records(selection: Selection, ids: Iterable[str]) -> pd.DataFrame:
    """Return chosen events and transfers in the order of ids; ids that are not chosen are passed over."""
    ids = list(ids)
    here = pd.concat(
        [records[records.index.isin(ids)] for records in (selection.events, selection.transfers)]
    )
    return here.loc[[record for record in ids if record in here.index]]


def _line(
    dataset: Dataset,
    row: dict[str, Any],
    inside: str,
    opened: bool,
    picked: Collection[str] | None,
) -> str:
    """Return an event or a transfer as a line that opens to its claims."""
    leg = isinstance(row.get("status"), str)
    if leg:
        state = theme.STATUS_WORDS[row["status"]] + (", superseded" if row["superseded"] else "")
        remark = row["note"]
    else:
        state = row["kind"] if row["kind"] != "series" else "not counted"
        remark = row["summary"]
    count = ""
    if "count_min" in row:
        known = Count.of(row["count_min"], row["count_max"])
        count = known.label if known.unknown else theme.people_text(known)
    sign = {1: "+ ", -1: "− "}.get(row.get("sign", 0), "")
    remark = f'<p dir="auto">{text(remark)}</p>' if remark else ""
    marked = picked is not None and row["id"] in picked
    record = text(row["id"])
    if picked is not None:
        kind = "transfer" if leg else "event"
        says = "Show others again" if marked else f"Show this {kind} alone"
        button = f'<button type="button" class="ptm-pick" data-ptm-pick="{kind}" data-ptm-pick-id="{record}">'
        inside += f"<p>{button}{says}</button></p>"
    look = f"ptm-{'leg' if leg else 'event'}{' ptm-picked' if marked else ''}"
    return (
        f'<details class="{look}" data-ptm-id="{record}"'
        f"{' open' if opened else ''}><summary>"
        f'<span class="ptm-when">{text(theme.date_text(row["date"]))}</span>'
        f'<span class="ptm-what" dir="auto">{text(dataset.titles[row["id"]])}</span>'
        f'<span class="ptm-state">{text(state)}</span>'
        f'<span class="ptm-count">{text(sign + count)}</span>'
        f'</summary><div class="ptm-evidence">{remark}{inside}</div></details>'
    )


def _claim(claim: dict[str, Any], count: str, dataset: Dataset) -> str:
    """Return a claim: bounds, standing, wording, who says so in which words and when, and how it enters."""
    source = dataset.sources.loc[claim["source_id"]]
    entry = ENTRIES[claim["entry"]]
    group = f" · {text(claim['group'])}" if claim["group"] else ""
    quote = f"<q>{text(claim['quote'])}</q>" if claim["quote"] else ""
    cites = f", citing {text(claim['attribution'])}" if claim["attribution"] else ""
    when = theme.date_text(source["published"]) if source["published"] else "day of publication not known"
    part = " (a part of the people)" if claim["group"] else ""
    return (
        f'<div class="ptm-claim ptm-{"counts" if entry.counts else text(claim["standing"])}">'
        f'<span class="ptm-count">{text(count)}</span>'
        f'<span class="ptm-standing">{text(_STANDINGS[claim["standing"]])}</span>'
        f"<span>“{text(claim['wording'])}”{group}{quote}"
        f"<cite>{linked(source)}, {text(when)}{cites}</cite>"
        f'<span class="ptm-entry">{text(entry.meaning)}{part}</span></span></div>'
    )
