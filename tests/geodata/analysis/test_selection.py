from pathlib import Path

import pytest

from geodata import Filters, country_totals, honour, load, people, select
from geodata.model.counts import Bounds
from tests.worlds import COUNTRIES, claim, event, leg, worked_case, write_world


def chosen(folder: Path, query: str) -> tuple[list[str], list[str], Bounds]:
    """Return the events, the transfers and the people that a query string chooses."""
    dataset = load(folder)
    filters, notices = honour(Filters.parse(query)[0], dataset)
    assert notices == []
    selection = select(dataset, filters)
    return list(selection.events.index), list(selection.transfers.index), people(selection)


@pytest.mark.parametrize(
    ("query", "transfers", "count"),
    [
        # Legs that leave or reach the country; the people are those of the legs, unless it is the event's own.
        ("country=PL&status=done", ["ua-pl"], 89),
        ("country=LT&status=done", ["by-lt", "ua-lt"], 29),
        ("country=UA&status=done", ["by-ua", "ua-pl", "ua-lt"], 114),
        ("country=BY&status=done", ["by-ua", "by-lt"], 123),
        ("country=PL,LT&status=done", ["by-lt", "ua-pl", "ua-lt"], 118),
        ("country=UA&from=BY", ["by-ua"], 114),
        ("place=lt&status=done", ["by-lt", "ua-lt"], 29),
        ("place=by&status=done", ["by-ua", "by-lt"], 123),
        ("transfer=ua-pl", ["ua-pl"], 89),
        ("transfer=ua-pl,by-lt&status=done", ["by-lt", "ua-pl"], 98),
        ("transfer=ua-pl&country=LT", [], 0),
        # Everybody of the records that a source makes claims on is counted, by the basis.
        ("source=late", ["ua-pl", "ua-lt"], 109),
        ("source=two", ["by-ua", "by-lt"], 123),
        ("source=undated", ["ua-pl"], 89),
        ("source=undated,one&status=done", ["by-ua", "by-lt", "ua-pl"], 123),
        ("source=plan", ["plan-pl", "plan-lt"], 0),
    ],
)
def test_what_a_click_chooses_in_the_worked_case(
    tmp_path: Path, query: str, transfers: list[str], count: int
) -> None:
    events, found, counted = chosen(worked_case(tmp_path / "world"), query)
    assert (found, counted) == (transfers, (count, count))
    assert events == (["e"] if transfers else [])


def test_a_country_takes_in_no_release_elsewhere(tmp_path: Path) -> None:
    dataset = load(worked_case(tmp_path / "world"))
    totals = country_totals(select(dataset, Filters(country=("PL",), status=("done",))))
    assert totals["released_max"].to_dict() == {"PL": 0, "UA": 0}
    assert totals["arrived_max"].to_dict() == {"PL": 89, "UA": 0}


def test_a_group_chooses_the_records_of_which_a_claim_names_it(tmp_path: Path) -> None:
    folder = write_world(
        tmp_path / "world",
        events=[event(), event("f"), event("g", location_id="")],
        transfers=[leg("a", "by", "lt"), leg("b", "by", "ua"), leg("c", "by", "pl", event_id="f")],
        claims=[
            claim("e", 10),
            claim("a", 4),
            claim("a", 2, group="women, children", claim_id="a-women"),
            claim("b", 6),
            claim("f", 9),
            claim("f", 3, group="50% men", claim_id="f-men"),
            claim("g", 7, 8, group="50% men", standing="withdrawn", claim_id="g-men"),
        ],
    )
    # Chosen by its leg alone, the event is not counted whole; the leg is, and not its women alone.
    assert chosen(folder, Filters(group=("women, children",)).query()) == (["e"], ["a"], (4, 4))
    # Chosen itself, it is, though none of its legs is.
    assert chosen(folder, Filters(group=("50% men",)).query()) == (["f", "g"], [], (9, None))
    both = Filters(group=("50% men", "women, children"))
    assert chosen(folder, both.query()) == (["e", "f", "g"], ["a"], (13, None))
    assert chosen(folder, Filters(group=("50% men",), event=("f",)).query()) == (["f"], [], (9, 9))


def test_a_place_on_the_way_counts_as_called_at(tmp_path: Path) -> None:
    gate = {"location_id": "gate", "name": "Gate", "kind": "crossing", "longitude": 25.6, "latitude": 54.5}
    folder = write_world(
        tmp_path / "world",
        locations=[*COUNTRIES, gate | {"precision": "exact"}],
        events=[event()],
        transfers=[leg("a", "by", "lt", via="gate"), leg("b", "by", "lt")],
        claims=[claim("a", 1), claim("b", 2)],
    )
    assert chosen(folder, "place=gate") == (["e"], ["a"], (1, 1))
    assert chosen(folder, "place=lt")[1] == ["a", "b"]
    assert chosen(folder, "country=between")[1] == []
