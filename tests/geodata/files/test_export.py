import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import geopandas as gpd  # type: ignore[import-untyped]  # geopandas carries no types
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata import Filters, country_totals, load, select, write_csv
from geodata.__main__ import main
from geodata.files.export import (
    claims_csv,
    claims_table,
    countries_csv,
    countries_geojson,
    countries_parquet,
    filename,
    transfers_csv,
    transfers_geojson,
    transfers_parquet,
    transfers_table,
)
from geodata.files.formulas import guarded, unguarded
from tests.conftest import ROOT
from tests.worlds import event, leg, worked_case, write_table, write_world

HEADER = (
    "country_code,country,released_min,released_max,departed_min,departed_max,arrived_min,arrived_max,passed_on_min,"
    "passed_on_max,remained_min,remained_max,moved_within_min,moved_within_max,transfers,sources\n"
)


def test_the_worked_case_as_csv(tmp_path: Path) -> None:
    dataset = load(worked_case(tmp_path / "world"))
    assert countries_csv(dataset, Filters(status=("done",))).decode() == HEADER + (
        "BY,Belarus,123,123,123,123,0,0,0,0,0,0,0,0,2,one;two\n"
        "LT,Lithuania,0,0,0,0,29,29,0,0,29,29,0,0,2,late;one;two\n"
        "PL,Poland,0,0,0,0,89,89,0,0,89,89,0,0,1,late;undated\n"
        "UA,Ukraine,0,0,109,109,114,114,109,109,5,5,0,0,3,late;one;two;undated\n"
    )
    assert filename("countries.csv", dataset) == f"countries_world@{dataset.hash}.csv"


def test_an_open_bound_is_an_empty_cell(tmp_path: Path) -> None:
    dataset = load(write_world(tmp_path / "world", events=[event()], transfers=[leg("a", "by", "na")]))
    assert countries_csv(dataset, Filters()).decode() == HEADER + (
        "BY,Belarus,0,,0,,0,0,0,0,0,0,0,0,1,\nNA,Namibia,0,0,0,0,0,,0,0,0,,0,0,1,\n"
    )


def test_nothing_chosen_is_a_header(tmp_path: Path) -> None:
    dataset = load(worked_case(tmp_path / "world"))
    assert countries_csv(dataset, Filters(date="2031")).decode() == HEADER


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1+1", "-1-1", "-1e", "@SUM(A1)", "'=1", "''-x", "\tx", "\rx", "＝1", "＋1", "－1", "＠x"],
)
def test_no_cell_runs_as_a_formula(cell: str) -> None:
    out = io.BytesIO()
    write_csv(pd.DataFrame({"name": [cell], cell: ["x"]}), out)
    assert pd.read_csv(io.BytesIO(out.getvalue()), dtype=str, keep_default_na=False).loc[
        0, "name"
    ] == f"'{cell}".replace("\r", "\n")
    assert out.getvalue().decode().splitlines()[0].split(",")[1].strip('"').startswith("'")


@pytest.mark.parametrize("cell", ["-40.5", "+27.5615", "-1", "1e-05", "-1.5E+10", "'tis", "Minsk", "27.5-"])
def test_numbers_as_text_and_plain_words_are_no_formulas(cell: str) -> None:
    out = io.BytesIO()
    write_csv(pd.DataFrame({"cell": [cell]}), out)
    assert out.getvalue().decode() == f"cell\n{cell}\n"


@given(st.lists(st.text(st.sampled_from("'=+-@1.eЖ＝,\" "), max_size=6)))
def test_what_is_guarded_can_be_taken_off_again(cells: list[str]) -> None:
    column = pd.Series(cells, dtype=str)
    for kind in ("str", "object", "category"):
        assert unguarded(guarded(column.astype(kind)).astype(str)).tolist() == cells


def test_numbers_stay_numbers() -> None:
    out = io.BytesIO()
    write_csv(pd.DataFrame({"longitude": [-40.5], "count": pd.array([None], "Int64")}), out)
    assert out.getvalue() == b"longitude,count\n-40.5,\n"


def test_there_is_one_writer_of_csv() -> None:
    writers = {
        str(path.relative_to(ROOT)): len(
            re.findall(r"\.to_csv\(|csv\.writer|DictWriter", path.read_text("utf-8"))
        )
        for folder in ("geodata", "dashboard")
        for path in (ROOT / folder).rglob("*.py")
    }
    assert {path: number for path, number in writers.items() if number} == {"geodata/files/export.py": 1}


@pytest.mark.thorough
def test_the_order_of_rows_and_the_hash_seed_change_no_byte(tmp_path: Path) -> None:
    first = worked_case(tmp_path / "world")
    other = worked_case(tmp_path / "other")
    for file in ("events", "transfers", "claims", "locations", "sources"):
        header, *rows = (other / f"{file}.csv").read_text("utf-8").splitlines(keepends=True)
        (other / f"{file}.csv").write_text("".join([header, *reversed(rows)]), "utf-8")
    written = {
        subprocess.run(
            [sys.executable, "-m", "geodata", "totals", "--data", folder, "basis=all"],
            cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": seed}, check=True, capture_output=True,
        ).stdout
        for folder, seed in ((first, "1"), (other, "2"))
    }  # fmt: skip
    assert len(written) == 1


def test_totals_says_on_standard_error_what_the_query_could_not_get(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["totals", "--data", str(worked_case(tmp_path / "world")), "event=e&colour=red"]) == 0
    out, error = capfdbinary.readouterr()
    assert out.startswith(HEADER.encode())
    assert error == b"colour=red was ignored: there is no such key. Shown: the rest of the link.\n"


def test_locate_adds_the_country_of_each_row(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    rows = [
        {"name": "NA", "longitude": "27.5615", "latitude": "53.9045"},
        {"name": "=sea", "longitude": "-40.5", "latitude": "30"},
        {"name": "blank"},
    ]
    write_table(source, ["name", "longitude", "latitude"], rows)
    assert main(["locate", str(source), "-o", str(target)]) == 0
    found = pd.read_csv(target, dtype=str, keep_default_na=False)
    assert found["name"].tolist() == ["NA", "'=sea", "blank"]
    assert found["longitude"].tolist() == ["27.5615", "-40.5", ""]
    assert found["country_code"].tolist() == ["BY", "", ""]
    assert found["match"].tolist() == ["inside", "nowhere", "missing"]
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == []


def test_locate_names_the_file_and_the_cell_at_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "in.csv"
    write_table(source, ["longitude", "latitude"], [{"longitude": "east", "latitude": "1"}])
    assert main(["locate", str(source)]) == 1
    assert capsys.readouterr().err.startswith("in.csv:2:longitude: ")
    assert main(["locate", str(tmp_path / "none.csv")]) == 1
    assert capsys.readouterr().err.startswith("none.csv: the file cannot be read")


def test_transfers_of_the_worked_case(tmp_path: Path) -> None:
    dataset = load(worked_case(tmp_path / "world"))
    selection = select(dataset, Filters(basis="all"))
    table = transfers_table(selection).set_index("transfer_id")
    assert table.index.tolist() == ["by-lt", "by-ua", "plan-lt", "plan-pl", "ua-lt", "ua-pl"]
    assert table.loc["by-ua", ["event", "origin", "origin_country", "destination_country"]].tolist() == [
        "e",
        "Belarus",
        "BY",
        "UA",
    ]
    assert table.loc["by-ua", ["count_min", "count_max", "counted", "superseded"]].tolist() == [
        114,
        115,
        True,
        False,
    ]
    assert table.loc["plan-lt", ["follows", "status", "superseded", "sources"]].tolist() == [
        "plan-pl",
        "planned",
        True,
        "plan",
    ]
    assert table.loc["ua-pl", ["earliest", "latest", "sources"]].tolist() == [
        "2025-12-18",
        "2025-12-18",
        "late;undated",
    ]
    header, first, *_ = transfers_csv(selection).decode().splitlines()
    assert header.split(",") == ["transfer_id", *table.columns]
    assert ",8,9,true,false,true,one;two," in first
    assert filename("claims.csv", dataset) == f"claims_world@{dataset.hash}.csv"


def test_claims_of_the_worked_case(tmp_path: Path) -> None:
    selection = select(load(worked_case(tmp_path / "world")), Filters(transfer=("ua-pl",)))
    table = claims_table(selection).set_index("subject_id")
    assert len(table) == 4  # two of the transfer, two of its event
    here = table.loc["ua-pl"].sort_values("count_min")
    assert here["publisher"].tolist() == ["Fourth Paper", "Fifth Paper"]
    assert here["counts"].tolist() == [True, False]
    assert here["subject"].tolist() == ["Ukraine → Poland"] * 2
    assert b",101,,more than 100,undated,Fifth Paper," in claims_csv(selection)


def test_geojson_is_drawn_straight_and_cut_at_the_antimeridian(tmp_path: Path) -> None:
    places = [
        {"location_id": key, "name": key, "longitude": longitude, "latitude": 0, "precision": "exact"}
        for key, longitude in {"west": -170, "east": 170, "mid": 160}.items()
    ]
    folder = write_world(
        tmp_path / "world",
        locations=places,
        events=[event(location_id="")],
        transfers=[leg("a", "mid", "west", via="east"), leg("b", "mid", "east"), leg("c", "mid", "mid")],
    )
    selection = select(load(folder), Filters())
    found = json.loads(transfers_geojson(selection))
    assert [feature["id"] for feature in found["features"]] == ["a", "b", "c"]
    lines = [feature["geometry"] for feature in found["features"]]
    assert lines[0] == {
        "type": "MultiLineString",
        "coordinates": [[[160.0, 0.0], [170.0, 0.0], [180.0, 0.0]], [[-180.0, 0.0], [-170.0, 0.0]]],
    }
    assert lines[1] == {"type": "LineString", "coordinates": [[160.0, 0.0], [170.0, 0.0]]}
    assert lines[2] == {"type": "Point", "coordinates": [160.0, 0.0]}
    assert found["features"][0]["properties"]["count_max"] is None
    totals = country_totals(selection)
    countries = json.loads(countries_geojson(selection, totals))["features"]
    assert [(feature["id"], feature["geometry"]) for feature in countries] == [("unlocated", None)]


@pytest.mark.parametrize(
    ("origin", "destination", "geometry"),
    [
        ((27.5, 53.9), (27.5, 53.9), "POINT (27.5 53.9)"),
        ((170, 10), (180, 20), "LINESTRING (170 10, 180 20)"),
        ((180, 10), (170, 20), "LINESTRING (180 10, 170 20)"),
        ((-180, 10), (-170, 20), "LINESTRING (-180 10, -170 20)"),
        ((180, 10), (-180, 10), "POINT (180 10)"),
        (None, (27.5, 53.9), None),
        ((27.5, 53.9), None, None),
    ],
)
def test_every_geometry_is_valid(
    tmp_path: Path,
    origin: tuple[float, float] | None,
    destination: tuple[float, float] | None,
    geometry: str | None,
) -> None:
    places = [
        {
            "location_id": name,
            "name": name,
            "precision": "exact" if point else "unknown",
            **(dict(zip(("longitude", "latitude"), point, strict=True)) if point else {}),
        }
        for name, point in {"a": origin, "b": destination}.items()
    ]
    world = write_world(
        tmp_path / "world", locations=places, events=[event(location_id="a")], transfers=[leg("t", "a", "b")]
    )
    selection = select(load(world), Filters())
    (feature,) = json.loads(transfers_geojson(selection))["features"]
    table = gpd.read_parquet(io.BytesIO(transfers_parquet(selection)))
    if geometry is None:
        assert feature["geometry"] is None
        assert table.geometry.isna().tolist() == [True]
    else:
        drawn = shapely.from_geojson(json.dumps(feature["geometry"]))
        assert drawn.equals(shapely.from_wkt(geometry))
        assert drawn.is_valid
        assert table.geometry.iloc[0].equals(drawn)


def test_parquet_holds_the_tables_with_their_shapes(tmp_path: Path) -> None:
    selection = select(load(worked_case(tmp_path / "world")), Filters(status=("done",)))
    totals = country_totals(selection)
    countries = gpd.read_parquet(io.BytesIO(countries_parquet(selection, totals))).set_index("country_code")
    assert countries.crs == "EPSG:4326"
    assert countries["remained_max"].to_dict() == {"BY": 0, "LT": 29, "PL": 89, "UA": 5}
    assert countries.contains_properly(countries.representative_point()).all()
    transfers = gpd.read_parquet(io.BytesIO(transfers_parquet(selection)))
    pd.testing.assert_frame_equal(
        pd.DataFrame(transfers.drop(columns="geometry")), transfers_table(selection)
    )


def test_nothing_chosen_is_no_row_in_any_file(tmp_path: Path) -> None:
    selection = select(load(worked_case(tmp_path / "world")), Filters(date="2031"))
    assert transfers_csv(selection).count(b"\n") == claims_csv(selection).count(b"\n") == 1
    assert json.loads(transfers_geojson(selection))["features"] == []
    assert json.loads(countries_geojson(selection, country_totals(selection)))["features"] == []
    assert len(gpd.read_parquet(io.BytesIO(transfers_parquet(selection)))) == 0
