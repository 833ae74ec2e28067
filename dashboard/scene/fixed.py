"""What no dataset changes: the deck.gl layers without data."""

from __future__ import annotations

import json
from functools import cache

import pydeck as pdk

from dashboard.scene.parts import Json

__all__ = ["deck"]


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
