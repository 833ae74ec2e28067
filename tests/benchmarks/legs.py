"""Make a big flat transfers file: ``python -m tests.benchmarks.legs PATH ROWS [codes|coordinates]``.

The same arguments give the same rows on every machine, group by group, in the memory of one group.
"""

import argparse
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.geo.boundaries import anchor, country_codes

Kind = Literal["codes", "coordinates"]
KINDS: tuple[Kind, ...] = get_args(Kind)
GROUP_ROWS = 1_000_000
PLACES_A_COUNTRY = 4
ENDS = ("origin", "destination")


def write_legs(path: Path, rows: int, kind: Kind = "codes") -> Path:
    """Write `rows` random legs: between all countries by code, or between 996 places by coordinates.

    Of the counts 1 in 50 is open above and 1 in 100 not reported; of the codes 1 in 200 is blank. Days are
    those of 2024 and 2025.
    """
    codes = np.array(country_codes())
    anchors = np.repeat([anchor(code) for code in codes], PLACES_A_COUNTRY, axis=0)
    places = (anchors + np.random.default_rng(0).normal(0, 0.2, anchors.shape)).round(4)
    writer = None
    for group, start in enumerate(range(0, rows, GROUP_ROWS)):
        size = min(GROUP_ROWS, rows - start)
        random = np.random.default_rng([1, group])
        columns: dict[str, pa.Array] = {}
        for end in ENDS:
            if kind == "codes":
                number = random.integers(0, len(codes), size)
                indices = pa.array(number, pa.int16(), mask=random.random(size) < 1 / 200)
                columns[f"{end}_country"] = pa.DictionaryArray.from_arrays(indices, pa.array(codes.tolist()))
            else:
                longitude, latitude = places[random.integers(0, len(places), size)].T
                columns |= {f"{end}_longitude": pa.array(longitude), f"{end}_latitude": pa.array(latitude)}
        columns["date"] = pa.array(np.datetime64("2024-01-01") + random.integers(0, 731, size))
        least = random.integers(1, 60, size)
        unknown, unbounded = random.random(size) < 1 / 100, random.random(size) < 1 / 50
        columns["count_min"] = pa.array(least, pa.int32(), mask=unknown)
        most = least + random.integers(0, 5, size)
        columns["count_max"] = pa.array(most, pa.int32(), mask=unknown | unbounded)
        table = pa.table(columns)
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer:
        writer.close()
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.legs", description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("rows", type=int)
    parser.add_argument("kind", nargs="?", default="codes", choices=KINDS)
    chosen = parser.parse_args()
    write_legs(chosen.path, chosen.rows, chosen.kind)
