"""What there is to check, each kind worked out by hand; and that nothing a source may say makes it fail."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata import Dataset, Filters, country_totals, findings, load, people, present, select, timeline
from geodata.__main__ import main
from geodata.analysis.findings import KINDS, said
from geodata.analysis.presence import last_day
from geodata.analysis.reconcile import Bound
from geodata.model.counts import columns
from geodata.query.filters import MEASURES
from tests.examples import examples
from tests.worlds import COUNTRIES, FIRST_VERSION, claim, event, leg, worked_case, write_world


def found_in(dataset: Dataset, query: str = "") -> pd.DataFrame:
    selection = select(dataset, Filters.parse(query)[0])
    return findings(selection, country_totals(selection)).listed()


def told(dataset: Dataset, query: str = "") -> list[tuple[str, str]]:
    found = found_in(dataset, query)
    return list(zip(found["kind"], found["message"], strict=True))


def test_the_worked_case(tmp_path: Path) -> None:
    """123 freed: 9 stayed in Lithuania and 5 in Ukraine, where 89 and 20 passed on from; 114 + 9 + 89 + 20 = 232."""
    assert told(load(worked_case(tmp_path / "world"))) == [
        (
            "balance",
            "e: 123 people = 14 on one transfer + 109 on one transfer after another + 0 on no known transfer.",
        ),
        ("balance", "Ukraine: 114 arrived = 109 passed on + 5 remained."),
        (
            "legs",
            "e: adding up its 4 transfers would give 232 people; 123 moved, some of them on more than one transfer.",
        ),
        (
            "conflict",
            "Belarus → Ukraine: 114 (First Paper, adopted), 115 (First Paper, conflicting), "
            "62–122 (Second Paper, corroborating).",
        ),
        (
            "conflict",
            "Belarus → Lithuania: 9 (First Paper, adopted), 8 (First Paper, conflicting), "
            "≥ 1 (Second Paper, corroborating).",
        ),
        ("conflict", "Ukraine → Poland: 89 (Fourth Paper, adopted), ≥ 101 (Fifth Paper, conflicting)."),
        ("overtaken", "Ukraine → Poland: 109 (“109”, Third Paper)."),
        ("overtaken", "Poland → Lithuania: 22 (“22”, Third Paper)."),
    ]


def test_by_the_article_alone_the_sum_closes_within_its_bounds(tmp_path: Path) -> None:
    """62–122 and 1–61 went, together at most the 123: at most 60 are not accounted for."""
    (balance,) = [
        message
        for kind, message in told(load(worked_case(tmp_path / "world")), "basis=two")
        if kind == "balance"
    ]
    assert balance == (
        "e: 123 people = 63–123 on one transfer + 0 on one transfer after another + 0–60 on no known transfer."
    )


def of_kind(dataset: Dataset, kind: str, query: str = "") -> list[str]:
    return [message for each, message in told(dataset, query) if each == kind]


def drawn_transfers(
    folder: Path,
    *claims: dict[str, object],
    status: str = "done",
    onward: dict[str, object] | None = None,
    counts: str = "people",
) -> list[str]:
    """Return the finding on an event whose people went from Belarus to Ukraine, and from there to Poland."""
    legs = [
        leg("a", "by", "ua", status=status),
        leg("b", "ua", "pl", status=status, follows="a") | (onward or {}),
    ]
    dataset = load(write_world(folder / "world", events=[event()], transfers=legs, claims=claims))
    return of_kind(replace(dataset, counts=counts), "legs")


@pytest.mark.parametrize(
    ("status", "verb"),
    [
        ("done", "10 moved"),
        ("planned", "10 would move, as planned"),
        ("attempted", "10 would have moved"),
        ("denied", "10 would have moved"),
    ],
)
def test_transfers_that_count_people_twice_have_the_verb_of_their_status(
    tmp_path: Path, status: str, verb: str
) -> None:
    assert drawn_transfers(tmp_path, claim("a", 10), claim("b", 4), claim("e", 10), status=status) == [
        f"e: adding up its 2 transfers would give 14 people; {verb}, some of them on more than one transfer."
    ]


def test_whether_somebody_made_two_transfers_is_as_certain_as_the_claims(tmp_path: Path) -> None:
    assert drawn_transfers(tmp_path / "1", claim("a", 10), claim("b", 0, 4)) == [
        "e: adding up its 2 transfers would give 10–14 people; 10 moved, perhaps some of them on more than one "
        "transfer."
    ]
    assert drawn_transfers(tmp_path / "2", claim("a", 1), claim("b", 1)) == [
        "e: adding up its 2 transfers would give 2 people; 1 moved, on more than one transfer."
    ]
    assert drawn_transfers(tmp_path / "3", claim("a", 10), claim("b", 0)) == []
    assert drawn_transfers(tmp_path / "4") == [
        "e: adding up its 2 transfers would give an unreported number of people; an unreported number moved, perhaps "
        "some of them on more than one transfer."
    ]
    assert drawn_transfers(tmp_path / "5", claim("a", 20061), claim("b", 1), counts="movements") == [
        "e: adding up its 2 transfers would give 20,062 movements; 20,061 took place, some of them on more than one "
        "transfer."
    ]


def test_transfers_of_which_none_follows_another_count_nobody_twice() -> None:
    """From Ukraine 89 and 20 went, two ways; nobody of them both."""
    dataset = load(FIRST_VERSION)
    assert of_kind(dataset, "legs", "from=UA") == of_kind(dataset, "legs", "status=planned") == []
    assert of_kind(dataset, "legs", "event=2025-12-13&to=UA,PL") == [
        "Release of 13 December 2025: adding up the 2 chosen transfers would give 203 people; 114 moved, some of them "
        "on more than one transfer."
    ]


def silences(folder: Path) -> Dataset:
    """Return an event of which the first source gives numbers and a transfer, the second neither."""
    by_two = {"source_id": "two", "standing": "corroborating"}
    return load(
        write_world(
            folder / "world",
            events=[event(), event("f"), event("g", status="planned")],
            transfers=[leg("a", "by", "lt"), leg("b", "by", "ua")],
            claims=[
                claim("a", 3, source_id="late"),
                claim("a", 0, "", group="women", **by_two),
                claim("f", 1200, **by_two),
                claim("g", 1, **by_two),
                claim("e", 5, source_id="late"),
                claim("b", 2, standing="conflicting", source_id="late"),
            ],
        )
    )


@pytest.mark.parametrize(
    ("query", "messages"),
    [
        (
            "",
            [
                "Belarus → Ukraine: no claim that counts gives a full number.",
                "f: no source says where people went (an unreported number).",
            ],
        ),
        (
            "basis=two",
            [
                "Belarus → Lithuania: this source gives no number.",
                "f: this source does not say where people went (1,200).",
            ],
        ),
        (
            "asof=2025-12-14",
            [
                "Belarus → Lithuania: no source known by then gives a number.",
                "f: no source known by then says where people went (1,200).",
            ],
        ),
        ("event=g", ["g: no source says where people were to go (an unreported number)."]),
    ],
)
def test_who_is_silent_is_who_was_asked(tmp_path: Path, query: str, messages: list[str]) -> None:
    assert of_kind(silences(tmp_path), "silent", query) == messages


def test_a_sum_of_nothing_but_unreported_numbers_is_left_out(tmp_path: Path) -> None:
    def balances(name: str, *claims: dict[str, object]) -> list[str]:
        world = write_world(
            tmp_path / name,
            events=[event()],
            transfers=[leg("a", "by", "ua"), leg("b", "ua", "pl", follows="a")],
            claims=claims,
        )
        return of_kind(load(world), "balance")

    assert balances("open", claim("e", 10, "")) == []
    assert balances("known", claim("e", 1000, ""), claim("b", 1, "")) == [
        "e: ≥ 1,000 people = an unreported number on one transfer + ≥ 1 on one transfer after another + an unreported "
        "number on no known transfer.",
        "Ukraine: ≥ 1 arrived = ≥ 1 passed on + an unreported number remained.",
    ]
    assert balances("one", claim("e", 1), claim("a", 1), claim("b", 1))[0] == (
        "e: 1 person = 0 on one transfer + 1 on one transfer after another + 0 on no known transfer."
    )


def test_movements_are_called_no_people(tmp_path: Path) -> None:
    dataset = replace(load(worked_case(tmp_path / "world")), counts="movements")
    assert told(dataset)[:3] == [
        (
            "balance",
            "e: 123 movements = 14 of one transfer + 109 of one transfer after another + 0 of no known transfer.",
        ),
        ("balance", "Ukraine: 114 came in = 109 passed on + 5 ended there."),
        (
            "legs",
            "e: adding up its 4 transfers would give 232 movements; 123 took place, some of them on more than one "
            "transfer.",
        ),
    ]


def test_who_died_did_not_pass_on(tmp_path: Path) -> None:
    grave = {
        "location_id": "grave",
        "name": "Prison",
        "kind": "death",
        "precision": "country",
        "country_code": "UA",
    }

    def balances(name: str, *more: dict[str, object]) -> list[str]:
        world = write_world(
            tmp_path / name,
            locations=[*COUNTRIES, grave],
            events=[event()],
            transfers=[leg("a", "by", "ua"), leg("b", "ua", "grave", follows="a"), *more],
            claims=[claim("a", 10), claim("b", 1), *(claim(str(each["transfer_id"]), 2) for each in more)],
        )
        return of_kind(load(world), "balance")

    assert balances("died")[-1] == "Ukraine: 10 arrived = 1 died + 9 remained."
    assert balances("both", leg("c", "ua", "pl", follows="a"))[-1] == (
        "Ukraine: 10 arrived = 3 passed on or died + 7 remained."
    )


def test_what_never_took_place_was_not_published_before_it_did(tmp_path: Path) -> None:
    for status, dates in (("denied", []), ("done", ["e: First Paper was published before it took place."])):
        world = write_world(
            tmp_path / status, events=[event(date="2026-01-10", status=status)], claims=[claim("e", 5)]
        )
        assert of_kind(load(world), "dates") == dates


def test_findings_name_their_records(tmp_path: Path) -> None:
    found = found_in(load(worked_case(tmp_path / "world")))
    assert found["records"].iloc[0] == ("e", "by-ua", "by-lt")
    assert found["records"].iloc[1] == ("by-ua", "ua-pl", "ua-lt")
    assert found["records"].iloc[-1] == ("plan-lt",)


def test_a_page_of_findings_is_a_part_of_all(tmp_path: Path) -> None:
    selection = select(load(worked_case(tmp_path / "world")), Filters())
    found = findings(selection, country_totals(selection))
    pages = [found.listed(start, start + 3) for start in range(0, len(found), 3)]
    assert [len(page) for page in pages] == [3, 3, 2]
    pd.testing.assert_frame_equal(pd.concat(pages, ignore_index=True), found.listed())


def test_claims_that_cannot_all_hold_are_named_and_nothing_is_negative(tmp_path: Path) -> None:
    """Nine arrived, of whom twelve went on: where claims contradict each other, the greater one is followed."""
    world = write_world(
        tmp_path / "world",
        events=[event()],
        transfers=[leg("a", "by", "lt"), leg("b", "lt", "pl", follows="a")],
        claims=[claim("e", 9), claim("a", 9), claim("b", 12)],
    )
    listed = told(load(world))
    assert listed[0] == (
        "contradiction",
        "These cannot all hold: at most 9 (e); at least 12 (Lithuania → Poland).",
    )
    assert said(Bound("e", "at most", 20061), {"e": "Release"}) == "at most 20,061 (Release)"
    balances = [message for kind, message in listed if kind == "balance"]
    assert balances == ["Lithuania: 12 arrived = 12 passed on + 0 remained."]


def test_claims_called_agreeing_that_do_not_are_a_conflict(tmp_path: Path) -> None:
    agreeing = claim("a", 7, "", standing="corroborating", source_id="two")
    world = write_world(
        tmp_path / "world",
        events=[event()],
        transfers=[leg("a", "by", "lt")],
        claims=[claim("a", 5), agreeing],
    )
    assert (
        "conflict",
        "Belarus → Lithuania: 5 (First Paper, adopted), ≥ 7 (Second Paper, corroborating).",
    ) in told(load(world))


def test_silences_withdrawals_and_places(tmp_path: Path) -> None:
    sea = {"location_id": "sea", "name": "Sea", "precision": "exact", "longitude": "-40", "latitude": "30"}
    belarus = {"location_id": "by", "name": "Belarus", "precision": "country", "country_code": "BY"}
    minsk = {"location_id": "minsk", "name": "Minsk", "precision": "settlement", "country_code": "PL"}
    world = write_world(
        tmp_path / "world",
        locations=[sea, belarus, minsk | {"longitude": "27.56", "latitude": "53.9"}],
        events=[event(), event("silent")],
        transfers=[leg("a", "by", "sea")],
        claims=[claim("e", 4, standing="withdrawn"), claim("silent", 3)],
    )
    assert told(load(world)) == [
        ("silent", "Belarus → Sea: no source gives a number."),
        ("silent", "silent: no source says where people went (3)."),
        ("withdrawn", "e: 4 (“4”, First Paper)."),
        (
            "places",
            "Belarus → Sea: its destination lies in no country that is known; it has a row of its own.",
        ),
        (
            "file",
            "locations.csv:4:country_code: 'PL' is given, and the coordinates are in BY (it is counted in PL; "
            "correct the code or the coordinates).",
        ),
    ]


def test_days_in_an_order_that_cannot_be(tmp_path: Path) -> None:
    world = write_world(
        tmp_path / "world",
        events=[event(date="2025-12-20")],
        transfers=[
            leg("a", "by", "lt", departed="2025-12-21"),
            leg("b", "lt", "pl", departed="2025-12-19", follows="a"),
        ],
        claims=[claim("a", 3), claim("b", 2, source_id="late")],
    )
    assert [message for kind, message in told(load(world)) if kind == "dates"] == [
        "Lithuania → Poland: the last day of departure is before the first day of arrival of "
        "Belarus → Lithuania, which it follows.",
        "Lithuania → Poland is over before its event begins.",
        "Belarus → Lithuania: First Paper was published before it took place.",
        "Lithuania → Poland: Fourth Paper was published before it took place.",
    ]


def test_the_command_line_lists_them_with_their_records(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    worked_case(tmp_path / "world")
    assert main(["check", str(tmp_path / "world"), "--findings"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "balance: Ukraine: 114 arrived = 109 passed on + 5 remained. [by-ua, ua-pl, ua-lt]"
    assert len(lines) == 9
    assert main(["check", str(tmp_path / "world")]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


# Whatever sources claim: findings, never an exception, never a negative number.

COUNTS = st.tuples(st.integers(0, 9), st.one_of(st.just(""), st.integers(0, 9))).map(
    lambda bounds: (bounds[0], bounds[1] if bounds[1] == "" else bounds[0] + int(bounds[1]))
)
STANDINGS = st.sampled_from(["adopted", "corroborating", "conflicting", "superseded", "withdrawn"])


@st.composite
def hostile_worlds(draw: st.DrawFn) -> dict[str, list[dict[str, object]]]:
    """Return legs that follow any other, in circles too, of any status and day, and claims of any bounds."""
    events = [event(name, date=draw(DAY)) for name in ("e", "f")]
    names = [f"t{number}" for number in range(draw(st.integers(0, 5)))]
    legs = []
    for name in names:
        follows = draw(st.lists(st.sampled_from(names), max_size=2, unique=True))
        status = draw(st.sampled_from(["done", "done", "planned", "attempted", "denied"]))
        # All start and end in one country, so that any may follow any.
        legs.append(
            leg(name, "ua", "ua", event_id=draw(st.sampled_from("ef")), status=status, departed=draw(DAY))
            | {"follows": ";".join(follows)}
        )
    claims = {}
    for subject in draw(st.lists(st.sampled_from(["e", "f", *names]), max_size=10)):
        cells = {"group": draw(st.sampled_from(["", "", "women"])), "standing": draw(STANDINGS)}
        one = claim(
            subject, *draw(COUNTS), source_id=draw(st.sampled_from(["one", "late", "undated"])), **cells
        )
        claims[subject, one["group"], one["standing"]] = one | {
            "claim_id": f"{subject}:{one['group']}:{one['standing']}"
        }
    return {"events": events, "transfers": legs, "claims": list(claims.values())}


DAY = st.sampled_from(["2025-12-13", "2025-12-18", "2025-12", "2025-11-01/2025-12-20"])


@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hostile_worlds(), st.sampled_from(["", "basis=all", "basis=one", "asof=2025-12-15", "status=planned"]))
def test_whatever_sources_claim_there_is_an_answer(
    tmp_path: Path, world: dict[str, list[dict[str, object]]], query: str
) -> None:
    selection = select(load(write_world(tmp_path / "world", **world)), Filters.parse(query)[0])
    totals = country_totals(selection)
    listed = findings(selection, totals).listed()
    assert set(listed["kind"]) <= set(KINDS)
    assert not listed["message"].str.contains("[−-][0-9]").any()
    day = last_day(selection)
    tables = [totals[columns(measure)] for measure in MEASURES]
    tables += [timeline(selection)] + ([present(selection, day)[columns("present")]] if day else [])
    for table in tables:
        low, high = (table.iloc[:, side] for side in (0, 1))
        assert (low >= 0).all()
        assert (high.isna() | (high >= low)).all()
    least, most = people(selection)
    assert 0 <= least <= (float("inf") if most is None else most)
