"""Lists of records, claims and findings as HTML: addresses, records outside the filters, reasons."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from dashboard import markup
from geodata import Filters, Selection, load, select
from geodata.analysis.evidence import behind
from tests.worlds import worked_case


@pytest.fixture
def selection(tmp_path: Path) -> Selection:
    return select(load(worked_case(tmp_path / "world")), Filters(transfer=("by-ua",)))


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://example.org/?a=1&b=2", True),
        ("http://[x", False),
        ("https://[::1/a]b", False),
        ("javascript:alert(1)", False),
        ("www.example.org", False),
        ("", False),
    ],
)
def test_a_source_is_linked_only_where_its_address_is_one(url: str, linked: bool) -> None:
    shown = markup.linked({"publisher": "A & B", "title": "Told", "url": url})
    assert shown.endswith("A &amp; B, Told" + "</a>" * linked)
    assert ('href="https://example.org/?a=1&amp;b=2"' in shown) == linked


def test_no_findings_are_a_sentence(selection: Selection) -> None:
    none = pd.DataFrame([], columns=["kind", "message", "records"])
    assert markup.findings(selection, none) == "<p>Nothing to check was found.</p>"


def test_a_number_may_rest_on_records_outside_the_filters(selection: Selection) -> None:
    """The 89 who went on to Poland are no part of what transfer=by-ua chooses."""
    found = behind(selection, "by-ua")
    assert found
    onward = pd.DataFrame(
        {"sign": [1, -1], "count_min": [114, 89], "count_max": [114, 89]}, ["by-ua", "ua-pl"]
    )
    terms = onward.astype({"count_min": "Int64", "count_max": "Int64"})
    shown = markup.evidence(selection, replace(found, terms=terms), "25 people", "Counted.")
    lines = [line.partition("</summary>")[0] for line in shown.split("<details ")[1:]]
    assert ["outside the filters" in line for line in lines] == [False, True]
    assert ["+ 114 people" in lines[0], "− 89 people" in lines[1]] == [True, True]


def test_bounds_narrower_than_their_sum_are_explained(selection: Selection) -> None:
    found = behind(selection, "by-ua")
    for narrower in (True, False):
        object.__setattr__(found, "narrower", narrower)
        assert found
        shown = markup.evidence(selection, found, "114 people", "Counted.")
        assert ("the bounds of the sum are narrower than the sum of their bounds" in shown) == narrower
