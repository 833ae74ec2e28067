"""The player: a Streamlit component that shows a scene and animates it in the browser alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from dashboard.scene import Scene

__all__ = ["player"]


def player(
    scene: Scene,
    *,
    key: str,
    on_change: Callable[[], None] | None = None,
    on_open: Callable[[], None] | None = None,
    on_pick: Callable[[], None] | None = None,
) -> Any:
    """Show a scene on the page.

    Nothing is sent while it plays. A pause, a step or the end of a scrub sets ``t``, the day that is shown
    (``2025-12-13``); a view that the reader chose and let rest sets ``at``, latitude, longitude and zoom. A
    number of the counters or the steps opens its figure; the map then stands still.

    Parameters
    ----------
    scene
        What is shown.
    key
        Identity on the page: the same key keeps the drawing surface and the playback between reruns.
    on_change
        Called when ``t`` or ``at`` has changed.
    on_open
        Called at every choice of a number; `opened` of `dashboard.components.figure_table` says which.
    on_pick
        Called at every click on a country, a line or a place; the session then holds ``pick`` under the key:
        ``kind`` and ``id``.

    Returns
    -------
    Any
        The component's state, with ``t`` and ``at`` (None until the reader sets them).
    """
    listen = on_change or _nothing
    return _component()(
        key=key,
        data=scene.sent(),
        default={"t": None, "at": None},
        on_t_change=listen,
        on_at_change=listen,
        on_figure_change=on_open or _nothing,
        on_pick_change=on_pick or _nothing,
    )


@cache
def _component() -> Callable[..., Any]:
    """Return what mounts the component; only a running server knows the files that it is packaged with."""
    return st.components.v2.component(
        "dashboard.player",
        js="player.js",
        css="player.css",
        # deck.gl measures and listens on the page itself; every class of ours begins with ptm- instead.
        isolate_styles=False,
    )


def _nothing() -> None:
    """Do nothing: Streamlit takes in only what has a listener."""
