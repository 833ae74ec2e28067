"""A data package is the same in a folder, in a zip file and in memory."""

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile
from zipfile import Path as Zipped

import pytest

from geodata import DataError, load
from geodata.files.opening import MAX_FILE_BYTES
from geodata.files.package import dataset_zip
from tests.worlds import FIRST_VERSION


def zipped(path: Path, *, below: str = "") -> Path:
    """Return the built-in dataset's first version as a zip file, in a folder of it where one is named."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for file in FIRST_VERSION.iterdir():
            archive.write(file, f"{below}{file.name}")
    return path


def problems(place: Path | bytes) -> list[tuple[str, str]]:
    with pytest.raises(DataError) as refused:
        load(place)
    return [(problem.file, problem.message) for problem in refused.value.problems]


def test_one_dataset_wherever_it_is(tmp_path: Path) -> None:
    expected = load(FIRST_VERSION)
    plain, below = zipped(tmp_path / "a.zip"), zipped(tmp_path / "b.zip", below="belarus-first/")
    for place in (str(FIRST_VERSION), plain, str(plain), plain.read_bytes(), below, Zipped(ZipFile(plain))):
        found = load(place)
        assert found.reference == expected.reference
        assert found.notes == expected.notes
        assert found.transfers.equals(expected.transfers)
    assert load(dataset_zip(expected)).reference == expected.reference


def test_what_is_no_package_is_named(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("no zip file")
    assert problems(tmp_path / "note.txt") == [("note.txt", "is no zip file: File is not a zip file")]
    assert problems(b"PK") == [("the package", "is no zip file: File is not a zip file")]
    assert ("datapackage.json", "the file is missing") in problems(tmp_path)
    assert ("datapackage.json", "the file is missing") in problems(tmp_path / "nowhere")


def test_nothing_is_unpacked_beyond_the_limit(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bomb.zip")
    with ZipFile(path, "a", ZIP_DEFLATED) as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("claims.csv", b"a" * (MAX_FILE_BYTES + 1))
    assert path.stat().st_size < 2**20
    assert problems(path) == [("claims.csv", "the file is larger than 64 MiB")]


def test_a_package_that_is_damaged_or_locked_is_named(tmp_path: Path) -> None:
    content = zipped(tmp_path / "a.zip").read_bytes()
    with ZipFile(tmp_path / "a.zip") as archive:
        at = archive.getinfo("events.csv").header_offset + 60
    damaged = content[:at] + bytes(byte ^ 255 for byte in content[at : at + 20]) + content[at + 20 :]
    assert {file for file, message in problems(damaged) if "cannot be unpacked" in message} == {"events.csv"}
    # The lowest bit of the flags at byte 8 of a file's entry in the list at the end: it has a password.
    entry = content.rindex(b"events.csv") - 46
    locked = content[: entry + 8] + bytes([content[entry + 8] | 1]) + content[entry + 9 :]
    assert {file for file, message in problems(locked) if "cannot be unpacked" in message} == {"events.csv"}


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "world"
    folder.mkdir()
    for file in FIRST_VERSION.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "events.csv").unlink()
    (folder / "events.csv").mkdir()
    assert problems(folder) == [("events.csv", "the file cannot be read: Is a directory")]
