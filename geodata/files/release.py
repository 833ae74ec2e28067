"""Give out a version of a dataset: keep what it figures, for links that will be opened later."""

from __future__ import annotations

from pathlib import Path

from geodata.analysis.selection import select
from geodata.analysis.totals import people, remained
from geodata.files.export import replacing
from geodata.files.load import load
from geodata.files.versions import VERSIONS, Version, is_day, versions_json
from geodata.model.dataset import Dataset
from geodata.model.problems import DataError, Problem
from geodata.query.filters import Filters

__all__ = ["release", "released"]


def released(dataset: Dataset, date: str) -> Version:
    """Return a dataset as a version of a day.

    Parameters
    ----------
    dataset
        Any.
    date
        ISO day on which it is given out.
    """
    # One at a time: alone, an event can begin with a transfer that follows one of another event.
    counted = dataset.events.index[dataset.events["kind"] != "series"].tolist()
    alone = {key: select(dataset, Filters(event=(key,))) for key in counted}
    return Version(
        dataset.hash,
        date,
        people(select(dataset, Filters())),
        {key: people(chosen) for key, chosen in alone.items()},
        {key: found for key, chosen in alone.items() if (found := remained(chosen))},
    )


def release(folder: Path, date: str) -> Version:
    """Add the present version of a dataset to the versions in its folder.

    Parameters
    ----------
    folder
        Of one data package.
    date
        ISO day on which it is given out.

    Raises
    ------
    DataError
        If the dataset has a problem, if this version was given out before, or if the date is none or before
        that of the latest version.
    """

    def refused(message: str, remedy: str) -> DataError:
        return DataError([Problem(VERSIONS, 0, "", message, remedy)])

    if not is_day(date):
        raise refused(f"{date[:80]!r} is not an ISO day", "write --date like 2025-12-31")
    dataset = load(folder)
    for version in dataset.versions:
        if version.hash == dataset.hash:
            raise refused(
                f"{dataset.reference} was given out on {version.date}", "nothing has to be done again"
            )
    if dataset.versions and date < (latest := dataset.versions[-1].date):
        raise refused(f"the latest version is of {latest}, after {date}", "give a later --date")
    version = released(dataset, date)
    with replacing(folder / VERSIONS) as partial:
        partial.write_bytes(versions_json([*dataset.versions, version]))
    return version
