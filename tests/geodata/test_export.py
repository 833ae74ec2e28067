import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from geodata import Filters, load, write_csv
from geodata.__main__ import main
from geodata.export import countries_csv, countries_filename
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
    assert countries_filename(dataset) == f"countries_world@{dataset.hash}.csv"


def test_an_open_bound_is_an_empty_cell(tmp_path: Path) -> None:
    dataset = load(write_world(tmp_path / "world", events=[event()], transfers=[leg("a", "by", "na")]))
    assert countries_csv(dataset, Filters()).decode() == HEADER + (
        "BY,Belarus,0,,0,,0,0,0,0,0,0,0,0,1,\nNA,Namibia,0,0,0,0,0,,0,0,0,,0,0,1,\n"
    )


def test_nothing_chosen_is_a_header(tmp_path: Path) -> None:
    dataset = load(worked_case(tmp_path / "world"))
    assert countries_csv(dataset, Filters(date="2031")).decode() == HEADER


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1", "＋1", "－1", "＠x"])
def test_no_cell_runs_as_a_formula(cell: str) -> None:
    out = io.BytesIO()
    write_csv(pd.DataFrame({"name": [cell], cell: ["x"]}), out)
    assert pd.read_csv(io.BytesIO(out.getvalue()), dtype=str, keep_default_na=False).loc[
        0, "name"
    ] == f"'{cell}".replace("\r", "\n")
    assert out.getvalue().decode().splitlines()[0].split(",")[1].strip('"').startswith("'")


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
    assert {path: number for path, number in writers.items() if number} == {"geodata/export.py": 1}


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
    assert error == b"The link asked for colour=red; shown is the rest of the link: there is no such key.\n"


def test_locate_adds_the_country_of_each_row(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    rows = [
        {"name": "NA", "longitude": "27.5615", "latitude": "53.9045"},
        {"name": "=sea", "longitude": "-40", "latitude": "30"},
        {"name": "blank"},
    ]
    write_table(source, ["name", "longitude", "latitude"], rows)
    assert main(["locate", str(source), "-o", str(target)]) == 0
    found = pd.read_csv(target, dtype=str, keep_default_na=False)
    assert found["name"].tolist() == ["NA", "'=sea", "blank"]
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
