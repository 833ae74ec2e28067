from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata import Dataset, Filters, country_totals, load, people, select, timeline
from geodata.analysis.totals import outcomes
from geodata.model.counts import label, labels
from tests.examples import examples
from tests.worlds import claim, event, leg, worked_case, write_world

MEASURES = ["released", "departed", "arrived", "passed_on", "remained"]


def table(dataset: Dataset, query: str, measures: list[str] = MEASURES) -> dict[str, list[str]]:
    """Return labels of country totals: country code to one text a measure."""
    filters, notices = Filters.parse(query)
    assert notices == []
    totals = country_totals(select(dataset, filters))
    return {
        str(code): [label(row[f"{measure}_min"], row[f"{measure}_max"]) for measure in measures]
        for code, row in totals.iterrows()
    }


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return load(worked_case(tmp_path_factory.mktemp("worlds") / "world"))


def test_the_worked_case_gives_its_table_exactly(worked: Dataset) -> None:
    assert table(worked, "event=e&status=done") == {
        "BY": ["123", "123", "0", "0", "0"],
        "LT": ["0", "0", "29", "0", "29"],
        "PL": ["0", "0", "89", "0", "89"],
        "UA": ["0", "109", "114", "109", "5"],
    }
    assert people(select(worked, Filters(event=("e",), status=("done",)))) == (123, 123)


def test_by_the_article_alone_the_map_is_the_one_it_draws(worked: Dataset) -> None:
    """It says 123, most to Ukraine, a small contingent to Vilnius, and of the onward legs nothing."""
    found = table(worked, "event=e&status=done&basis=two", ["departed", "arrived", "remained"])
    assert found == {"BY": ["63–123", "0", "0"], "LT": ["0", "1–61", "1–61"], "UA": ["0", "62–122", "62–122"]}
    assert people(select(worked, Filters(basis="two"))) == (123, 123)


def test_all_sources_together_widen_what_they_disagree_on(worked: Dataset) -> None:
    found = table(worked, "event=e&status=done&basis=all", ["departed", "arrived", "remained"])
    # 8–9 went straight to Lithuania, so 114–115 to Ukraine; 20 of those went on to Lithuania, 89–95 to Poland.
    assert found == {
        "BY": ["122–123", "0", "0"],
        "LT": ["0", "28–29", "28–29"],
        "PL": ["0", "89–95", "89–95"],
        "UA": ["109–115", "114–115", "0–6"],
    }


def test_a_superseded_plan_is_kept_and_never_counted(worked: Dataset) -> None:
    chosen = select(worked, Filters(status=("planned",)))
    assert chosen.counted == "planned"
    assert chosen.transfers["superseded"].tolist() == [True, True]
    assert chosen.transfers["count_min"].tolist() == [109, 22]
    assert people(chosen) == (0, 0)


def test_a_leg_passes_on_only_what_a_chosen_leg_brought(worked: Dataset) -> None:
    found = table(worked, "status=done&date=2025-12-18")
    assert found["UA"] == ["0", "109", "0", "0", "0"]
    assert people(select(worked, Filters(status=("done",), date="2025-12-18"))) == (109, 109)
    assert people(select(worked, Filters(status=("done",), destination=("LT",)))) == (29, 29)


def test_statuses_are_never_added_together(tmp_path: Path) -> None:
    refused = leg("no", "by", "lt", status="attempted")
    dataset = load(
        write_world(
            tmp_path / "world",
            events=[event()],
            transfers=[leg("yes", "by", "lt"), refused],
            claims=[claim("e", 52), claim("yes", 51), claim("no", 1)],
        )
    )
    assert table(dataset, "")["LT"] == ["0", "0", "51", "0", "51"]
    assert table(dataset, "status=attempted") == {
        "BY": ["0", "1", "0", "0", "0"],
        "LT": ["0", "0", "1", "0", "0"],
    }
    assert people(select(dataset, Filters())) == (52, 52)


def test_people_who_move_inside_a_country_on_their_way_still_pass_on(tmp_path: Path) -> None:
    dataset = load(
        write_world(
            tmp_path / "world",
            events=[event()],
            transfers=[
                leg("in", "by", "ua"),
                leg("inside", "ua", "ua", follows="in"),
                leg("out", "ua", "pl", follows="inside"),
            ],
            claims=[claim("e", 10), claim("in", 10), claim("inside", 7), claim("out", 4)],
        )
    )
    assert table(dataset, "", ["arrived", "passed_on", "remained", "moved_within"])["UA"] == [
        "10",
        "4",
        "6",
        "7",
    ]


def test_two_journeys_that_meet_pass_on_between_what_each_could_have_carried(tmp_path: Path) -> None:
    """Ten arrive from abroad, three were in the country before; eleven leave: eight to ten of them had arrived."""
    dataset = load(
        write_world(
            tmp_path / "world",
            events=[event(location_id="ua")],
            transfers=[
                leg("abroad", "by", "ua"),
                leg("at-home", "ua", "ua"),
                leg("out", "ua", "pl", follows="abroad;at-home"),
            ],
            claims=[claim("abroad", 10), claim("at-home", 3), claim("out", 11)],
        )
    )
    assert table(dataset, "", ["passed_on", "remained"])["UA"] == ["8–10", "0–2"]


def test_what_is_in_no_country_has_rows_of_its_own_and_the_table_still_sums(tmp_path: Path) -> None:
    sea = {
        "location_id": "sea",
        "name": "Atlantic",
        "precision": "exact",
        "longitude": "-40",
        "latitude": "30",
    }
    gate = {
        "location_id": "gate",
        "name": "Gate",
        "kind": "crossing",
        "precision": "exact",
        "longitude": "25.6",
        "latitude": "54.5",
    }
    by = {"location_id": "by", "name": "Belarus", "precision": "country", "country_code": "BY"}
    dataset = load(
        write_world(
            tmp_path / "world",
            locations=[by, sea, gate],
            events=[event()],
            transfers=[leg("a", "by", "sea"), leg("b", "by", "gate"), leg("c", "sea", "sea", follows="a")],
            claims=[claim("e", 5), claim("a", 3), claim("b", 2), claim("c", 3)],
        )
    )
    found = table(dataset, "")
    assert list(found) == ["BY", "between", "unlocated"]
    assert found["between"] == ["0", "0", "2", "0", "2"]
    # Three people reached it, moved inside it, and are there.
    assert found["unlocated"] == ["0", "3", "3", "0", "3"]


def test_no_figure_is_not_reported_and_never_zero(tmp_path: Path) -> None:
    dataset = load(write_world(tmp_path / "world", events=[event()], transfers=[leg("a", "by", "lt")]))
    assert table(dataset, "")["LT"] == ["0", "0", "not reported", "0", "not reported"]
    assert people(select(dataset, Filters())) == (0, None)


def test_contradictory_claims_are_named_and_left_as_claimed(tmp_path: Path) -> None:
    dataset = load(
        write_world(
            tmp_path / "world",
            events=[event(), event("f")],
            transfers=[leg("a", "by", "lt"), {**leg("b", "by", "pl"), "event_id": "f"}],
            claims=[claim("e", 5), claim("a", 9), claim("f", 4), claim("b", 1, "")],
        )
    )
    chosen = select(dataset, Filters())
    assert chosen.contradictory == ("e",)
    assert table(dataset, "", ["arrived"]) == {"BY": ["0"], "LT": ["9"], "PL": ["1–4"]}


def test_what_took_place_and_what_did_not_are_counted_apart(worked: Dataset, tmp_path: Path) -> None:
    def told(dataset: Dataset, query: str) -> dict[str, tuple[int, str]]:
        found = outcomes(select(dataset, Filters.parse(query)[0]))
        rows = zip(found["records"], labels(found, "outcome"), strict=True)
        return dict(zip(found.index, rows, strict=True))

    # Four transfers, and each of 123 people on one of them at least; the plan was overtaken.
    assert told(worked, "") == {"release": (1, "123"), "moved": (4, "123")}
    # On the day after the release nothing had overtaken the plan: 109 of the 123 were to move on.
    assert told(worked, "asof=2025-12-17")["planned"] == (2, "109")
    dataset = load(
        write_world(
            tmp_path / "world",
            events=[event(), event("pardoned", kind="pardon"), event("swap", kind="exchange")],
            transfers=[
                leg("over", "by", "lt"),
                leg("refused", "by", "lt", status="attempted"),
                leg("denied", "by", "pl", status="denied"),
                leg("swapped", "by", "ua", event_id="swap"),
            ],
            claims=[
                *(claim("e", 52), claim("over", 51), claim("refused", 1), claim("denied", 2, "")),
                *(claim("pardoned", 25, 30), claim("swapped", 4)),
            ],
        )
    )
    assert told(dataset, "") == {
        "release": (1, "52"),
        "exchange": (1, "4"),
        "pardon": (1, "25–30"),
        "moved": (2, "55"),
        # 25 to 30, and the one who was refused; the swap holds those who went.
        "unreported": (2, "26–31"),
        "attempted": (1, "1"),
        "denied": (1, "≥ 2"),
    }


def test_the_cumulative_line_rises_when_it_may_and_when_it_must(tmp_path: Path) -> None:
    """Three on the 2nd; 5 to 7 on some day of June; two more on the 20th, or more: nobody says."""
    dataset = load(
        write_world(
            tmp_path / "world",
            events=[event("a", date="2025-05-02"), event("b", date="2025-06"), event("c", date="2025-06-20")],
            claims=[claim("a", 3), claim("b", 5, 7), claim("c", 2, "")],
        )
    )
    line = timeline(select(dataset, Filters()))
    assert {
        f"{day:%d.%m.}": count for day, count in zip(line.index, labels(line, "people"), strict=True)
    } == {
        "02.05.": "3",
        "01.06.": "3–10",
        "20.06.": "≥ 5",
        "30.06.": "≥ 10",
    }
    assert timeline(select(dataset, Filters(date="2031"))).empty


def test_the_cumulative_line_of_legs_is_bounded_by_their_event(worked: Dataset) -> None:
    """By the article alone 123 are freed at once; of a later day alone its two legs are set in motion."""
    line = timeline(select(worked, Filters(basis="two")))
    assert labels(line, "people") == ["123"]
    line = timeline(select(worked, Filters(status=("done",), date="2025-12-18")))
    assert (str(line.index[0].date()), labels(line, "people")) == ("2025-12-18", ["109"])


@st.composite
def journeys(draw: st.DrawFn) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Return legs and claims of one event whose exact truth is known: each leg carries part of what came."""
    legs, claims = [], []
    carried = {}
    for number in range(draw(st.integers(1, 8))):
        parents = [key for key, (_, left) in carried.items() if left > 0]
        parent = draw(st.sampled_from(["", *parents]))
        origin, left = carried[parent] if parent else ("by", draw(st.integers(1, 50)))
        people_moved = draw(st.integers(1, left))
        if parent:
            carried[parent] = (origin, left - people_moved)
        destination = draw(st.sampled_from([code for code in ("by", "ua", "pl", "lt") if code != origin]))
        key = f"t{number}"
        carried[key] = (destination, people_moved)
        legs.append(leg(key, origin, destination, follows=parent))
        claims.append(claim(key, people_moved))
    return legs, claims


@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(journeys())
def test_people_are_conserved(
    tmp_path: Path, journey: tuple[list[dict[str, object]], list[dict[str, object]]]
) -> None:
    legs, claims = journey
    dataset = load(write_world(tmp_path / "world", events=[event()], transfers=legs, claims=claims))
    chosen = select(dataset, Filters())
    totals = country_totals(chosen)
    everyone = sum(row["count_min"] for row, each in zip(claims, legs, strict=True) if not each["follows"])
    assert people(chosen) == (everyone, everyone)
    assert totals["remained_min"].sum() == totals["remained_max"].sum() == everyone
