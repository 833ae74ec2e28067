"""The built-in dataset: references, dates, and the figures that the rest of the project is tested on."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from edtf import parse_edtf

from dashboard.messages.headline import headline
from dashboard.messages.phrases import text_of
from geodata import Filters, country_totals, honour, load, people, select
from geodata.analysis.groups import composition
from geodata.files.release import released
from tests.worlds import FIRST_VERSION

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
        ends = [
            end.rstrip("~") for end in date.split("/")
        ]  # two pages differ on the pardon of 28 or 30 December
        assert any(re.fullmatch(rf"{end}(-[a-z]+)?", event_id) for end in ends), event_id


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
    assert without == {f"2025-12-13-plan-{way}" for way in ("by-pl", "ua-pl", "pl-lt", "ua-lt", "pl-de")}
    assert set(transfers.set_index("transfer_id").loc[sorted(without), "status"]) == {"planned"}
    assert set(claims.loc[claims["subject_id"].isin(without), "standing"]) == {"superseded"}


def test_the_journey_of_13_december(tables):
    counts = adopted(tables)
    assert counts["2025-12-13"] == ("123", "123")
    transfers = tables["transfers"].set_index("transfer_id")
    transfers = transfers[(transfers["event_id"] == "2025-12-13") & (transfers["status"] == "done")]
    assert {key: counts[key] for key in transfers.index} == {
        "2025-12-13-by-ua": ("114", "114"),
        "2025-12-13-by-lt": ("9", "9"),
        "2025-12-13-ua-pl": ("109", "109"),
        "2025-12-13-pl-lt": ("20", "20"),
        "2025-12-13-pl-de": ("2", "2"),
    }
    assert transfers["follows"].to_dict() == {
        "2025-12-13-by-ua": "",
        "2025-12-13-by-lt": "",
        "2025-12-13-ua-pl": "2025-12-13-by-ua",
        "2025-12-13-pl-lt": "2025-12-13-ua-pl",
        "2025-12-13-pl-de": "2025-12-13-ua-pl",
    }
    days = transfers[["departed", "arrived"]].agg("/".join, axis=1).to_dict()
    assert days == {
        "2025-12-13-by-ua": "2025-12-13/2025-12-13",
        "2025-12-13-by-lt": "2025-12-13/2025-12-13",
        "2025-12-13-ua-pl": "2025-12-17/2025-12-18",
        "2025-12-13-pl-lt": "2025-12-18/2025-12-18",
        "2025-12-13-pl-de": "2025-12-18/2025-12-19",
    }
    assert set(transfers["origin_id"][:2]) == {"belarus"}
    # Ukraine 114 - 109 = 5, Poland 109 - 20 - 2 = 87, Lithuania 9 + 20 = 29, Germany 2.
    selection = select(load(FOLDER), Filters(event=("2025-12-13",), status=("done",)))
    totals = country_totals(selection)
    assert totals["remained_min"].to_dict() == {"BY": 0, "DE": 2, "LT": 29, "PL": 87, "UA": 5}
    assert totals["passed_on_min"].to_dict() == {"BY": 0, "DE": 0, "LT": 0, "PL": 22, "UA": 109}
    assert people(selection) == (123, 123)


def said(query: str) -> str:
    selection = select(load(FOLDER), Filters.parse(f"event=2025-12-13&{query}")[0])
    return text_of(headline(selection, country_totals(selection)))


FREED = "123 people were released in Belarus on 13 December 2025"


def belarusians(day: str) -> tuple[int, int]:
    """Bounds on the Belarusians among those brought to Ukraine, as known on a day."""
    found = composition(select(load(FOLDER), Filters(event=("2025-12-13",), asof=day)))
    row = found[(found["subject_id"] == "2025-12-13-by-ua") & (found["group"] == "Belarusians")].iloc[0]
    return int(row["count_min"]), int(row["count_max"])


def test_four_days_tell_four_true_stories():
    """What sources had published by the end of the day, worked out by hand from their days."""
    # The 13th: TASS 123, Interfax-Ukraine 114, European Pravda nine; Viasna's 104 alone speaks of Belarusians.
    assert said("asof=2025-12-13") == f"{FREED}; 114 remained in Ukraine and 9 in Lithuania."
    assert belarusians("2025-12-13") == (104, 104)
    # The 14th: Charter97 has 109 Belarusians in Ukraine, and nothing decides yet between it and 104.
    assert said("asof=2025-12-14") == f"{FREED}; 114 remained in Ukraine and 9 in Lithuania."
    assert belarusians("2025-12-14") == (104, 109)
    # The 18th: 109 came to Warsaw and 20 of them to Lithuania; that two arrived in Germany is not known yet.
    assert said("asof=2025-12-18") == f"{FREED}; 89 remained in Poland, 29 in Lithuania and 5 in Ukraine."
    # The 20th: the two are in Germany since the 19th, and the official 109 decides.
    assert (
        said("asof=2025-12-20")
        == f"{FREED}; 87 remained in Poland, 29 in Lithuania, 5 in Ukraine and 2 in Germany."
    )
    assert belarusians("2025-12-20") == (109, 109)


def test_an_old_link_says_what_has_changed_since():
    asked, _ = Filters.parse("v=2&data=belarus-2024-2025@96dad1d5&event=2025-12-13&status=done")
    (notice,) = honour(asked, load(FOLDER))[1]
    assert notice.reason == (
        "the data has changed since this version of 2026-11-25: 123 people then and now; "
        "89 remained in Poland then, 87 now; 0 remained in Germany then, 2 now"
    )


def test_the_first_version_is_kept_as_it_was_figured():
    first, now = load(FOLDER).versions
    assert first == released(load(FIRST_VERSION), "2026-11-25")
    assert first.remained["2025-12-13"] == {"LT": (29, 29), "PL": (89, 89), "UA": (5, 5)}
    assert now == released(load(FOLDER), now.date)


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
    # 3 July 2024 is 4 to 18; the other twenty-one events come to 569 + 20 + 1.
    assert sum(int(low) for low, _ in counted) == 594
    assert sum(int(high) for _, high in counted) == 608


def test_only_the_four_public_figures_of_the_article_are_named(tables):
    people = tables["people"].set_index("person_id")
    assert set(people.index) == {"bialiatski", "kolesnikova", "babaryko", "zolotova"}
    assert people["transfers"][people["transfers"] != ""].to_dict() == {
        "bialiatski": "2025-12-13-by-lt",
        "kolesnikova": "2025-12-13-pl-de",
        "babaryko": "2025-12-13-pl-de",
    }


def test_readme_accounts_for_every_fact_and_names_only_ids_that_exist(tables, readme):
    facts = re.findall(r"^\| (A\d\d|D?\d+) \|", readme, flags=re.MULTILINE)
    assert facts == [
        *(f"A{number:02}" for number in range(1, 19)),
        *(str(number) for number in range(1, 41)),
        *(f"D{number}" for number in range(1, 54)),
    ]
    known = set().union(*(frame.iloc[:, 0] for frame in tables.values()))
    # Every claim on the December release, and every approximate day of a source, is accounted for.
    sources = tables["sources"].set_index("source_id")["published"]
    assert {key for key in sources.index[sources.str.endswith("~")] if f"`{key}`" not in readme} == set()
    named = set(re.findall(r"`(20\d\d-[a-z0-9-]+)`", readme))
    assert named <= known
    assert (
        readme.count("<!-- data dictionary: begin -->") == readme.count("<!-- data dictionary: end -->") == 1
    )
