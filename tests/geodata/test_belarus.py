"""The built-in dataset: references, dates, and the figures that the rest of the project is tested on."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from edtf import parse_edtf

FOLDER = Path(__file__).parents[2] / "geodata" / "data" / "belarus-2024-2025"
COLUMNS = {
    "locations": "location_id name kind longitude latitude precision country_code note",
    "events": "event_id title kind date location_id summary",
    "transfers": "transfer_id event_id origin_id destination_id via departed arrived status follows note",
    "claims": "claim_id subject_id group count_min count_max wording source_id quote attribution standing",
    "sources": "source_id publisher title url published language",
    "people": "person_id name transfers source_id public note",
}
REQUIRED = {
    "locations": "location_id name precision",
    "events": "event_id title kind date",
    "transfers": "transfer_id event_id origin_id destination_id status",
    "claims": "claim_id subject_id count_min wording source_id standing",
    "sources": "source_id publisher title",
    "people": "person_id name source_id public",
}
TERMS = {
    ("events", "kind"): {"release", "exchange", "pardon", "return", "series"},
    ("transfers", "status"): {"done", "planned", "attempted", "denied"},
    ("claims", "standing"): {"adopted", "corroborating", "conflicting", "superseded", "withdrawn"},
    ("locations", "precision"): {"exact", "settlement", "region", "country"},
    ("people", "public"): {"true"},
}


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return {name: pd.read_csv(FOLDER / f"{name}.csv", dtype=str, keep_default_na=False) for name in COLUMNS}


@pytest.fixture(scope="module")
def readme() -> str:
    return (FOLDER / "README.md").read_text(encoding="utf-8")


def ids_in(cells: pd.Series) -> set[str]:
    return {one for cell in cells for one in cell.split(";") if one}


def adopted(tables: dict[str, pd.DataFrame]) -> dict[str, tuple[str, str]]:
    """Return the bounds of everyone in each subject, as written."""
    claims = tables["claims"]
    whole = claims[(claims["standing"] == "adopted") & (claims["group"] == "")]
    return dict(
        zip(whole["subject_id"], zip(whole["count_min"], whole["count_max"], strict=True), strict=True)
    )


def test_tables_have_the_columns_of_the_design_and_fill_the_needed_ones(tables):
    for name, frame in tables.items():
        assert " ".join(frame.columns) == COLUMNS[name]
        assert frame.iloc[:, 0].is_unique
        for column in REQUIRED[name].split():
            assert (frame[column] != "").all(), (name, column)
    for (name, column), terms in TERMS.items():
        assert set(tables[name][column]) <= terms


def test_files_are_utf_8_with_plain_line_ends():
    for path in FOLDER.glob("*.csv"):
        content = path.read_bytes()
        assert b"\r" not in content
        assert content.decode("utf-8").endswith("\n")


def test_descriptor_names_every_table_with_its_columns():
    descriptor = json.loads((FOLDER / "datapackage.json").read_text(encoding="utf-8"))
    assert descriptor["name"] == "belarus-2024-2025"
    assert descriptor["featured"] == "event=2025-12-13&status=done"
    declared = {one["name"]: one["schema"]["fields"] for one in descriptor["resources"]}
    assert {name: " ".join(field["name"] for field in fields) for name, fields in declared.items()} == COLUMNS


def test_references_resolve(tables):
    keys = {name: set(frame.iloc[:, 0]) for name, frame in tables.items()}
    transfers, claims, people = tables["transfers"], tables["claims"], tables["people"]
    assert not keys["events"] & keys["transfers"]
    assert ids_in(tables["events"]["location_id"]) <= keys["locations"]
    assert set(transfers["event_id"]) <= keys["events"]
    for column in ("origin_id", "destination_id", "via"):
        assert ids_in(transfers[column]) <= keys["locations"]
    assert ids_in(transfers["follows"]) <= keys["transfers"]
    assert set(claims["subject_id"]) == keys["events"] | keys["transfers"]
    assert set(claims["source_id"]) == keys["sources"]
    assert set(people["source_id"]) <= keys["sources"]
    assert ids_in(people["transfers"]) <= keys["transfers"]


def test_a_transfer_follows_one_of_its_own_event_that_ended_in_its_country_of_origin(tables):
    country = tables["locations"].set_index("location_id")["country_code"]
    legs = tables["transfers"].set_index("transfer_id")
    following = legs[legs["follows"] != ""]
    before = legs.loc[following["follows"]]
    assert list(before["event_id"]) == list(following["event_id"])
    assert list(before["destination_id"].map(country)) == list(following["origin_id"].map(country))


def test_places_known_only_as_a_country_have_a_code_and_no_coordinates(tables):
    locations = tables["locations"]
    is_country = locations["precision"] == "country"
    assert (locations.loc[is_country, "country_code"].str.fullmatch("[A-Z]{2}")).all()
    assert (locations.loc[is_country, ["longitude", "latitude"]] == "").all(axis=None)
    points = locations.loc[~is_country, ["longitude", "latitude"]]
    assert points.map(lambda cell: re.fullmatch(r"\d{2}\.\d{4}", cell) is not None).all(axis=None)


def test_each_date_is_edtf_and_within_the_period(tables):
    cells = [
        *tables["events"]["date"],
        *tables["transfers"]["departed"],
        *tables["transfers"]["arrived"],
        *tables["sources"]["published"],
    ]
    for cell in filter(None, cells):
        parsed = parse_edtf(cell)
        assert parsed.lower_strict()[:3] >= (2024, 7, 1)
        assert parsed.upper_strict()[:3] <= (2025, 12, 31)


def test_an_event_id_is_its_date_and_perhaps_a_word(tables):
    for event_id, date in zip(tables["events"]["event_id"], tables["events"]["date"], strict=True):
        word = event_id.removeprefix(date.partition("/")[0].rstrip("~"))
        assert re.fullmatch(r"(-[a-z]+)?", word), event_id


def test_counts_are_whole_numbers_in_order(tables):
    claims = tables["claims"]
    assert claims["count_min"].str.fullmatch("[0-9]+").all()
    closed = claims[claims["count_max"] != ""]
    assert (closed["count_min"].astype(int) <= closed["count_max"].astype(int)).all()


def test_at_most_one_claim_is_adopted_and_a_source_says_one_thing(tables):
    claims = tables["claims"]
    assert not claims[claims["standing"] == "adopted"].duplicated(["subject_id", "group"]).any()
    assert not claims.duplicated(["subject_id", "group", "source_id"]).any()


def test_a_claim_without_a_quote_says_in_brackets_what_its_wording_is(tables):
    claims = tables["claims"]
    assert claims.loc[claims["quote"] == "", "wording"].str.fullmatch(r"\[.+\]").all()


def test_everything_that_is_counted_has_an_adopted_count_unless_its_plan_was_overtaken(tables):
    claims, transfers = tables["claims"], tables["transfers"]
    without = (set(tables["events"]["event_id"]) | set(transfers["transfer_id"])) - set(adopted(tables))
    assert without == {f"2025-12-13-plan-{legs}" for legs in ("by-pl", "ua-pl", "pl-lt", "ua-lt")}
    assert set(transfers.set_index("transfer_id").loc[sorted(without), "status"]) == {"planned"}
    assert set(claims.loc[claims["subject_id"].isin(without), "standing"]) == {"superseded"}


def test_worked_case_of_13_december(tables):
    counts = adopted(tables)
    assert counts["2025-12-13"] == ("123", "123")
    legs = tables["transfers"].set_index("transfer_id")
    legs = legs[(legs["event_id"] == "2025-12-13") & (legs["status"] == "done")]
    assert {leg: counts[leg] for leg in legs.index} == {
        "2025-12-13-by-ua": ("114", "114"),
        "2025-12-13-by-lt": ("9", "9"),
        "2025-12-13-ua-pl": ("89", "89"),
        "2025-12-13-ua-lt": ("20", "20"),
    }
    assert legs["follows"].to_dict() == {
        "2025-12-13-by-ua": "",
        "2025-12-13-by-lt": "",
        "2025-12-13-ua-pl": "2025-12-13-by-ua",
        "2025-12-13-ua-lt": "2025-12-13-by-ua",
    }
    country = tables["locations"].set_index("location_id")["country_code"]
    numbers = pd.Series({leg: int(counts[leg][0]) for leg in legs.index})
    arrived = numbers.groupby(legs["destination_id"].map(country)).sum().to_dict()
    passed_on = numbers[legs["follows"] != ""].groupby(legs["origin_id"].map(country)).sum().to_dict()
    assert arrived == {"UA": 114, "PL": 89, "LT": 29}
    assert passed_on == {"UA": 109}
    assert 123 == (114 - 109) + 89 + 29


def test_what_the_news_article_alone_says_of_13_december(tables):
    claims = tables["claims"]
    own = claims[(claims["source_id"] == "article-2025-12") & (claims["group"] == "")].set_index("subject_id")
    assert own.loc["2025-12-13", ["count_min", "count_max"]].tolist() == ["123", "123"]
    assert own.loc["2025-12-13-by-ua", ["count_min", "count_max"]].tolist() == ["62", "122"]
    assert own.loc["2025-12-13-by-lt", ["count_min", "count_max"]].tolist() == ["1", ""]
    assert not own.index.isin(["2025-12-13-ua-pl", "2025-12-13-ua-lt"]).any()


def test_11_september_is_51_across_and_one_refused(tables):
    counts = adopted(tables)
    assert counts["2025-09-11"] == ("52", "52")
    assert counts["2025-09-11-by-lt"] == ("51", "51")
    assert counts["2025-09-11-refused"] == ("1", "1")
    refused = tables["transfers"].set_index("transfer_id").loc["2025-09-11-refused"]
    assert (refused["status"], refused["via"]) == ("attempted", "medininkai")
    derived = tables["claims"].set_index("claim_id").loc["2025-09-11-by-lt-derived"]
    assert derived["source_id"] == "compilation"
    assert derived["wording"].startswith("[derived: 52")


def test_first_legs_carry_the_people_of_their_event(tables):
    counts = adopted(tables)
    legs = tables["transfers"]
    first = legs[(legs["follows"] == "") & (legs["status"] != "planned")]
    for event, rows in first.groupby("event_id"):
        assert sum(int(counts[leg][0]) for leg in rows["transfer_id"]) == int(counts[event][0]), event


def test_counted_events_are_closed_and_series_are_open(tables):
    counts = adopted(tables)
    series = tables["events"]["kind"] == "series"
    of_series = {event: counts[event] for event in tables["events"].loc[series, "event_id"]}
    assert of_series == {
        "2024-07-series": ("431", ""),
        "2025-09-series": ("51", ""),
        "2025-12-13-held": ("1001", ""),
        "2025-12-series": ("201", ""),
    }
    assert not tables["transfers"]["event_id"].isin(of_series).any()
    counted = [counts[event] for event in tables["events"].loc[~series, "event_id"]]
    # 3 July 2024 is 4 to 18; the other nineteen events come to 569.
    assert sum(int(low) for low, _ in counted) == 573
    assert sum(int(high) for _, high in counted) == 587


def test_only_the_four_public_figures_of_the_article_are_named(tables):
    people = tables["people"].set_index("person_id")
    assert set(people.index) == {"bialiatski", "kolesnikova", "babaryko", "zolotova"}
    assert people["transfers"][people["transfers"] != ""].to_dict() == {"bialiatski": "2025-12-13-by-lt"}


def test_readme_accounts_for_every_fact_and_names_only_ids_that_exist(tables, readme):
    facts = re.findall(r"^\| (A\d\d|\d+) \|", readme, flags=re.MULTILINE)
    assert facts == [f"A{number:02}" for number in range(1, 19)] + [str(number) for number in range(1, 41)]
    known = set().union(*(frame.iloc[:, 0] for frame in tables.values()))
    named = set(re.findall(r"`(20\d\d-[a-z0-9-]+)`", readme))
    assert named <= known
    assert (
        readme.count("<!-- data dictionary: begin -->") == readme.count("<!-- data dictionary: end -->") == 1
    )
