"""Records, claims and findings as HTML of our own; every text of a dataset goes through `text`."""

from __future__ import annotations

import html
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from dashboard.components.cells import web_address
from dashboard.messages.days import date_text
from dashboard.messages.figures import STATUS_WORDS, count_texts, people_text
from geodata import Dataset, Selection
from geodata.analysis.basis import ENTRIES, ranked
from geodata.analysis.evidence import Evidence
from geodata.analysis.findings import KINDS, reason
from geodata.model.counts import Count

__all__ = ["evidence", "findings", "linked", "records", "rows_of", "table", "text"]

_STANDINGS = {
    "adopted": "adopted",
    "corroborating": "agrees",
    "conflicting": "differs",
    "superseded": "superseded",
    "withdrawn": "withdrawn",
}
MAX_OPEN = 6
"""Records whose claims are open at once."""
MAX_RECORDS = 40
"""Records that are written out under one number; the rest is in the list of movements."""
NARROWER = (
    "These numbers depend on each other, so the bounds of the sum are narrower than the sum of their bounds."
)
"""Said of a number whose bounds are narrower than the sum of the bounds of its records."""
ALTERNATIVES = (
    "These may be plans for the same people: together they are at least as many as in the largest, and at "
    "most the sum."
)
"""Said of a number of people of whom nothing took place."""


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
    """Return a publication as text, and as a link where its address is a web address."""
    name = text(", ".join(filter(None, [source["publisher"], source["title"]])))
    address = text(web_address(source["url"]))
    return (
        f'<a href="{address}" target="_blank" rel="noopener noreferrer nofollow">{name}</a>'
        if address
        else name
    )


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
        Index record id: rows of `Selection.events` and `Selection.transfers`.
    claims
        Claims, with entry; those of other records are ignored.
    opened
        Whether the lines are open already.
    picked
        Ids that are filtered by: each line then has a button that picks it, which
        `dashboard.components.cells.listener` reports. None for no buttons.
    """
    return f'<div class="ptm-list">{"".join(_lines(dataset, chosen, claims, opened, picked))}</div>'


def evidence(selection: Selection, found: Evidence, statement: str, according: str) -> str:
    """Return the sources of one number: its contributions, their claims, the reasons for its bounds.

    Parameters
    ----------
    statement
        The number in words.
    according
        By which rule claims were chosen, in words.
    """
    contributions = found.terms[:MAX_RECORDS]
    low, high = contributions["count_min"].to_numpy(), contributions["count_max"].array
    signed = bool((contributions["sign"] < 0).any())  # no signs where all are added
    signs = contributions["sign"].to_numpy() if signed else 0
    chosen = _records(selection, contributions.index, outside=True)
    chosen = chosen.assign(count_min=low, count_max=high, sign=signs)
    parts = [
        f'<h3 class="ptm-proof">{text(statement)}</h3>',
        f'<p class="ptm-doubt">{text(according)}</p>',
        records(
            selection.dataset,
            chosen,
            found.claims(contributions.index),
            opened=len(contributions) <= MAX_OPEN,
        ),
    ]
    if len(found.terms) > MAX_RECORDS:
        parts.append(f"<p>and {len(found.terms) - MAX_RECORDS} more, listed under Movements.</p>")
    remarks = [f"{reason(step, selection.dataset.titles)}." for step in found.reasons(contributions.index)]
    if found.alternatives:
        parts.append(f"<p>{ALTERNATIVES}</p>")
    if found.narrower:
        remarks.insert(0, NARROWER)
    if remarks:
        items = "".join(f"<li>{text(remark)}</li>" for remark in remarks)
        parts.append(f'<h4 class="ptm-why">Why the bounds are narrower than the claims</h4><ul>{items}</ul>')
    return "".join(parts)


def findings(selection: Selection, found: pd.DataFrame) -> str:
    """Return findings under the headings of their kinds; each opens to its records and their claims.

    Where there are none, a sentence says so.
    """
    if found.empty:
        return "<p>Nothing to check was found.</p>"
    named = dict.fromkeys(record for ids in found["records"] for record in ids[:MAX_RECORDS])
    here = _records(selection, named)
    lines = dict(zip(here.index, _lines(selection.dataset, here, selection.claims), strict=True))
    parts = []
    for kind, of_kind in found.groupby("kind", sort=False):
        parts.append(f'<h4 class="ptm-kind">{text(KINDS[str(kind)])}</h4><div class="ptm-list">')
        for message, ids in zip(of_kind["message"], of_kind["records"], strict=True):
            inside = "".join(lines.get(record, "") for record in ids[:MAX_RECORDS])
            sentence = f"<span>{text(message)}</span>"
            opened = f'<details class="ptm-finding"><summary>{sentence}</summary>'
            opened += f'<div class="ptm-list">{inside}</div></details>'
            parts.append(opened if inside else f"<p>{sentence}</p>")
        parts.append("</div>")
    return "".join(parts)


def _records(selection: Selection, ids: Iterable[str], *, outside: bool = False) -> pd.DataFrame:
    """Return events and transfers in the order of ids.

    Parameters
    ----------
    outside
        Whether records that the filters leave out are returned, too, marked in a column of this name; else
        they are ignored.
    """
    ids, dataset = list(ids), selection.dataset
    found = []
    for chosen, every in ((selection.events, dataset.events), (selection.transfers, dataset.transfers)):
        found.append(chosen[chosen.index.isin(ids)])
        left_out = every[every.index.isin(ids) & ~every.index.isin(chosen.index)]
        if outside and len(left_out):
            found.append(left_out.assign(outside=True, superseded=False))
    here = pd.concat(found)
    return here.loc[[record for record in ids if record in here.index]]


def _lines(
    dataset: Dataset,
    chosen: pd.DataFrame,
    claims: pd.DataFrame,
    opened: bool = False,
    picked: Collection[str] | None = None,
) -> list[str]:
    """Return the lines of `records`."""
    ordered = ranked(claims[claims["subject_id"].isin(chosen.index)])
    by_subject: dict[str, list[str]] = {}
    for claim, count in zip(rows_of(ordered), count_texts(ordered), strict=True):
        by_subject.setdefault(claim["subject_id"], []).append(_claim(claim, count, dataset))
    unreported = ["<p>No source gives a number.</p>"]
    return [
        _line(dataset, row, "".join(by_subject.get(row["id"], unreported)), opened, picked)
        for row in rows_of(chosen.assign(id=chosen.index))
    ]


def _line(
    dataset: Dataset,
    row: dict[str, Any],
    inside: str,
    opened: bool,
    picked: Collection[str] | None,
) -> str:
    """Return an event or a transfer as a line that opens to its claims."""
    is_transfer = isinstance(row.get("origin_id"), str)
    status = row.get("status")  # of events, too, where they did not take place
    if is_transfer:
        state = STATUS_WORDS[row["status"]] + (", superseded" if row["superseded"] else "")
        remark = row["note"]
    else:
        state = row["kind"] if row["kind"] != "series" else "not counted"
        if isinstance(status, str) and status not in ("", "done"):
            state += f", {STATUS_WORDS[status]}"
        remark = row["summary"]
    if row.get("outside") is True:
        state += ", outside the filters"
    count = ""
    if "count_min" in row:
        known = Count.of(row["count_min"], row["count_max"])
        count = known.label if known.unknown else people_text(known)
    sign = {1: "+ ", -1: "− "}.get(row.get("sign", 0), "")
    remark = f'<p dir="auto">{text(remark)}</p>' if remark else ""
    marked = picked is not None and row["id"] in picked
    record = text(row["id"])
    if picked is not None:
        kind = "transfer" if is_transfer else "event"
        says = "Show others again" if marked else f"Show this {kind} alone"
        button = f'<button type="button" class="ptm-pick" data-ptm-pick="{kind}" data-ptm-pick-id="{record}">'
        inside += f"<p>{button}{says}</button></p>"
    look = f"ptm-{'transfer' if is_transfer else 'event'}{' ptm-picked' if marked else ''}"
    return (
        f'<details class="{look}" data-ptm-id="{record}"'
        f"{' open' if opened else ''}><summary>"
        f'<span class="ptm-when">{text(date_text(row["date"]))}</span>'
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
    when = date_text(source["published"]) if source["published"] else "day of publication not known"
    part = " (a part of the people)" if claim["group"] else ""
    return (
        f'<div class="ptm-claim ptm-{"counts" if entry.counts else text(claim["standing"])}">'
        f'<span class="ptm-count">{text(count)}</span>'
        f'<span class="ptm-standing">{text(_STANDINGS[claim["standing"]])}</span>'
        f"<span>“{text(claim['wording'])}”{group}{quote}"
        f"<cite>{linked(source)}, {text(when)}{cites}</cite>"
        f'<span class="ptm-entry">{text(entry.meaning)}{part}</span></span></div>'
    )
