import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata import DataError, Filters, load, people, select
from geodata.__main__ import main
from geodata.files.load import DATA_FOLDER
from geodata.files.package import dataset_zip, selection_zip
from geodata.files.release import release, released
from geodata.files.versions import Version, read_versions, versions_json
from geodata.model.schema import STATUSES, TABLES
from tests.examples import examples
from tests.truths import Truth, truths
from tests.worlds import claim, event, worked_case, write_world

ONE = {"hash": "0000000a", "date": "2025-12-01", "people": [5, None], "events": {"e": [5, 5]}}
BOUNDS = "people or events do not hold two bounds each, the lower first"


def test_a_release_is_kept_with_its_figures_and_changes_no_hash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = worked_case(tmp_path / "world")
    first = load(folder)
    assert first.versions == ()
    assert main(["release", str(folder), "--date", "2025-12-31"]) == 0
    assert capsys.readouterr().out == (
        f"{first.hash} is kept as the version of 2025-12-31: 1 events, people: 123\n"
    )
    kept = load(folder)
    assert kept.hash == first.hash
    remained = {"e": {"LT": (29, 29), "PL": (89, 89), "UA": (5, 5)}}
    assert kept.versions == (Version(first.hash, "2025-12-31", (123, 123), {"e": (123, 123)}, remained),)
    assert [path.name for path in folder.iterdir() if "partial" in path.name] == []

    assert main(["release", str(folder), "--date", "2026-01-01"]) == 1
    assert f"versions.json: world@{first.hash} was given out on 2025-12-31" in capsys.readouterr().err
    write_world(
        folder,
        events=[event(), event("f"), event("g", kind="series")],
        claims=[claim("e", 5), claim("f", 1, "")],
    )
    for wrong in ("2025-12-30", "2025-12", "today", "2025-02-30"):
        assert main(["release", str(folder), "--date", wrong]) == 1
    release(folder, "2025-12-31")
    assert [version.people for version in load(folder).versions] == [(123, 123), (6, None)]
    assert load(folder).versions[1].events == {"e": (5, 5), "f": (1, None)}
    assert versions_json(load(folder).versions) == (folder / "versions.json").read_bytes()


def test_the_hash_depends_neither_on_versions_nor_on_the_order_of_rows(tmp_path: Path) -> None:
    folder = worked_case(tmp_path / "world")
    before = load(folder).hash
    (folder / "versions.json").write_text(json.dumps([ONE]), "utf-8")
    for file in TABLES:
        header, *rows = (folder / f"{file}.csv").read_text("utf-8").splitlines(keepends=True)
        (folder / f"{file}.csv").write_text("".join([header, *reversed(rows)]), "utf-8")
    assert load(folder).hash == before
    assert load(folder).versions == (Version("0000000a", "2025-12-01", (5, None), {"e": (5, 5)}),)


def fails(folder: Path, content: str) -> str:
    """Return the message of the one problem that a file of versions is for its dataset."""
    (folder / "versions.json").write_text(content, "utf-8")
    with pytest.raises(DataError) as caught:
        load(folder)
    (problem,) = caught.value.problems
    assert problem.file == "versions.json"
    assert "python -m geodata release" in problem.remedy
    return problem.message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "the file cannot be read"),
        ("[" * 100_000, "the file cannot be read"),
        (r'["\ud800"]', "the file cannot be read"),
        ("{}", "the file holds no list of versions"),
        ("[5]", "version 1: it does not hold hash"),
    ],
    ids=["broken", "deep", "half", "object", "number"],
)
def test_a_file_that_holds_no_versions_is_a_fault_of_the_dataset(
    tmp_path: Path, content: str, message: str
) -> None:
    assert fails(write_world(tmp_path / "world"), content).startswith(message)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hash": "0000000a"}, "0000000a stands twice"),
        ({"hash": "0000000B"}, "hash is not 8 small hex digits"),
        ({"hash": 5}, "hash is not 8 small hex digits"),
        ({"date": "2025-11-31"}, "date is not an ISO day"),
        ({"date": "20251201"}, "date is not an ISO day"),
        ({"date": None}, "date is not an ISO day"),
        ({"date": "2025-11-30"}, "it is of 2025-11-30, and the one before of 2025-12-01"),
        ({"more": 1}, "it does not hold hash, date, people and events, perhaps remained, and nothing else"),
        ({"remained": []}, "remained is not an object of objects"),
        ({"remained": {"e": [1, 1]}}, "remained is not an object of objects"),
        ({"remained": {"e": {"PL": [2, 1]}}}, "remained does not hold two bounds each, the lower first"),
        ({"events": []}, "events is not an object"),
        ({"events": {"e": "12"}}, BOUNDS),
        *(({"people": wrong}, BOUNDS) for wrong in ([5, 4], [-1, 4], [None, 4], [True, 4], [1.0, 4], [1], 5)),
    ],
)
def test_a_wrong_version_is_a_fault_of_the_dataset(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    content = json.dumps([ONE, {**ONE, "hash": "0000000b", **change}])
    assert fails(write_world(tmp_path / "world"), content) == f"version 2: {message}"


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "versions.json"
    with path.open("wb") as file:
        file.truncate(16 * 2**20 + 1)
    assert [problem.message for problem in read_versions(path)[1]] == ["the file is larger than 16 MiB"]


def test_a_package_takes_versions_along_where_it_is_whole(tmp_path: Path) -> None:
    folder = worked_case(tmp_path / "world")
    release(folder, "2025-12-31")
    dataset = load(folder)
    for content, there in (
        (dataset_zip(dataset), True),
        (selection_zip(select(dataset, Filters(basis="all"))), True),
        # The figures of the whole are not those of a part.
        (selection_zip(select(dataset, Filters(event=("e",)))), False),
    ):
        with ZipFile(io.BytesIO(content)) as archive:
            assert ("versions.json" in archive.namelist()) == there
            archive.extractall(tmp_path / "again")
        if there:
            assert load(tmp_path / "again").versions == dataset.versions


@settings(max_examples=examples(15))
@given(truths(), st.lists(st.sampled_from(STATUSES), max_size=2))
def test_a_version_tells_what_the_page_would(truth: Truth, status: list[str]) -> None:
    with TemporaryDirectory() as folder:
        dataset = truth.dataset(Path(folder))
        version = released(dataset, "2025-12-31")
        for chosen in ((), *((key,) for key in dataset.events.index)):
            filters = Filters(event=chosen, status=tuple(status))
            told = version.figure(filters)
            assert told in {None, people(select(dataset, filters))}
            assert (told is None) == (bool(status) and "done" not in status)


def test_the_built_in_dataset_is_given_out_as_it_is() -> None:
    dataset = load(DATA_FOLDER / "belarus-2024-2025")
    latest = dataset.versions[-1]
    assert latest == released(dataset, latest.date), "run `python -m geodata release`"
