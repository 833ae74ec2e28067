import datetime as dt
from dataclasses import replace
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.model.schema import EVENT_KINDS, STATUSES
from geodata.query.filters import (
    MAX_QUERY_BYTES,
    MAX_VALUES,
    MEASURES,
    RECORD_KEYS,
    VERSION,
    Filters,
    LinkNotice,
    languages,
    migrated,
)

ids = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], exclude_characters=",;"),
    min_size=1,
    max_size=20,
)
groups = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc"],
        exclude_characters=[*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))],
    ),
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
    country=st.lists(places, **some).map(tuple),
    place=st.lists(ids, **some).map(tuple),
    date=st.one_of(
        st.just(""), days, st.sampled_from(["2025-09", "2025-09/2025-12-13", "../2025-12", "2025~"])
    ),
    event=st.lists(ids, **some).map(tuple),
    transfer=st.lists(ids, **some).map(tuple),
    kind=st.lists(st.sampled_from(EVENT_KINDS), **some).map(tuple),
    status=st.lists(st.sampled_from(STATUSES), **some).map(tuple),
    group=st.lists(
        groups | st.sampled_from(["women, children", "50% off", "%2C", "%252C", "a+b & c"]), **some
    ).map(tuple),
    source=st.lists(ids, **some).map(tuple),
    basis=st.one_of(st.sampled_from(["adopted", "all"]), ids),
    compare=st.one_of(st.sampled_from(["", "adopted", "all"]), ids),
    asof=st.one_of(st.just(""), days),
    measure=st.sampled_from(MEASURES),
    t=st.one_of(st.just(""), days),
    at=st.one_of(st.none(), st.tuples(st.floats(-90, 90), st.floats(-180, 180), st.floats(0, 20))),
    figure=st.one_of(st.sampled_from(["", "people", "UA.arrived"]), ids),
    lang=st.sampled_from(sorted(languages())),
    tab=st.one_of(st.just(""), st.from_regex("[a-z][a-z0-9-]{0,39}", fullmatch=True)),
).filter(lambda value: len(value.query()) <= MAX_QUERY_BYTES)


@given(filters)
def test_a_link_gives_back_the_filters_it_was_made_of(value: Filters) -> None:
    assert Filters.parse(value.query()) == (value, [])
    assert Filters.parse(urlencode(parse_qsl(value.query()))) == (value, []), "encoded by another program"


@given(filters)
def test_a_link_of_version_1_means_what_it_meant(value: Filters) -> None:
    kept = {"country": (), "place": (), "transfer": (), "group": (), "source": (), "lang": "en", "tab": ""}
    value = replace(value, **kept)
    today = value.query().removeprefix(f"v={VERSION}").removesuffix("&lang=en")
    for default in ("&basis=adopted", "&measure=remained"):  # which version 1 left out
        today = "&".join(part for part in today.split("&") if part != default[1:])
    assert Filters.parse(f"v=1{today}") == (value, [])


def test_migration_writes_what_version_1_left_out_and_changes_nothing_else() -> None:
    link = {"event": "2025-12-13", "basis": "all", "asof": ""}
    assert migrated(link, "1") == {"event": "2025-12-13", "basis": "all", "measure": "remained", "lang": "en"}
    assert link == {"event": "2025-12-13", "basis": "all", "asof": ""}
    assert migrated(link, VERSION) == link
    assert migrated(link, "99") == link


def test_what_is_not_empty_is_written_and_nothing_else() -> None:
    assert Filters().query() == "v=2&basis=adopted&measure=remained&lang=en"
    every = Filters(
        data="world", origin=("BY",), destination=("LT",), country=("UA",), place=("minsk",), date="2025", event=("e",),
        transfer=("by-ua",), kind=("release",), status=("done",), group=("women, 50%",), source=("one",), basis="all",
        compare="one", asof="2025-12-31", measure="arrived", t="2025-12-13", at=(1, 2, 3), figure="people", lang="pt-BR",
        tab="share",
    )  # fmt: skip
    assert every.query() == (
        "v=2&data=world&from=BY&to=LT&country=UA&place=minsk&date=2025&event=e&transfer=by-ua&kind=release"
        "&status=done&group=women%252C%2050%2525&source=one&basis=all&compare=one&asof=2025-12-31"
        "&measure=arrived&t=2025-12-13&at=1,2,3&figure=people&lang=pt-BR&tab=share"
    )
    keys = [part.partition("=")[0] for part in every.query().split("&")]
    assert [key for key in keys if key in RECORD_KEYS] == list(RECORD_KEYS)
    assert every.values("group") == ("women, 50%",)
    assert every.without("group", "women, 50%").group == ()


def test_what_grows_too_long_when_it_is_encoded_is_refused_with_a_notice() -> None:
    value, notices = Filters.parse("event=" + "я" * 100 + ",ж" * 30 + "&group=" + "я" * 1000)
    assert value == Filters()
    assert str(notices[0]) == (
        "The link, of 6,663 bytes when it is encoded, was ignored: a link holds at most 4,096 bytes. Shown: everything,"
        " unfiltered."
    )


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
        "v=2&data=belarus-2024-2025@3f9a1c02&to=LT,UA&date=2025-09/2025-12-13&status=done,planned&basis=adopted"
        "&measure=arrived&t=2025-12-13&at=52.9,26.1,4.6&lang=en"
    )


@pytest.mark.parametrize(
    ("query", "expected", "reasons"),
    [
        ("", Filters(), []),
        ("to=LT%2CUA", Filters(destination=("LT", "UA")), []),
        ("?status=done", Filters(status=("done",)), []),
        (
            "status=done,flown",
            Filters(status=("done",)),
            ["there is no such status; known are done, planned, attempted, denied"],
        ),
        ("status=flown", Filters(), ["there is no such status"]),
        ("colour=red&to=LT", Filters(destination=("LT",)), ["there is no such key"]),
        ("to=LT&to=UA", Filters(destination=("LT",)), ["the key is a duplicate"]),
        ("date=2025-12-18/2025-12-13", Filters(), ["ends before it begins"]),
        ("date=yesterday", Filters(), ["not an EDTF date"]),
        ("t=2025-12", Filters(), ["one day"]),
        ("at=91,0,3", Filters(), ["latitude is at most 90"]),
        ("at=nan,0,3", Filters(), ["a view is latitude, longitude and zoom"]),
        ("v=2&to=LT", Filters(destination=("LT",)), []),
        ("v=1&to=LT", Filters(destination=("LT",)), []),
        ("v=&to=LT", Filters(destination=("LT",)), []),
        ("v=3&to=LT", Filters(destination=("LT",)), ["a newer version"]),
        ("v=1&v=2", Filters(), ["the key is a duplicate"]),
        ("v=x&to=LT", Filters(destination=("LT",)), ["there is no such version"]),
        ("lang=xx&tab=9", Filters(), ["no such language", "is no panel"]),
        ("group=men,women+of+Minsk", Filters(group=("men", "women of Minsk")), []),
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
    assert [notice.asked for notice in notices] == ["The link of 4,108 bytes"]
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
