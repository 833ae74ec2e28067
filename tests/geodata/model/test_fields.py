"""The registries: every key of a link and every figure is declared once, and nothing is forgotten."""

from collections.abc import Iterable
from dataclasses import fields, replace
from pathlib import Path
from typing import get_args
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata import Dataset, Filters, honour, load, select
from geodata.model.dates import span
from geodata.model.fields import FIELDS, events_mask, keys, keys_table, languages, transfers_mask
from geodata.model.measures import MEASURES, QUANTITIES, Measure, figure_parts, of_kind
from geodata.model.places import NOWHERE
from geodata.model.schema import EVENT_KINDS, STATUSES
from geodata.query.filters import CLAIM_KEYS, MAX_QUERY_BYTES, MAX_VALUES, RECORD_KEYS
from tests.conftest import ROOT
from tests.geodata.hostile import HOSTILE
from tests.worlds import COUNTRIES, claim, event, leg, worked_case, write_world


def test_the_registry_and_the_filters_declare_the_same() -> None:
    assert [(field.name, field.default) for field in fields(Filters)] == [
        (name, field.default) for name, field in FIELDS.items()
    ]
    assert len({field.key for field in FIELDS.values()}) == len(FIELDS)
    assert sorted(RECORD_KEYS + CLAIM_KEYS + keys("data", "view", "stands")) == sorted(
        field.key for field in FIELDS.values()
    )


@pytest.mark.parametrize("name", FIELDS)
def test_nothing_of_a_key_is_forgotten(name: str) -> None:
    field = FIELDS[name]
    assert field.meaning.endswith(".")
    assert field.without
    value, notices = Filters.parse(f"{field.key}={quote(field.example)}")
    assert notices == []
    assert value.values(field.key), "the example is no default"
    items = getattr(value, name) if field.several else [getattr(value, name)]
    assert sorted(map(field.write, items)) == (
        sorted(field.example.split(",")) if field.several else [field.example]
    )
    # What chooses records says how; what chooses none has no mask; only transfers may have a key alone.
    assert (field.of_transfers is not None) == (field.acts == "records")
    assert field.acts == "records" or field.of_events is None
    assert not field.known or field.noun
    # A flat file takes three keys; of whatever else changes a figure it says why it cannot.
    counts = field.acts in ("data", "records", "claims")
    assert bool(field.flat) == (counts and name not in ("origin", "destination", "date"))


def test_the_readme_has_the_table_of_the_registry() -> None:
    assert f"\n\n{keys_table()}\n" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_measures_are_declared_once() -> None:
    assert of_kind("total") == MEASURES == get_args(Measure)
    assert {quantity.kind for quantity in QUANTITIES.values()} == {
        "total",
        "present",
        "outcome",
        "people",
        "record",
    }
    for name, quantity in QUANTITIES.items():
        assert (figure_parts(f"UA.{name}") is not None) == (quantity.kind in ("total", "present", "outcome"))


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Return an event that took place, one that was planned and one without transfers."""
    gate = {"location_id": "gate", "name": "Gate", "kind": "crossing", "precision": "exact"}
    folder = write_world(
        tmp_path_factory.mktemp("fields") / "world",
        locations=[*COUNTRIES, gate | {"longitude": 25.6, "latitude": 54.5}],
        events=[
            event("done", date="2025-01-13"),
            event("plan", date="2025-03", kind="exchange", location_id="ua"),
            event("alone", date="2025-05/2025-06", location_id=""),
        ],
        transfers=[
            leg("a", "by", "lt", event_id="done", via="gate", departed="2025-01-14", arrived="2025-01-15"),
            leg(
                "b", "by", "ua", event_id="done", status="denied", departed="2025-01-14", arrived="2025-01-14"
            ),
            leg("c", "ua", "pl", event_id="plan", status="planned"),
        ],
        claims=[
            claim("done", 9),
            claim("a", 5, group="women, 50%", claim_id="a-women"),
            claim("c", 4, source_id="two", standing="conflicting"),
            claim("alone", 2, source_id="two"),
            claim("alone", 1, group="men"),
        ],
    )
    return load(folder)


@pytest.mark.parametrize(
    ("query", "events", "transfers"),
    [
        ("", "done plan alone", "a b c"),
        # Only transfers have an origin, a destination and an id: with them, no event is chosen itself.
        ("from=BY", "", "a b"),
        ("to=LT,PL", "", "a c"),
        ("transfer=b", "", "b"),
        ("country=UA", "plan", "b c"),
        ("country=BY", "done", "a b"),
        ("country=unlocated", "alone", ""),
        ("place=gate", "", "a"),
        ("place=by", "done", "a b"),
        # An event is asked by its own days, and its transfers by theirs.
        ("date=2025-01-13", "done", ""),
        ("date=2025-01-14", "", "a b"),
        ("date=2025-01-15", "", "a"),
        ("date=2025-03-31", "plan", "c"),
        ("date=../2025-05", "done plan alone", "a b c"),
        ("date=2025-06-30/..", "alone", ""),
        ("event=done,alone", "done alone", "a b"),
        ("kind=exchange", "plan", "c"),
        ("kind=release", "done alone", "a b"),
        # What took place has a transfer that did, or none at all; the plan has only planned ones.
        ("status=done", "done alone", "a"),
        ("status=planned", "plan", "c"),
        ("status=denied", "", "b"),
        ("status=denied,planned", "plan", "b c"),
        ("group=women%252C 50%2525", "", "a"),
        ("group=men", "alone", ""),
        ("source=two", "alone", "c"),
        ("source=one", "done alone", "a"),
        # Together, all of them must hold.
        ("kind=release&status=done&source=two", "alone", ""),
        ("event=done&from=BY", "", "a b"),
        ("country=UA&date=2025-01", "", "b"),
    ],
)
def test_what_each_key_chooses(dataset: Dataset, query: str, events: str, transfers: str) -> None:
    filters, notices = Filters.parse(query)
    assert notices == []
    assert " ".join(dataset.events.index[events_mask(dataset, filters)]) == events
    assert " ".join(dataset.transfers.index[transfers_mask(dataset, filters)]) == transfers
    selection = select(dataset, filters)
    assert " ".join(selection.events.index[selection.events["own"]]) == events
    assert " ".join(selection.transfers.index) == transfers


def test_every_key_that_chooses_records_can_leave_some_out(dataset: Dataset) -> None:
    nowhere = {"date": "1066", "kind": ("pardon",), "status": ("attempted",), "country": ("NA",)}
    for name, field in FIELDS.items():
        if field.acts == "records":
            filters = replace(Filters(), **{name: nowhere.get(name, ("XX",))})
            assert not events_mask(dataset, filters).any(), name
            assert not transfers_mask(dataset, filters).any(), name


def test_what_a_dataset_offers_it_also_knows(dataset: Dataset) -> None:
    for name, field in FIELDS.items():
        for value in field.offered(dataset) if field.offered else ():
            held: object = (value,) if field.several else value
            basis = "all" if value == "adopted" else "adopted"  # nothing is compared with itself
            filters = replace(Filters(basis=basis), **{name: held})
            assert honour(filters, dataset)[0] == replace(filters, data=dataset.reference), (name, value)
    assert FIELDS["event"].offered is not None
    assert FIELDS["event"].offered(dataset) == ["alone", "plan", "done"], "the newest first"


# Whatever the codec accepts, it gives back.


def accepted(query: str) -> Filters:
    """Return what a query string stands for, after it was read once more from its canonical form."""
    filters, notices = Filters.parse(query)
    assert notices == [], query
    assert Filters.parse(filters.query()) == (filters, [])
    return filters


def test_every_language_is_read_and_kept() -> None:
    assert len(languages()) > 1000
    assert [accepted(f"lang={tag}").lang for tag in sorted(languages())] == sorted(languages())


def forms(years: Iterable[str]) -> Iterable[str]:
    """Yield dates of every form in some years."""
    for year in years:
        yield from (f"{year}", f"{year}-02", f"{year}-02-28", f"{year}-02-28~", f"{year}?", f"{year[:3]}X%")
        yield from (f"{year[:2]}XX", f"{year}-XX", f"{year}-12-XX", f"{year}/..", f"../{year}", f"/{year}-06")
        # Where the season may as well be the next year (2025-26), it is asked about.
        yield from (f"{year}-{part}" for part in range(21, 42) if part != int(year[2:]) + 1)


def test_every_form_of_date_is_read_and_kept() -> None:
    for date in forms(["0101", "1861", "1969", "2025", "2300", "9998"]):
        assert span(date)
        assert accepted(f"date={date}").date == date


@pytest.mark.parametrize("key", ["asof", "t"])
def test_days_of_all_years_are_read_and_kept(key: str) -> None:
    for day in ("0001-01-01", "1850-01-01", "1900-02-28", "2199-12-31", "2300-01-01", "9999-12-31"):
        assert accepted(f"{key}={day}").values(key) == (day,)


@pytest.mark.parametrize("name", [name for name, field in FIELDS.items() if field.several])
def test_each_set_at_its_limits(name: str) -> None:
    field = FIELDS[name]
    codes = [f"{a}{b}" for a in "ABC" for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    every = {"kind": EVENT_KINDS, "status": STATUSES}.get(name) or (
        [*NOWHERE, *codes] if field.noun == "country" else [f"v{k}" for k in range(MAX_VALUES + 1)]
    )
    most = tuple(sorted(every[:MAX_VALUES]))
    assert getattr(accepted(f"{field.key}={','.join(most)}"), name) == most
    assert replace(Filters(), **{name: most}).too_long == ""
    if len(every) <= MAX_VALUES:
        return
    over = tuple(every[: MAX_VALUES + 1])
    filters, (notice,) = Filters.parse(f"{field.key}={','.join(over)}&lang=uk")
    assert filters == Filters(lang="uk")
    assert str(notice).endswith(
        f"was ignored: a key holds at most 64 values, and this one has 65. Shown: {field.without}."
    )
    # A widget can choose as many as there are: the filters hold them, and say that no link does.
    held = replace(Filters(), **{name: over})
    assert len(getattr(held, name)) == 65
    assert held.too_long == f"a link holds at most 64 values of a key, and {field.key} has 65"


@pytest.mark.parametrize("text", ["x" * 100, "ü" * 100, "∀" * 100, "%", "&=#?", "a+b", "'\"--", "\U0001f600"])
@pytest.mark.parametrize("name", ["event", "transfer", "place", "source", "basis", "compare", "figure"])
def test_ids_at_their_limits(name: str, text: str) -> None:
    field = FIELDS[name]
    held: object = (text,) if field.several else text
    assert getattr(accepted(f"{field.key}={quote(text)}"), name) == held
    if len(text) == 100:
        filters, (notice,) = Filters.parse(f"{field.key}={quote(text + 'x')}")
        assert filters == Filters()
        assert (notice.got, notice.reason) == (field.without, "this is no id")


def test_bytes_at_their_limit() -> None:
    short = Filters(group=("a" * 2000, "b" * 1000, "c" * 900))
    room = MAX_QUERY_BYTES - len(short.query())
    full = Filters(group=("a" * 2000, "b" * 1000, "c" * (900 + room)))
    assert (len(full.query()), full.too_long) == (4096, "")
    assert Filters.parse(full.query()) == (full, [])
    over = Filters(group=("a" * 2000, "b" * 1000, "c" * (901 + room)))
    assert over.too_long == "a link holds at most 4,096 bytes, and this one would have 4,097"
    filters, (notice,) = Filters.parse(over.query())
    assert filters == Filters()
    assert str(notice) == (
        "The link of 4,097 bytes was ignored: a link holds at most 4,096 bytes. Shown: everything, unfiltered."
    )


@pytest.mark.parametrize(
    "view",
    ["90,180,20", "-90,-180,0", "0,0,0", "-0,-0,0", "52.9,26.1,4.6", "1e1,1e-4,2", "89.99999,0,19.999"],
)
def test_views_at_their_limits(view: str) -> None:
    assert accepted(f"at={view}").at is not None


@given(
    st.dictionaries(
        st.sampled_from([field.key for field in FIELDS.values()]),
        st.text(max_size=40) | st.sampled_from([field.example for field in FIELDS.values()]),
    )
)
def test_a_value_of_any_key_is_kept_or_has_a_notice(link: dict[str, str]) -> None:
    filters, notices = Filters.parse("&".join(f"{key}={quote(text)}" for key, text in link.items()))
    assert Filters.parse(filters.query()) == (filters, [])
    noticed = {notice.key for notice in notices}
    for field in FIELDS.values():
        asked = link.get(field.key, "")
        empty = not asked.strip(",") if field.several else asked in ("", field.default)
        assert empty or filters.values(field.key) or field.key in noticed


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE)
def test_hostile_values_of_each_key(query: str) -> None:
    value = query.partition("=")[2].partition("&")[0][:500]
    for field in FIELDS.values():
        filters, notices = Filters.parse(f"{field.key}={value}")
        assert Filters.parse(filters.query()) == (filters, [])
        assert notices or filters.values(field.key) or not value.strip(",")


def test_the_worked_case_is_asked_by_rows_that_are_no_country(tmp_path: Path) -> None:
    dataset = load(worked_case(tmp_path / "world"))
    for row in NOWHERE:
        filters, notices = honour(accepted(f"from={row}&to={row}&country={row}"), dataset)
        assert (filters.origin, notices) == ((row,), [])
        assert select(dataset, filters).transfers.empty
