"""Links from row to row: each id named once, and no journey that leads round in a circle."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from geodata.model.problems import Problem

__all__ = ["without_circles", "without_repeats"]


def without_repeats(name: str, table: pd.DataFrame, column: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Return a table whose list cells name each id once, and a note for each that did not."""
    repeated = table[column].map(lambda ids: len(set(ids)) < len(ids)).astype(bool)
    if not repeated.any():
        return table, []
    notes = [
        Problem(
            f"{name}.csv", int(str(row)), column, "names an id twice", "it counts once; remove the repeat"
        )
        for row in table.index[repeated]
    ]
    once = table[column].map(lambda ids: tuple(dict.fromkeys(ids))).astype(object)
    return table.assign(**{column: once}), notes


def without_circles(transfers: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Return transfers without the links of `follows` that lead round in circles, and a note for each."""
    follows = {
        key: before
        for key, before in zip(transfers["transfer_id"], transfers["follows"], strict=True)
        if before
    }
    circle_of = _circles(follows)
    if not circle_of:
        return transfers, []
    notes = [
        Problem(
            "transfers.csv",
            int(str(row)),
            "follows",
            f"{key[:80]!r} follows itself, or follows transfers that do",
            "it is counted as following none of the circle; remove one link",
        )
        for row, key in transfers.loc[transfers["transfer_id"].isin(circle_of), "transfer_id"].items()
    ]
    opened = {
        key: tuple(id_ for id_ in follows[key] if circle_of.get(id_) != circle)
        for key, circle in circle_of.items()
    }
    links = zip(transfers["transfer_id"], transfers["follows"], strict=True)
    return transfers.assign(follows=pd.Series([opened.get(*link) for link in links], transfers.index)), notes


def _circles(follows: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Return the number of its circle for each transfer in one: all that lead to it and come from it.

    Tarjan's strongly connected components, without recursion: journeys can be of any depth.
    """
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    open_: list[str] = []
    found: dict[str, int] = {}
    closed: set[str] = set()
    for start in follows:
        if start in order:
            continue
        ahead = [(start, iter(follows[start]))]
        order[start] = low[start] = len(order)
        open_.append(start)
        while ahead:
            key, rest = ahead[-1]
            for other in rest:
                if other not in follows or other in closed:
                    continue
                if other in order:
                    low[key] = min(low[key], order[other])
                    continue
                order[other] = low[other] = len(order)
                open_.append(other)
                ahead.append((other, iter(follows[other])))
                break
            else:
                ahead.pop()
                if ahead:
                    low[ahead[-1][0]] = min(low[ahead[-1][0]], low[key])
                if low[key] == order[key]:
                    members = open_[open_.index(key) :] if open_[-1] != key else [key]
                    del open_[-len(members) :]
                    closed.update(members)
                    if len(members) > 1 or key in follows[key]:
                        found |= dict.fromkeys(members, order[key])
    return found
