import datetime as dt
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.filters import MAX_QUERY_BYTES, MAX_VALUES, MEASURES, Filters, LinkNotice
from geodata.schema import EVENT_KINDS, STATUSES

ids = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], exclude_characters=",;"),
    min_size=1,
    max_size=20,
)
places = st.sampled_from(["BY", "UA", "LT", "PL", "NA", "between", "unlocated"])
days = st.dates().map(dt.date.isoformat)
some = {"max_size": 5}
filters = st.builds(
    Filters,
    data=st.sampled_from(["", "belarus-2024-2025", "belarus-2024-2025@3f9a1c02"]),
    origin=st.lists(places, **some).map(tuple),
    destination=st.lists(places, **some).map(tuple),
    date=st.one_of(
        st.just(""), days, st.sampled_from(["2025-09", "2025-09/2025-12-13", "../2025-12", "2025~"])
    ),
    event=st.lists(ids, **some).map(tuple),
    kind=st.lists(st.sampled_from(EVENT_KINDS), **some).map(tuple),
    status=st.lists(st.sampled_from(STATUSES), **some).map(tuple),
    basis=st.one_of(st.sampled_from(["adopted", "all"]), ids),
    measure=st.sampled_from(MEASURES),
    t=st.one_of(st.just(""), days),
    at=st.one_of(st.none(), st.tuples(st.floats(-90, 90), st.floats(-180, 180), st.floats(0, 20))),
)


@given(filters)
def test_a_link_gives_back_the_filters_it_was_made_of(value: Filters) -> None:
    assert Filters.parse(value.query()) == (value, [])


@given(st.text(max_size=300))
def test_no_text_makes_parsing_fail_and_what_comes_out_is_stable(text: str) -> None:
    value, _ = Filters.parse(text)
    assert Filters.parse(value.query()) == (value, [])


def test_the_canonical_form_is_short_ordered_and_sorted() -> None:
    value = Filters(
        data="belarus-2024-2025@3f9a1c02",
        destination=("UA", "LT", "UA"),
        date="2025-09/2025-12-13",
        status=("planned", "done"),
        measure="arrived",
        t="2025-12-13",
        at=(52.9, 26.1, 4.6),
    )
    assert value.query() == (
        "v=1&data=belarus-2024-2025@3f9a1c02&to=LT,UA&date=2025-09/2025-12-13&status=done,planned"
        "&measure=arrived&t=2025-12-13&at=52.9,26.1,4.6"
    )


@pytest.mark.parametrize(
    ("query", "expected", "reasons"),
    [
        ("", Filters(), []),
        ("to=LT%2CUA", Filters(destination=("LT", "UA")), []),
        ("?status=done", Filters(status=("done",)), []),
        ("status=done,flown", Filters(status=("done",)), ["'flown': there is no such status"]),
        ("status=flown", Filters(), ["there is no such status"]),
        ("colour=red&to=LT", Filters(destination=("LT",)), ["there is no such key"]),
        ("to=LT&to=UA", Filters(destination=("LT",)), ["the key stands twice"]),
        ("date=2025-12-18/2025-12-13", Filters(), ["ends before it begins"]),
        ("date=yesterday", Filters(), ["not an EDTF date"]),
        ("t=2025-12", Filters(), ["one day"]),
        ("at=91,0,3", Filters(), ["latitude is at most 90"]),
        ("at=nan,0,3", Filters(), ["latitude is at most 90"]),
        ("v=2&to=LT", Filters(destination=("LT",)), ["another version"]),
        ("measure=", Filters(), []),
        ("%FF=%FF", Filters(), ["there is no such key"]),
        ("from=by", Filters(), ["no country code"]),
    ],
)
def test_the_rest_of_a_faulty_link_applies_and_each_fault_has_a_notice(
    query: str, expected: Filters, reasons: list[str]
) -> None:
    value, notices = Filters.parse(query)
    assert value == expected
    assert len(notices) == len(reasons)
    assert all(reason in notice.reason for reason, notice in zip(reasons, notices, strict=True))


def test_a_link_over_the_limits_is_refused_whole_or_by_key() -> None:
    value, notices = Filters.parse("to=LT&event=" + "x" * MAX_QUERY_BYTES)
    assert value == Filters()
    assert [notice.asked for notice in notices] == [f"filters of {MAX_QUERY_BYTES + 12} bytes"]
    many = ",".join(f"e{number}" for number in range(MAX_VALUES + 1))
    value, notices = Filters.parse(f"to=LT&event={many}")
    assert value == Filters(destination=("LT",))
    assert "at most 64 values, and this one has 65" in notices[0].reason


def test_a_notice_never_prints_what_hides_or_reorders_text() -> None:
    _, notices = Filters.parse(f"status={quote('a' + chr(0x202E) + chr(7) + 'b' * 200)}")
    assert isinstance(notices[0], LinkNotice)
    assert notices[0].asked == "a\ufffd\ufffd" + "b" * 76 + "…"
    assert chr(0x202E) not in str(notices[0])


def test_filters_refuse_what_no_link_could_carry() -> None:
    with pytest.raises(ValueError, match="no such measure"):
        Filters(measure="height")  # type: ignore[arg-type]  # the point of the test
    with pytest.raises(ValueError, match="no id"):
        Filters(event=("a,b",))


def test_one_value_can_be_taken_away() -> None:
    value = Filters(destination=("LT", "UA"), date="2025")
    assert value.values("to") == ("LT", "UA")
    assert value.values("date") == ("2025",)
    assert value.values("measure") == ()
    assert value.without("to", "LT") == Filters(destination=("UA",), date="2025")
    assert value.without("date", "2025") == Filters(destination=("LT", "UA"))
