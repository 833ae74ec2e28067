"""What no dataset changes: the deck.gl layers without data, and the words that the player writes."""

from __future__ import annotations

import json
from functools import cache

import pydeck as pdk

from dashboard.scene.legs import Json
from geodata.geo import boundaries

__all__ = ["deck", "texts"]


@cache
def deck() -> Json:
    """Return the layers, bottom to top, without data: the player gives each its rows and its colours.

    The countries lie below them on a canvas of their own. There is no map style and no map provider, so
    nothing is fetched from a tile server.
    """
    pixels = '"pixels"'  # pydeck reads a bare string as the name of a column
    band: Json = {"pickable": True}
    spot: Json = {
        "get_position": "position",
        "radius_units": pixels,
        "line_width_units": pixels,
        "stroked": True,
    }
    mark = {**spot, "pickable": True}
    # Two kinds of layers in all: each is a program that the graphics card has to compile before it draws.
    layers = {
        "outer": ("SolidPolygonLayer", band),
        "inner": ("SolidPolygonLayer", band),
        "rings": ("ScatterplotLayer", {**mark, "filled": False, "get_radius": 10, "get_line_width": 1.8}),
        "pins": ("ScatterplotLayer", {**mark, "get_radius": 4.5, "get_line_width": 1.6}),
        "people": ("ScatterplotLayer", {**spot, "get_radius": 2.6, "get_line_width": 0.9}),
    }
    described = pdk.Deck(
        layers=[pdk.Layer(kind, id=name, data=[], **style) for name, (kind, style) in layers.items()],
        initial_view_state=None,
        views=None,
        map_provider=None,
    )
    return {"layers": json.loads(described.to_json())["layers"]}


def texts(counts: str) -> dict[str, str]:
    """Return the words that the player writes.

    Parameters
    ----------
    counts
        What the dataset counts: ``people`` or ``movements``.
    """
    who = "people" if counts == "people" else "they"
    return {
        "map": "Map of the movements",
        "player": "Player",
        "play": "Play",
        "pause": "Pause",
        "previous": "Previous event",
        "next": "Next event",
        "scrubber": "Day shown",
        "pace": "Pace",
        "skip": "Quiet days skipped",
        "skip_short": "skip quiet days,",
        "calendar": "Calendar time",
        "day_a_second": "day a second",
        "days_a_second": "days a second",
        "loop": "Play again and again",
        "picture": "Save this frame as a picture (PNG)",
        "full_screen": "Full screen",
        "leave_full_screen": "Leave full screen",
        "steps": "Steps",
        "more_steps": "More than fit here; the panel Movements lists all.",
        "more_here": "and {count} more on this line",
        "person": "person" if counts == "people" else "movement",
        "people": counts,
        "unreported": "not reported",
        "people_unreported": f"{counts}, number not reported",
        "steps_title": "Step by step",
        "show_claims": "show the claims",
        "legend": "Legend",
        "zoom_in": "Zoom in",
        "zoom_out": "Zoom out",
        "whole": "Show the whole selection",
        "wheel": "Ctrl + scroll zooms the map",
        "quiet": "no movement reported on this day",
        "where": f"Where {who} are on this day",
        "place_unknown": "place not reported",
        "empty": "No movement matches",
        "schematic": "Lines are schematic.",
        "attribution": boundaries.ATTRIBUTION,
        "point_of_view": boundaries.POINT_OF_VIEW,
        "no_webgl": "This browser cannot draw the map: WebGL is missing or off. The steps tell the same.",
        "blocked": "The drawing program could not be loaded. The steps tell the same.",
        "no_basemap": "The countries could not be loaded; movements are drawn without them.",
        "lost": "The browser took the map's drawing surface away. It comes back by itself if it can.",
    }
