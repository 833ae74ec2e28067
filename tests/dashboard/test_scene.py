"""The scene: figures to the digit, nothing of a dataset in the layers, and only true lines and legends."""

import dataclasses
import datetime as dt
import json
import re
from pathlib import Path
from random import Random
from typing import Any

import pytest
import shapely

from dashboard.scene import MAX_DOTS, MAX_LINES, MAX_WIDTH_PX, STYLES, scene
from dashboard.scene.drawn import Days
from dashboard.scene.parts import Counter, Counters, Fills, Legend, Moment, Scene, Sizes, Time, View
from dashboard.scene.times import levels_of
from geodata import Filters, country_totals, load, present, select
from geodata.geo.boundaries import land
from geodata.geo.routes import bowed
from geodata.model.counts import label, maxima, minima
from geodata.query.filters import MEASURES
from tests.examples import examples
from tests.truths import invent
from tests.worlds import COUNTRIES, FIRST_VERSION, claim, event, leg, worked_case, write_world

ROOT = Path(__file__).parents[2]
DAY = 86_400
DONE = "event=e&status=done"


TABLES = ("transfers", "events", "places", "counts", "standing")


def told(payload: dict[str, Any]) -> dict[str, Any]:
    """A scene with its tables as lists of rows, as the player reads them."""
    plain = {**payload, **{name: payload[name].to_dict("records") for name in TABLES}}
    places = plain["places"]
    for k, row in enumerate(plain["transfers"]):
        stops = [row["from"], *payload["via"].get(k, []), row["to"]]
        row |= {
            "stops": [(round(places[stop]["lon"], 4), round(places[stop]["lat"], 4)) for stop in stops],
            "waits_at": places[row["waits_at"]]["id"],
            "style": STYLES[row["style"]],
            "state": payload["states"][row["state"]],
            "date": payload["dates"][row["date"]][0],
            "differs": row["id"] in payload["differs"],
        }
    for row in plain["events"]:
        row["date"] = payload["dates"][row["date"]][0]
    for moment in plain["time"]["moments"]:
        moment["date"], moment["precision"] = payload["dates"][moment["date"]]
    for row in plain["transfers"]:
        row["end"] = row["start"] + row["lasts"]
    for row in (row for name in ("transfers", "events", "counts", "standing") for row in plain[name]):
        row["max"] = None if row["more"] < 0 else row["min"] + row["more"]
        row["label"] = label(row["min"], row["max"])
    return plain


def draw(folder: Path, query: str = DONE, measure: str = "remained") -> dict[str, Any]:
    selection = select(load(folder), Filters.parse(query)[0])
    return told(scene(selection, country_totals(selection), measure=measure).sent())


def compare(folder: Path, basis: str, other: str, measure: str = "remained") -> dict[str, Any]:
    """The worked case under one basis, compared with another."""
    ours, theirs = (select(load(folder), Filters.parse(f"{DONE}&basis={name}")[0]) for name in (basis, other))
    against = theirs, country_totals(theirs)
    return told(scene(ours, country_totals(ours), measure=measure, other=against).sent())


def line(transfer: dict[str, Any]) -> list[list[float]]:
    """The points of a transfer's line, in degrees."""
    points: list[list[float]] = bowed(transfer["stops"], bow=transfer["bow"]).tolist()
    return points


def widths(payload: dict[str, Any]) -> dict[str, tuple[float, float]]:
    """Pixels of the lower and the upper bound, by transfer."""
    pixels = payload["scale"]["pixels"]
    return {
        row["id"]: (round(pixels * row["min"] ** 0.5, 2), round(pixels * (row["max"] or 0) ** 0.5, 2))
        for row in payload["transfers"]
    }


def on_day(payload: dict[str, Any], seconds: int) -> dict[str, str]:
    """What the counters say at a time."""
    names = [
        row["name"] if row["code"] == "in_transit" else row["code"] for row in payload["counters"]["rows"]
    ]
    found = dict.fromkeys(names, "0")
    for step in payload["counts"]:
        if step["second"] <= seconds:
            found[names[step["row"]]] = step["label"]
    return found


@pytest.fixture
def worked(tmp_path: Path) -> Path:
    return worked_case(tmp_path / "world")


def test_time_is_counted_from_the_first_midnight(worked: Path) -> None:
    payload = draw(worked)
    time = payload["time"]
    assert (time["epoch"], time["end"]) == ("2025-12-13", 6 * DAY)
    assert [
        (moment["start"], moment["end"], moment["events"], moment["moves"]) for moment in time["moments"]
    ] == [
        (0, DAY, [0], True),
        (5 * DAY, 6 * DAY, [], True),
    ]
    assert time["moments"][1]["date"] == "18 December 2025"
    named = [payload["transfers"][k]["id"] for k in time["moments"][1]["transfers"]]
    assert sorted(named) == ["ua-lt", "ua-pl"]


def test_counters_tell_where_people_are_on_each_day(worked: Path) -> None:
    payload = draw(worked)
    assert on_day(payload, 0) == {"LT": "0", "PL": "0", "UA": "0", "on the way": "0"}
    assert on_day(payload, DAY // 2) == {"LT": "0", "PL": "0", "UA": "0", "on the way": "123"}
    assert on_day(payload, DAY) == {"LT": "9", "PL": "0", "UA": "114", "on the way": "0"}
    # The midnight before the 18th is the end of the 17th: nobody has left yet.
    assert on_day(payload, 5 * DAY) == {"LT": "9", "PL": "0", "UA": "114", "on the way": "0"}
    assert on_day(payload, 5 * DAY + DAY // 2) == {"LT": "9", "PL": "0", "UA": "5", "on the way": "109"}
    assert on_day(payload, 6 * DAY) == {"LT": "29", "PL": "89", "UA": "5", "on the way": "0"}


def test_a_day_known_only_as_a_span_leaves_the_counters_open_on_each_of_its_days(tmp_path: Path) -> None:
    world = write_world(
        tmp_path / "world",
        events=[event()],
        transfers=[leg("a", "by", "lt", departed="2025-12-13/2025-12-14")],
        claims=[claim("a", 9)],
    )
    payload = draw(world, "")
    # They may set out on the second day only.
    assert on_day(payload, DAY // 2) == {"LT": "0", "on the way": "0–9"}
    assert on_day(payload, DAY) == on_day(payload, DAY + DAY // 2) == {"LT": "0–9", "on the way": "0–9"}
    assert on_day(payload, 2 * DAY) == {"LT": "9", "on the way": "0"}


@pytest.mark.parametrize("basis", ["adopted", "all", "one", "two"])
def test_counters_end_with_the_totals(worked: Path, basis: str) -> None:
    selection = select(load(worked), Filters.parse(f"{DONE}&basis={basis}")[0])
    totals = country_totals(selection)
    payload = told(scene(selection, totals, measure="remained").sent())
    last = on_day(payload, payload["time"]["end"])
    for code, low, high in zip(totals.index, totals["remained_min"], totals["remained_max"], strict=True):
        assert last.get(code, "0") == label(low, high)


def test_no_more_people_are_on_the_way_than_the_event_has(worked: Path) -> None:
    # 114–115 and 8–9, out of 123.
    assert on_day(draw(worked, f"{DONE}&basis=all"), 1)["on the way"] == "122–123"


def test_people_stand_where_they_arrived_until_they_leave(worked: Path) -> None:
    payload = draw(worked)
    ids = [place["id"] for place in payload["places"]]
    standing = [
        (step["second"] // DAY, ids[step["place"]], step["min"], step["max"]) for step in payload["standing"]
    ]
    assert sorted(standing[:2]) == [(1, "lt", 9, 9), (1, "ua", 114, 114)]
    # In the order of the records: 20 leave for Lithuania and 89 for Poland.
    assert (5, "ua", 5, 5) in standing
    assert sorted(standing[-2:]) == [(6, "lt", 29, 29), (6, "pl", 89, 89)]
    onward = next(transfer for transfer in payload["transfers"] if transfer["id"] == "ua-pl")
    assert onward["waits_at"] == "ua"


def test_width_shows_the_square_root_of_both_bounds(worked: Path) -> None:
    payload = draw(worked, f"{DONE}&basis=all")
    assert widths(payload)["by-ua"] == (10.68, 10.72)  # √114, √115
    found = {transfer["id"]: transfer for transfer in payload["transfers"]}
    assert found["by-ua"]["label"] == "114–115"


def test_the_widest_line_stays_a_line(tmp_path: Path) -> None:
    world = write_world(
        tmp_path / "w",
        events=[event()],
        transfers=[leg("many", "by", "ua"), leg("few", "by", "lt")],
        claims=[claim("many", 10_000), claim("few", 100)],
    )
    payload = draw(world)
    assert widths(payload) == {"many": (MAX_WIDTH_PX,) * 2, "few": (MAX_WIDTH_PX / 10,) * 2}
    # 10,100 people at 500 dots: 20 would be 10,000, so 50 people a dot.
    assert payload["scale"]["per_dot"] == 50
    assert 10_100 / payload["scale"]["per_dot"] <= MAX_DOTS


def test_open_and_unreported_numbers_look_different(tmp_path: Path) -> None:
    world = write_world(
        tmp_path / "w",
        events=[event()],
        transfers=[leg("open", "by", "ua"), leg("silent", "by", "lt")],
        claims=[claim("open", 51, "", wording="over 50")],
    )
    payload = draw(world)
    found = {transfer["id"]: transfer for transfer in payload["transfers"]}
    assert (found["open"]["label"], found["open"]["max"]) == ("≥ 51", None)
    assert found["open"]["moves"]
    assert (found["silent"]["label"], found["silent"]["moves"]) == ("not reported", False)
    assert found["silent"]["min"] == 0
    kinds = [item["kind"] for item in payload["legend"]["items"]]
    assert {"open", "unreported"} <= set(kinds)
    assert "band" not in kinds
    assert on_day(payload, DAY)["LT"] == "not reported"


def test_an_attempt_ends_where_it_ended(tmp_path: Path) -> None:
    crossing = {"location_id": "gate", "name": "Gate", "kind": "crossing", "precision": "exact"}
    world = write_world(
        tmp_path / "w",
        locations=[*COUNTRIES, {**crossing, "longitude": 25.7, "latitude": 54.5}],
        events=[event()],
        transfers=[
            leg("turned-back", "by", "lt", status="attempted", via="gate"),
            leg("refused", "by", "lt", status="denied"),
            leg("went", "by", "lt"),
        ],
        claims=[claim("turned-back", 1), claim("went", 51)],
    )
    found = {transfer["id"]: transfer for transfer in draw(world, "event=e")["transfers"]}
    # The player ends an attempt at the last place on the way.
    assert found["turned-back"]["stops"][1] == (25.7, 54.5)
    assert len(found["refused"]["stops"]) == 2
    assert [found[key]["style"] for key in ("turned-back", "refused", "went")] == [
        "refused",
        "refused",
        "done",
    ]
    assert not found["turned-back"]["moves"]


def test_transfers_on_one_pair_are_all_visible(tmp_path: Path) -> None:
    days = range(1, 9)
    world = write_world(
        tmp_path / "w",
        events=[event(f"e{day}", date=f"2025-12-0{day}") for day in days],
        transfers=[leg(f"t{day}", "by", "ua", event_id=f"e{day}") for day in days],
        claims=[claim(f"t{day}", 1) for day in days],
    )
    paths = [line(transfer) for transfer in draw(world, "")["transfers"]]
    middles = [tuple(path[len(path) // 2]) for path in paths]
    assert len(set(middles)) == len(middles)


def test_nothing_of_a_dataset_reaches_the_layers(tmp_path: Path, worked: Path) -> None:
    evil = "@@=constructor <img src=x onerror=alert(1)> ![](x) \u05d0" + "x" * 300
    world = write_world(
        tmp_path / "w",
        locations=[{**place, "name": evil} for place in COUNTRIES],
        events=[event(title=evil)],
        transfers=[leg("@@#t", "by", "ua")],
        claims=[claim("@@#t", 5)],
    )
    payload = draw(world)
    assert payload["deck"] == draw(worked)["deck"]
    assert payload["places"][0]["name"] == evil
    assert payload["events"][0]["title"] == evil


def test_layers_ask_for_no_tiles_and_carry_no_data(worked: Path) -> None:
    deck = draw(worked)["deck"]
    assert list(deck) == ["layers"]
    assert [layer["id"] for layer in deck["layers"]] == ["outer", "inner", "rings", "pins", "people"]
    assert all(layer["data"] == [] for layer in deck["layers"])
    expressions = {
        value for layer in deck["layers"] for value in layer.values() if str(value).startswith("@@=")
    }
    assert expressions == {"@@=position"}


def colours(payload: dict[str, Any], seconds: int) -> dict[str, tuple[int, int]]:
    """Class of each country at a time, and the higher class that it may reach."""
    steps = payload["fills"]["steps"]
    return {code: (level, reach) for second, code, level, reach in steps if second <= seconds}


def test_countries_are_coloured_by_the_measure_on_each_day(worked: Path) -> None:
    payload = draw(worked)
    # Never more than 114 in a country.
    labels = payload["legend"]["classes"]
    assert labels == ["1–9", "10–19", "20–49", "50–99", "100–114"]
    assert colours(payload, DAY - 1) == {}
    assert colours(payload, DAY) == {"LT": (1, 0), "UA": (5, 0)}
    assert colours(payload, 5 * DAY) == {"LT": (1, 0), "UA": (5, 0)}
    assert colours(payload, 5 * DAY + 1) == {"LT": (1, 0), "UA": (1, 0)}  # 5 of the 114 stay
    assert colours(payload, 6 * DAY) == {"LT": (3, 0), "PL": (4, 0), "UA": (1, 0)}
    assert payload["fills"]["origins"] == ["BY"]


@pytest.mark.parametrize(
    ("measure", "found"),
    [
        ("released", {"BY": 123}),
        ("departed", {"BY": 123, "UA": 109}),
        ("arrived", {"LT": 29, "PL": 89, "UA": 114}),
        ("passed_on", {"UA": 109}),
        ("moved_within", {}),
    ],
)
def test_every_measure_colours_what_the_table_says(worked: Path, measure: str, found: dict[str, int]) -> None:
    payload = draw(worked, measure=measure)
    limits = [int(label.split("–")[0]) for label in payload["legend"]["classes"]]
    last = {code: level for code, (level, _) in colours(payload, 6 * DAY).items() if level}
    assert last == {code: sum(limit <= people for limit in limits) for code, people in found.items()}


def test_wide_bounds_are_hatched(worked: Path) -> None:
    # Lithuania 1–61 and Ukraine 62–122; classes begin at 1, 10, 20, 50 and 100.
    assert colours(draw(worked, f"{DONE}&basis=two"), DAY) == {"LT": (1, 4), "UA": (4, 5)}


def test_the_legend_explains_only_what_is_there(worked: Path) -> None:
    kinds = [item["kind"] for item in draw(worked)["legend"]["items"]]
    assert kinds == ["line", "person", "ring", "origin", "disputed"]
    planned = [item["kind"] for item in draw(worked, "event=e")["legend"]["items"]]
    assert "planned" in planned
    assert "refused" not in planned


def test_plans_are_drawn_and_not_animated(worked: Path) -> None:
    found = {transfer["id"]: transfer for transfer in draw(worked, "event=e")["transfers"]}
    plan = found["plan-pl"]
    assert (plan["style"], plan["superseded"], plan["moves"]) == ("planned", True, False)
    assert (plan["label"], plan["state"]) == ("109", "overtaken plan")


def test_events_and_transfers_are_told_in_words(worked: Path) -> None:
    payload = draw(worked)
    [event_] = payload["events"]
    assert (event_["id"], event_["date"], event_["label"]) == ("e", "13 December 2025", "123")
    assert [(row["event"], row["label"], row["date"]) for row in payload["transfers"]] == [
        (0, "114", "13 December 2025"),
        (0, "9", "13 December 2025"),
        (0, "89", "18 December 2025"),
        (0, "20", "18 December 2025"),
    ]


def test_every_counter_names_its_figure(worked: Path) -> None:
    rows = draw(worked)["counters"]["rows"]
    assert [row["figure"] for row in rows] == ["PL.present", "LT.present", "UA.present", "in_transit.present"]


def unlike(part: dict[str, Any], seconds: int) -> set[Any]:
    """What two maps tell differently at a time: rows of the counters, or codes of countries."""
    last = {where: differs for second, where, differs in part["differs"] if second <= seconds}
    return {where for where, differs in last.items() if differs}


def test_two_maps_mark_what_they_tell_differently_on_each_day(worked: Path) -> None:
    payload = compare(worked, "adopted", "all")
    # All sources: 114–115 and 8–9 from Belarus, 89 or more to Poland; 20 to Lithuania in both.
    differs = {transfer["id"]: transfer["differs"] for transfer in payload["transfers"]}
    assert differs == {"by-ua": True, "by-lt": True, "ua-pl": True, "ua-lt": False}
    assert [row["code"] for row in payload["counters"]["rows"]] == ["PL", "LT", "UA", "in_transit"]
    assert unlike(payload["counters"], 1) == {3}  # on the way: 123, and 122–123
    assert unlike(payload["counters"], DAY) == {1, 2}  # nobody has reached Poland
    assert unlike(payload["counters"], 5 * DAY + 1) == {1, 2, 3}
    assert unlike(payload["counters"], 6 * DAY) == {0, 1, 2}
    assert unlike(payload["fills"], 0) == set()
    assert unlike(payload["fills"], DAY) == {"LT", "UA"}
    assert unlike(payload["fills"], 6 * DAY) == {"LT", "PL", "UA"}
    assert payload["legend"]["items"][-1] == {"kind": "differs", "label": "differs from the other map"}


def test_what_one_of_two_maps_does_not_have_differs(worked: Path) -> None:
    # The news article tells of no onward journey.
    here = compare(worked, "adopted", "two", measure="arrived")
    assert {transfer["id"] for transfer in here["transfers"] if transfer["differs"]} == {
        *("by-ua", "by-lt", "ua-pl", "ua-lt")
    }
    assert unlike(here["fills"], 6 * DAY) == {"LT", "PL", "UA"}
    there = compare(worked, "two", "adopted", measure="arrived")
    assert unlike(there["fills"], 6 * DAY) == {"LT", "PL", "UA"}


def test_two_maps_have_one_scale(worked: Path) -> None:
    here, there = compare(worked, "adopted", "two"), compare(worked, "two", "adopted")
    # The news article's 62–122 reach further than the adopted 114, and its 1–61 to Lithuania further than 9.
    assert here["legend"]["classes"][-1] == "100–122"
    assert here["legend"]["classes"] == there["legend"]["classes"]
    # It has no onward journey, but its clock runs to the same day.
    assert (here["time"]["epoch"], here["time"]["end"]) == (there["time"]["epoch"], there["time"]["end"])
    assert there["time"]["end"] == 6 * DAY


def test_two_maps_of_one_basis_mark_nothing(worked: Path) -> None:
    payload = compare(worked, "adopted", "adopted")
    assert not any(transfer["differs"] for transfer in payload["transfers"])
    assert payload["counters"]["differs"] == payload["fills"]["differs"] == []
    assert "differs" not in [item["kind"] for item in payload["legend"]["items"]]


def test_a_map_alone_says_nothing_of_another(worked: Path) -> None:
    alone = draw(worked)
    assert alone["differs"] == []
    assert alone["counters"]["differs"] == alone["fills"]["differs"] == []
    assert "differs" not in json.dumps([alone["legend"], alone["texts"]])
    assert "caption" not in alone["texts"]


def test_what_the_page_says_of_a_map_is_among_the_texts(worked: Path) -> None:
    selection = select(load(worked), Filters.parse(DONE)[0])
    totals = country_totals(selection)
    payload = scene(selection, totals, measure="remained", about={"caption": "<b>One</b>"}).sent()
    alone = draw(worked)
    assert payload["texts"] == {**alone["texts"], "caption": "<b>One</b>"}
    assert payload["selection"] != alone["selection"]


def read_by_the_player() -> dict[str, set[str]]:
    """The keys of every type in payload.js; of an object within one, under the name of its property."""
    source = (ROOT / "dashboard" / "player" / "payload.js").read_text(encoding="utf-8")
    found = {}
    for name, block in re.findall(r"@typedef \{Object\} (\w+)(.*?)(?=@typedef|\*/)", source, re.DOTALL):
        found[name] = set(re.findall(r"@property \{.+\} (\w+)", block))
        for inside, key in re.findall(r"@property \{\{(.+)\}(?:\[\])?\} (\w+)", block):
            outer = re.sub(r"\{[^{}]*\}", "", inside)  # without what is one level deeper
            found[key] = set(re.findall(r"(\w+)\??:", outer))
    found["Scene"] = found["Shared"] | found["SceneOnly"]
    return found


def names(part: Any) -> set[str]:
    return {each.name for each in dataclasses.fields(part)}


def test_the_player_reads_every_key_that_is_sent_and_no_other(worked: Path) -> None:
    selection = select(load(worked), Filters.parse(DONE)[0])
    drawn, read = scene(selection, country_totals(selection), measure="remained"), read_by_the_player()
    assert names(Scene) == read["Scene"]
    assert names(Counter) == read["Counter"]
    parts = {
        "time": Time,
        "counters": Counters,
        "fills": Fills,
        "scale": Sizes,
        "legend": Legend,
        "view": View,
    }
    for key, part in parts.items():
        assert names(part) == read[key], key
    assert names(Moment) == read["SceneMoment"]
    assert {*drawn.transfers} == read["SceneTransfer"]
    assert {*drawn.events} == read["SceneEvent"]
    assert {*drawn.places} == read["Place"]
    assert {*drawn.counts} == read["SceneCount"]
    assert {*drawn.standing} == read["standing"]


def test_an_empty_selection_still_draws_a_map(worked: Path) -> None:
    payload = draw(worked, "event=e&status=denied")
    assert (payload["transfers"], payload["events"], payload["time"]["moments"]) == ([], [], [])
    west, south, east, north = payload["view"]["bounds"]
    assert west < east
    assert south < north


def test_the_view_crosses_the_antimeridian_where_the_selection_does(tmp_path: Path) -> None:
    place = {"kind": "city", "precision": "settlement"}
    world = write_world(
        tmp_path / "w",
        locations=[
            *COUNTRIES,
            {"location_id": "anadyr", "name": "Anadyr", "longitude": 177.5, "latitude": 64.7, **place},
            {"location_id": "nome", "name": "Nome", "longitude": -165.4, "latitude": 64.5, **place},
        ],
        events=[event(location_id="anadyr")],
        transfers=[leg("t", "anadyr", "nome")],
        claims=[claim("t", 1)],
    )
    payload = draw(world)
    west, _, east, _ = payload["view"]["bounds"]
    assert east - west == pytest.approx(17.1, abs=0.1)  # from 177.5 to 194.6
    assert line(payload["transfers"][0])[-1] == [194.6, 64.5]


def test_same_data_same_digest_and_only_the_first_follows_the_reader(worked: Path) -> None:
    one, again = draw(worked), draw(worked)
    assert one == again
    elsewhere = draw(worked, f"{DONE}&t=2025-12-13&at=53,27,5")
    assert elsewhere["selection"] == one["selection"]
    assert elsewhere["id"] != one["id"]
    assert (elsewhere["t"], elsewhere["at"]) == ("2025-12-13", [53.0, 27.0, 5.0])


def test_beside_its_tables_the_scene_is_plain_json(worked: Path) -> None:
    selection = select(load(worked), Filters.parse("event=e")[0])
    payload = scene(selection, country_totals(selection), measure="remained").sent()
    rest = {name: part for name, part in payload.items() if name not in TABLES}
    assert json.loads(json.dumps(rest, allow_nan=False)) == json.loads(json.dumps(rest))


def test_a_filter_moves_no_line_that_stays(tmp_path: Path) -> None:
    world = write_world(
        tmp_path / "w",
        events=[event(), event("f", date="2025-12-20")],
        transfers=[leg("a", "by", "ua"), leg("b", "by", "lt"), leg("c", "ua", "pl", event_id="f")],
        claims=[claim("a", 1), claim("b", 1), claim("c", 1)],
    )
    bows = [
        {row["id"]: row["bow"] for row in draw(world, query)["transfers"]}
        for query in ("", "event=f", "to=LT")
    ]
    assert bows[1] == {"c": bows[0]["c"]}
    assert bows[2] == {"b": bows[0]["b"]}


def test_very_many_transfers_that_look_alike_are_drawn_as_one_and_the_page_says_so(tmp_path: Path) -> None:
    count = MAX_LINES + 2
    ids = [f"t{k}" for k in range(count)]
    world = write_world(
        tmp_path / "w",
        events=[event()],
        transfers=[leg(key, "by", "lt" if k == 7 else "ua") for k, key in enumerate(ids)],
        claims=[claim(key, 2, 3) for key in ids],
    )
    payload = draw(world)
    assert [(row["merged"], row["min"], row["max"], row["label"]) for row in payload["transfers"]] == [
        (count - 1, 2 * (count - 1), 3 * (count - 1), "4002–6003"),
        (1, 2, 3, "2–3"),
    ]
    assert payload["texts"]["merged"].startswith("2,002 transfers are drawn as 2:")
    assert on_day(payload, DAY) == {"LT": "2–3", "UA": "4002–6003", "on the way": "0"}


def test_open_intervals_do_not_stretch_time(tmp_path: Path) -> None:
    world = write_world(
        tmp_path / "w",
        events=[event("e", date="2025-09"), event("f", date="../2025-10-02")],
        transfers=[leg("t", "by", "lt")],
        claims=[claim("t", 51)],
    )
    time = draw(world, "")["time"]
    assert time["epoch"] == "2025-09-01"
    assert time["end"] == 32 * DAY  # to the end of 2 October
    assert {(moment["start"], moment["end"]) for moment in time["moments"]} == {(0, 30 * DAY), (0, 32 * DAY)}


def test_no_line_of_the_built_in_release_crosses_the_country_people_were_expelled_from() -> None:
    payload = draw(FIRST_VERSION, "event=2025-12-13")
    belarus = land("BY")
    onward = [transfer for transfer in payload["transfers"] if transfer["id"].startswith("2025-12-13-ua")]
    assert len(onward) == 2
    for transfer in onward:
        assert not shapely.intersects(shapely.LineString(line(transfer)), belarus)


@pytest.mark.parametrize(
    "query", ["", "from=BY", "to=UA,PL", "date=2025-03-03/2025-03-05", "country=UA", "basis=all"]
)
def test_the_map_says_at_every_day_s_end_what_the_tables_say(query: str, tmp_path: Path) -> None:
    """Counters are `present`, colours end with the totals, and who stands somewhere is who is there."""
    for seed in range(examples(8)):
        dataset = invent(Random(seed)).dataset(tmp_path / str(seed))
        selection = select(dataset, Filters.parse(query)[0])
        totals = country_totals(selection)
        payload = told(scene(selection, totals, measure="remained").sent())
        names = {code: code for code in totals.index} | {
            "in_transit": "in_transit",
            "unreported": "not reported",
        }
        first = dt.date.fromisoformat(payload["time"]["epoch"])
        for day in range(payload["time"]["end"] // DAY):
            there = present(selection, first + dt.timedelta(days=day))
            shown = on_day(payload, (day + 1) * DAY)
            for row, name in names.items():
                if name in shown:
                    low, high = (
                        there.loc[row, ["present_min", "present_max"]] if row in there.index else (0, 0)
                    )
                    assert shown[name] == label(low, high), (seed, day, row)
        days = Days.of(selection)
        for measure in MEASURES:
            last = {code: (low, high) for _, code, low, high in levels_of(selection, totals, measure, days)}
            ends = zip(totals.index, minima(totals, measure), maxima(totals, measure), strict=True)
            assert last == {code: (low, high) for code, low, high in ends}


def test_people_who_went_on_outside_the_filters_are_drawn_pale(worked: Path) -> None:
    payload = draw(worked, "date=2025-12-13&status=done")
    drawn = {row["id"]: (row["state"], row["superseded"], row["label"]) for row in payload["transfers"]}
    later = "the same people, outside the filters"
    assert drawn == {
        "by-ua": ("", 0, "114"),
        "by-lt": ("", 0, "9"),
        "ua-pl": (later, 1, "89"),
        "ua-lt": (later, 1, "20"),
    }
    assert {"kind": "onward", "label": later} in payload["legend"]["items"]
    assert on_day(payload, payload["time"]["end"]) == {"LT": "29", "PL": "89", "UA": "5", "on the way": "0"}
    # What came before is no part of what went on: of 114 who came, these are 109.
    assert [row["id"] for row in draw(worked, "date=2025-12-18&status=done")["transfers"]] == [
        "ua-pl",
        "ua-lt",
    ]
