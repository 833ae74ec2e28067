"""A grid over polygons: the label of the polygon that a point is in, for millions of points a second.

The grid has two levels. A block that no border touches, and a cell of another block that no border touches,
carries one label. In a cell that a border touches, the label is known left of the cell on the centre line of
its row; from there the way to a point goes along the centre line and then straight up or down, and every edge
crossed on it turns the label of one side into that of the other. Labels are bit patterns, so that this is one
exclusive or. Edges are the polygons' own, never cut at a cell, so that nothing is rounded but the crossings;
where a crossing is too close to tell, the grid says that it is not sure, and the polygons decide.
"""

from __future__ import annotations

import json
import mmap
import os
import tempfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, fields
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.geo.nearest import reach, runs

__all__ = ["UNSURE", "Grid", "Labels", "Zone", "cached"]

Labels = NDArray[np.uint16]
"""Labels of points: 0 in no polygon, `UNSURE`, or the exclusive or of the labels of those that cover it."""
UNSURE = 0xFFFF
"""No label: the point is too close to an edge, or no point of the sphere; the polygons must be asked."""

_CELLS = 128  # a degree; a power of two, so that a cell's bounds are exact
_SHIFT = 5  # a shift by so many bits makes a cell's row or column that of its block
_SIDE = 1 << _SHIFT  # cells along a block
_BLOCKS = _CELLS // _SIDE  # a degree
_ROWS, _COLUMNS = 180 * _CELLS, 360 * _CELLS
_BLOCK_ROWS, _BLOCK_COLUMNS = 180 * _BLOCKS, 360 * _BLOCKS
_BORDER = 0x8000  # marks what a block or cell holds as the number of one that a border touches, not a label

# Degrees. Crossings are computed to 1e-12: products are no longer than an edge, of which 360 is the longest.
_CLOSE = 1e-10
_MARGIN = 1e-9  # a cell knows the edges this far outside of it
_EAST, _NORTH = 180 - _MARGIN, 90 - _MARGIN

_SQUARES = 16  # a degree, of a zone
_CHUNK = 65_536  # points at a time: their temporary arrays stay in the cache
_FORMAT = "geodata grid 1"  # of a saved grid; to be raised with every change of what its arrays mean
_LINE, _SHAPES = 128, 256  # bytes before the arrays, of which those of the widest numbers come first

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
Integers = NDArray[np.integer[Any]]
_TYPES = {"FloatArray": "f8", "IntArray": "i4", "Labels": "u2"}  # by the annotation of a field


@dataclass(frozen=True)
class Grid:
    """Labels of all blocks and cells, and the edges in those that a border touches.

    Build one by `Grid.of`, or open one that was saved.
    """

    edges: FloatArray
    """One row an edge in a cell, ordered by cell: longitude of both ends, latitude of the first end above the
    centre line, slope (0 where it runs due north), and longitude where it crosses the centre line (infinite
    where it does not)."""
    first_block: IntArray
    """Number of its first border block, one a row of blocks. Such a block, and such a cell, is one that a
    border touches."""
    first_cell: IntArray
    """Number of its first border cell, one a border block."""
    first_edge: IntArray
    """Position in `edges` of its first edge, one a border cell, and one more for the end."""
    blocks: Labels
    """A label, or `_BORDER` plus the block's number among the border blocks of its row; row by row from the
    south-west."""
    cells: Labels
    """A label, or `_BORDER` plus the cell's number among the border cells of its block; those of each border
    block, row by row."""
    start: Labels
    """Label with which the way to a point starts, one a border cell."""
    turn: Labels
    """What crossing the edge does to the label, one an edge in a cell."""

    @classmethod
    def of(cls, polygons: NDArray[np.object_], labels: Labels) -> Grid:
        """Return the grid over polygons.

        Parameters
        ----------
        polygons
            Shape (n,): single polygons in WGS 84 degrees.
        labels
            Shape (n,): their labels, below 0x8000. Where polygons overlap a point's label is the exclusive or
            of theirs.

        Raises
        ------
        ValueError
            With a label out of range.
        """
        if len(labels) and labels.max() >= _BORDER:
            raise ValueError(f"a label is {labels.max()}; labels must be below {_BORDER}")
        x0, y0, x1, y1, turn = _edges(polygons, labels)
        edge, row, west, east, crossing = _by_row(x0, y0, x1, y1)
        column = _cell(crossing, 180, _COLUMNS)
        crosses = np.flatnonzero(np.isfinite(crossing))
        lines = _CentreLines.of(row[crosses], column[crosses], turn[edge[crosses]])

        # In its row an edge comes once for every cell that it touches.
        low, high = _cell(west - _MARGIN, 180, _COLUMNS), _cell(east + _MARGIN, 180, _COLUMNS)
        piece = np.repeat(np.arange(len(edge), dtype=np.int32), high - low + 1)
        cell_column = runs(low, high - low + 1)
        cell = _numbered(row[piece], cell_column)
        order = np.argsort(cell, kind="stable")
        cell, piece, cell_column = cell[order], piece[order], cell_column[order]
        first_edge = np.flatnonzero(np.diff(cell, prepend=-1))
        # The way to a point starts west of all edges of its cell, also those that cross the line before it.
        before = np.where(column[piece] < cell_column, turn[edge[piece]], np.uint16(0))
        start = lines.west_of(row[piece[first_edge]], cell_column[first_edge])
        start ^= np.bitwise_xor.reduceat(before, first_edge)

        border = cell[first_edge]
        first_cell = np.flatnonzero(np.diff(border // _SIDE**2, prepend=-1))
        touched = border[first_cell] // _SIDE**2
        cells = lines.cells(touched)
        block = np.searchsorted(touched, border // _SIDE**2)
        cells[block * _SIDE**2 + border % _SIDE**2] = _BORDER + np.arange(len(border)) - first_cell[block]
        blocks = lines.west_of(np.arange(0, _ROWS, _SIDE)[:, None], np.arange(0, _COLUMNS, _SIDE)).reshape(-1)
        first_block = np.searchsorted(touched, np.arange(_BLOCK_ROWS) * _BLOCK_COLUMNS)
        blocks[touched] = _BORDER + np.arange(len(touched)) - first_block[touched // _BLOCK_COLUMNS]

        height = y0[edge[piece]] - _middle(row[piece])
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = np.where(x0 == x1, 0, (y1 - y0) / (x1 - x0))
        edge = edge[piece]
        return cls(
            edges=np.column_stack([x0[edge], x1[edge], height, slope[edge], crossing[piece]]),
            first_block=first_block.astype(np.int32),
            first_cell=first_cell.astype(np.int32),
            first_edge=np.append(first_edge, len(edge)).astype(np.int32),
            blocks=blocks,
            cells=cells,
            start=start,
            turn=turn[edge],
        )

    def save(self, path: Path, source: str) -> None:
        """Write the grid to a file, whole or not at all.

        Parameters
        ----------
        path
            The file; its folder is made where there is none.
        source
            What the grid was made from, e.g. a hash; `load` asks for it again.

        Raises
        ------
        OSError
            Where the file cannot be written.
        """
        arrays = [getattr(self, field.name) for field in fields(self)]
        shapes = json.dumps([array.shape for array in arrays]).encode()
        parts = [shapes.ljust(_SHAPES), *(array.reshape(-1).view(np.uint8) for array in arrays)]
        checksum = 0
        for part in parts:
            checksum = zlib.crc32(part, checksum)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        try:
            with open(handle, "wb") as file:
                file.write(_first_line(source, checksum))
                file.writelines(parts)
            os.replace(unfinished, path)
        except BaseException:
            os.unlink(unfinished)
            raise

    @classmethod
    def load(cls, path: Path, source: str) -> Grid:
        """Open a saved grid; its arrays are mapped into memory, not read.

        Raises
        ------
        OSError
            Where the file cannot be read.
        ValueError
            Where it is not a grid made from that source, or not as it was written.
        """
        with path.open("rb") as file:
            first_line = file.readline(_LINE)
            whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        body = whole[len(first_line) :]
        if first_line != _first_line(source, zlib.crc32(body)):
            raise ValueError(f"{path.name} is not a grid made from {source}, or not whole")
        arrays, begin = [], _SHAPES
        for field, shape in zip(fields(cls), json.loads(bytes(body[:_SHAPES])), strict=True):
            arrays.append(np.frombuffer(body, _TYPES[str(field.type)], prod(shape), begin).reshape(shape))
            begin += arrays[-1].nbytes
        return cls(*arrays)

    def label(self, longitude: FloatArray, latitude: FloatArray) -> Labels:
        """Return the label of each point.

        Parameters
        ----------
        longitude, latitude
            Shape (n,): degrees, of any value.

        Returns
        -------
        ndarray
            Shape (n,). `UNSURE` where the way to the point ends or turns within 1e-10 degrees of an edge, and
            for all that is not at least 1e-9 degrees inside of ±180 and ±90, NaN included.
        """
        labels = np.empty(len(longitude), dtype=np.uint16)
        for begin in range(0, len(labels), _CHUNK):
            chunk = slice(begin, begin + _CHUNK)
            labels[chunk] = self._label(longitude[chunk], latitude[chunk])
        return labels

    def _label(self, x: FloatArray, y: FloatArray) -> Labels:
        # Written so that NaN, which is both the least and the greatest, does not pass.
        if not (x.min() > -_EAST and x.max() < _EAST and y.min() > -_NORTH and y.max() < _NORTH):
            good = (np.abs(x) < _EAST) & (np.abs(y) < _NORTH)
            labels = np.full(len(x), UNSURE, dtype=np.uint16)
            if good.any():
                labels[good] = self._label(x[good], y[good])
            return labels

        row, column = _scaled(y, 90), _scaled(x, 180)
        labels = self.blocks.take((row >> _SHIFT) * _BLOCK_COLUMNS + (column >> _SHIFT))
        mixed = np.flatnonzero(labels >= _BORDER)
        if not len(mixed):
            return labels
        row, column = row.take(mixed), column.take(mixed)
        block = self.first_block.take(row >> _SHIFT) + (labels.take(mixed) - _BORDER)
        last = np.int32(_SIDE - 1)
        cell = self.cells.take((block * _SIDE + (row & last)) * _SIDE + (column & last))
        labels[mixed] = cell
        border = np.flatnonzero(cell >= _BORDER)
        if len(border):
            number = self.first_cell.take(block.take(border)) + (cell.take(border) - _BORDER)
            at = mixed.take(border)
            labels[at] = self._walk(number, x.take(at), y.take(at) - _middle(row.take(border)))
        return labels

    def _border_cells(self) -> tuple[IntArray, IntArray]:
        """Row and column of every cell that a border touches."""
        slot = np.flatnonzero(self.cells >= _BORDER).astype(np.int32)
        block = np.flatnonzero(self.blocks >= _BORDER)[slot // _SIDE**2]
        row = block // _BLOCK_COLUMNS * _SIDE + slot // _SIDE % _SIDE
        return row, block % _BLOCK_COLUMNS * _SIDE + slot % _SIDE

    def _walk(self, border: IntArray, x: FloatArray, y: FloatArray) -> Labels:
        """Return the labels of points in border cells; `y` is the latitude above the centre line."""
        first = self.first_edge.take(border)
        count = self.first_edge.take(border + 1) - first
        begin = np.cumsum(count, dtype=np.int32) - count
        # One row for every edge in a point's cell.
        point = np.repeat(np.arange(len(x), dtype=np.int32), count)
        edge = np.arange(len(point), dtype=np.int32) + (first - begin).take(point)
        west, east, height, slope, crossing = self.edges.take(edge, axis=0).T
        x, y = x.take(point), y.take(point)

        # The edge lies above or below the point where it begins on one side of it and ends on the other.
        along = x - west
        sides = along * (east - x)
        spans = sides > 0
        height = height + slope * along  # of the edge over the centre line, at the point's longitude
        above = height - y
        crossing = crossing - x
        turns = (crossing < 0) ^ (spans & (above * height < 0))
        labels = np.bitwise_xor.reduceat(self.turn.take(edge) * turns, begin) ^ self.start.take(border)

        close = np.minimum(np.abs(above), np.abs(height)) <= _CLOSE
        unsure = (sides == 0) | (spans & close) | (np.abs(crossing) <= _CLOSE)
        labels[point[unsure]] = UNSURE
        return labels


@dataclass(frozen=True)
class Zone:
    """Where a point may have an edge of a grid within a distance: squares of 1/16 degree.

    Whoever measures distances needs to look at the points in the zone alone.
    """

    squares: NDArray[np.bool_]
    """Rows from south to north of columns from west to east, and more of both for 90 and 180 degrees."""
    large: NDArray[np.bool_]
    """Whether any of 8 by 8 squares is in the zone: most are not, and these few stay in the cache."""

    @classmethod
    def of(cls, grid: Grid, km: float) -> Zone:
        """Return the zone of points within `km` kilometres of an edge."""
        rows, columns = 180 * _SQUARES, 360 * _SQUARES
        row, column = (cell // (_CELLS // _SQUARES) for cell in grid._border_cells())
        edges = np.zeros((rows, columns), dtype=bool)
        edges[row, column] = True

        low = np.arange(rows) / _SQUARES - 90
        tall, wide = reach(np.maximum(np.abs(low), np.abs(low + 1 / _SQUARES)), km)
        beside = np.minimum((wide * _SQUARES).astype(int) + 1, columns // 2)
        tall_rows = int(tall * _SQUARES) + 1
        near = edges.copy()
        for shift in range(1, tall_rows + 1):
            near[shift:] |= edges[:-shift]
            near[:-shift] |= edges[shift:]
        squares = np.ones((rows + 8, columns + 8), dtype=bool)
        for count in np.unique(beside):
            # A square is near where a window of 2 * count + 1 squares around it, wrapped, holds one.
            same = np.flatnonzero(beside == count)
            around = np.pad(near[same], ((0, 0), (count + 1, count)), mode="wrap")
            total = np.cumsum(around, axis=1, dtype=np.int32)
            squares[same, :columns] = total[:, 2 * count + 1 :] > total[:, : -2 * count - 1]
        large = np.logical_or.reduce(squares.reshape(rows // 8 + 1, 8, columns // 8 + 1, 8), axis=(1, 3))
        return cls(squares, large)

    def among(
        self, longitude: FloatArray, latitude: FloatArray, points: NDArray[np.intp]
    ) -> NDArray[np.intp]:
        """Return which of some points are in the zone.

        Parameters
        ----------
        longitude, latitude
            Degrees, one entry a point.
        points
            Positions of those that are asked for, all within ±180 and ±90 degrees.
        """
        held = [np.empty(0, dtype=np.intp)]
        for begin in range(0, len(points), _CHUNK):
            chunk = points[begin : begin + _CHUNK]
            row = ((latitude[chunk] + 90) * _SQUARES).astype(np.int32)
            column = ((longitude[chunk] + 180) * _SQUARES).astype(np.int32)
            some = np.flatnonzero(self.large.take(row // 8 * self.large.shape[1] + column // 8))
            square = row.take(some) * self.squares.shape[1] + column.take(some)
            held.append(chunk.take(some[self.squares.take(square)]))
        return np.concatenate(held)


def _first_line(source: str, checksum: int) -> bytes:
    return f"{_FORMAT} {source} {checksum:08x}".ljust(_LINE - 1).encode() + b"\n"


def cached(name: str, source: str, make: Callable[[], Grid]) -> Grid:
    """Return the grid from the user's cache folder, or make it and leave it there for the next time.

    The folder is ``$GEODATA_CACHE``, else ``$XDG_CACHE_HOME/geodata``, else ``~/.cache/geodata``. A file that
    is cut short, or is no grid of that source, is made anew; where nothing can be written, the grid is in
    memory alone.
    """
    unusable = (OSError, ValueError, RuntimeError)  # the last where a user has no home
    with suppress(*unusable):
        return Grid.load(_cache_file(name, source), source)
    grid = make()
    with suppress(*unusable):
        grid.save(_cache_file(name, source), source)
        return Grid.load(_cache_file(name, source), source)  # its memory is shared with other processes
    return grid


def _cache_file(name: str, source: str) -> Path:
    caches = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    folder = Path(os.environ.get("GEODATA_CACHE") or caches / "geodata")
    return folder / f"{name}-{source[:16]}.grid"


def _edges(
    polygons: NDArray[np.object_], labels: Labels
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, Labels]:
    """Return the ends of all edges, the southern (or else the western) first, and the turn of each.

    An edge of two polygons comes once, and not at all where it parts nothing.
    """
    rings, part = shapely.get_rings(polygons, return_index=True)
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    joined = np.flatnonzero(ring[1:] == ring[:-1])
    ends = np.column_stack([corners[joined], corners[joined + 1]])
    turn = labels[part[ring[joined]]]
    x0, y0, x1, y1 = ends.T
    turned = (y0 > y1) | ((y0 == y1) & (x0 > x1))
    ends[turned] = ends[turned][:, [2, 3, 0, 1]]
    # Sorted by one number, equal edges are neighbours; two that share it by chance only stay unmerged.
    order = np.argsort(ends @ np.sqrt([2, 3, 5, 7]), kind="stable")
    ends, turn = ends[order], turn[order]
    first = np.flatnonzero(np.append(True, (ends[1:] != ends[:-1]).any(axis=1)))
    ends, turn = ends[first], np.bitwise_xor.reduceat(turn, first)
    x0, y0, x1, y1 = ends[turn != 0].T.copy()
    return x0, y0, x1, y1, turn[turn != 0]


def _by_row(
    x0: FloatArray, y0: FloatArray, x1: FloatArray, y1: FloatArray
) -> tuple[IntArray, IntArray, FloatArray, FloatArray, FloatArray]:
    """Return every edge once for each row of cells that it touches.

    Positions of the edge and of the row; longitudes between which the edge is in the row, and where it
    crosses the centre line (infinite where it does not).
    """
    low, high = _cell(y0 - _MARGIN, 90, _ROWS), _cell(y1 + _MARGIN, 90, _ROWS)
    edge = np.repeat(np.arange(len(y0), dtype=np.int32), high - low + 1)
    row = runs(low, high - low + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        lean = np.where(y0 == y1, 0, (x1 - x0) / (y1 - y0))[edge]
    start, foot, head, middle = x0[edge], y0[edge], y1[edge], _middle(row)
    half = 0.5 / _CELLS + _MARGIN
    entry = start + (np.maximum(middle - half, foot) - foot) * lean
    leave = start + (np.minimum(middle + half, head) - foot) * lean
    leave = np.where(foot == head, x1[edge], leave)
    crosses = (foot <= middle) != (head <= middle)
    crossing = np.where(crosses, start + (middle - foot) * lean, np.inf)
    return edge, row, np.minimum(entry, leave), np.maximum(entry, leave), crossing


@dataclass(frozen=True)
class _CentreLines:
    """Labels along the centre lines of all rows: 0 at the west end, and turned at every crossing."""

    row: IntArray
    """One a crossing, from south to north and west to east, as `column` and `turn`."""
    column: IntArray
    turn: Labels
    behind: Labels
    """Label behind the first n crossings. At the end of a row it is 0 again: rings are closed."""

    @classmethod
    def of(cls, row: IntArray, column: IntArray, turn: Labels) -> _CentreLines:
        order = np.argsort(cls._along(row, column), kind="stable")
        turn = turn[order]
        return cls(row[order], column[order], turn, np.append(np.uint16(0), np.bitwise_xor.accumulate(turn)))

    @staticmethod
    def _along(row: Integers, column: Integers) -> NDArray[np.int64]:
        return row.astype(np.int64) * _COLUMNS + column

    def west_of(self, row: Integers, column: Integers) -> Labels:
        """Return the label behind all crossings in cells west of each cell."""
        crossings = np.searchsorted(self._along(self.row, self.column), self._along(row, column))
        return self.behind[crossings]

    def cells(self, blocks: NDArray[np.int64]) -> Labels:
        """Return what `west_of` does for every cell of some blocks that have all crossings."""
        row, column = blocks // _BLOCK_COLUMNS * _SIDE, blocks % _BLOCK_COLUMNS * _SIDE
        labels = np.zeros((len(blocks), _SIDE, _SIDE), dtype=np.uint16)
        labels[:, :, 0] = self.west_of(row[:, None] + np.arange(_SIDE), column[:, None])
        # A crossing shows from the next cell on, which in the last column is another block's.
        inner = self.column % _SIDE < _SIDE - 1
        cell = _numbered(self.row[inner], self.column[inner])
        following = np.searchsorted(blocks, cell // _SIDE**2) * _SIDE**2 + cell % _SIDE**2 + 1
        np.bitwise_xor.at(labels.reshape(-1), following, self.turn[inner])
        return np.bitwise_xor.accumulate(labels, axis=2, out=labels).reshape(-1)


def _middle(row: IntArray) -> FloatArray:
    """Return the latitude of the row's centre line, which is exact."""
    return (row + 0.5) / _CELLS - 90


def _scaled(degrees: FloatArray, half: int) -> IntArray:
    """Row or column of cells."""
    scaled = degrees + half
    scaled *= _CELLS
    return scaled.astype(np.int32)


def _cell(degrees: FloatArray, half: int, count: int) -> IntArray:
    """Row or column of the cell, where need be the first or the last."""
    return np.clip(np.floor((degrees + half) * _CELLS), 0, count - 1).astype(np.int32)


def _numbered(row: Integers, column: Integers) -> NDArray[np.int64]:
    """Return the number of a cell when all are counted block by block."""
    block = (row // _SIDE).astype(np.int64) * _BLOCK_COLUMNS + column // _SIDE
    return (block * _SIDE + row % _SIDE) * _SIDE + column % _SIDE
