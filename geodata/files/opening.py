"""Files of a data package, wherever it is: in a folder, in a zip file, or in memory."""

from __future__ import annotations

import zipfile
import zlib
from importlib.resources.abc import Traversable
from io import BytesIO
from pathlib import Path

from geodata.model.problems import DataError, Problem

__all__ = ["MAX_FILE_BYTES", "content_of", "opened"]

MAX_FILE_BYTES = 64 * 2**20
"""Size of the largest file that is read, unpacked."""
_DESCRIPTOR = "datapackage.json"


def opened(place: str | Path | bytes | Traversable) -> Traversable:
    """Return the folder in which the files of a data package are.

    Parameters
    ----------
    place
        A folder; a zip file that holds the package itself, or one folder with it; the bytes of such a zip
        file; or whatever else opens files by name, as `zipfile.Path` does.

    Raises
    ------
    DataError
        If bytes, or a file, are no zip file.
    """
    if isinstance(place, str):
        place = Path(place)
    if isinstance(place, Path) and not place.is_file():
        return place
    if not isinstance(place, (Path, bytes)):
        return place
    name = place.name if isinstance(place, Path) else "the package"
    try:
        archive = zipfile.ZipFile(BytesIO(place) if isinstance(place, bytes) else place)
    except (zipfile.BadZipFile, OSError) as error:
        remedy = "give a folder, or a zip file of one"
        raise DataError([Problem(name, 0, "", f"is no zip file: {error}", remedy)]) from error
    root = zipfile.Path(archive)
    within = [folder for folder in root.iterdir() if folder.is_dir() and (folder / _DESCRIPTOR).is_file()]
    return within[0] if len(within) == 1 and not (root / _DESCRIPTOR).is_file() else root


def content_of(file: Traversable, *, limit: int = MAX_FILE_BYTES) -> bytes:
    """Return what is in a file.

    Raises
    ------
    FileNotFoundError
        If there is none.
    DataError
        If it cannot be read, or holds more than `limit` bytes.
    """
    if not file.is_file() and not file.is_dir():
        raise FileNotFoundError(file.name)

    def refused(message: str, remedy: str) -> DataError:
        return DataError([Problem(file.name, 0, "", f"the file {message}", remedy)])

    try:
        with file.open("rb") as stream:
            content = stream.read(limit + 1)
    except OSError as error:
        remedy = "correct its path and its permissions"
        raise refused(f"cannot be read: {error.strerror}", remedy) from error
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise refused(f"cannot be unpacked: {error}", "pack it anew, without a password") from error
    if len(content) > limit:
        raise refused(f"is larger than {limit >> 20} MiB", "split the dataset")
    return content
