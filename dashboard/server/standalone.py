"""A page to keep: one HTML file that plays offline from disk and asks nobody for anything.

It holds the scene, the player's modules and the deck.gl bundle of the installed pydeck. Every text of a
dataset is escaped HTML, or JSON in which no ``<`` is left; a policy in the page lets only its own scripts
run, by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dashboard import markup, theme
from dashboard.messages.doubts import doubts
from dashboard.messages.figures import count_texts, measure_text
from dashboard.messages.headline import headline
from dashboard.messages.phrases import text_of
from dashboard.messages.places import place_text
from dashboard.scene import scene
from dashboard.server import assets
from dashboard.server.modules import joined
from geodata import Dataset, Filters, country_totals, select
from geodata.files.citing import citation
from geodata.query.filters import MEASURES

__all__ = ["web_page"]

_PLAYER, _STATIC = (Path(__file__).parents[1] / name for name in ("player", "static"))
_MAPS = ("basemap.geojson", "disputed.geojson")


def web_page(dataset: Dataset, filters: Filters) -> bytes:
    """Return the page of a selection, as UTF-8 HTML.

    Parameters
    ----------
    dataset
        Where the records come from.
    filters
        What chooses them; the day and the view they hold are where the page begins.
    """
    selection = select(dataset, filters)
    totals = country_totals(selection)
    title = text_of(headline(selection, totals))
    drawn = scene(selection, totals, measure=filters.measure, about={"title": title}).sent()
    drawn["urls"] = {name: f"#{name}" for name in _MAPS} | {"pydeck.js": "#pydeck.js"}
    tables = {name: drawn.pop(name) for name in [*drawn] if isinstance(drawn[name], pd.DataFrame)}
    parts = {"scene": drawn, "tables": {name: _columns(one) for name, one in tables.items()}}
    counts = dataset.counts
    places = [place_text(code, filters.lang) for code in totals.index]
    rows = zip(map(markup.text, places), *(count_texts(totals, measure) for measure in MEASURES), strict=True)
    header = ["Country", *(measure_text(measure, counts) for measure in MEASURES)]
    scripts = [_bundle(), _player()]
    allowed = " ".join(["'wasm-unsafe-eval'", *map(_hash, scripts)])
    policy = (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )
    body = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{markup.text(policy)}">',
        '<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">',
        f"<title>{markup.text(title)}</title>",
        f"<style>{_styles()}</style></head><body>",
        f"<h1>{markup.text(title)}</h1><p>{markup.text(' '.join(doubts(selection, totals)))}</p>",
        '<div id="map"></div>',
        markup.table(header, rows, f"{counts.capitalize()} by country, counted once in each column"),
        f"<p>{markup.text(citation(selection))}</p>",
        _data("scene", json.dumps(parts, ensure_ascii=False, sort_keys=True)),
        *(_data(name, assets.content(name).decode()) for name in _MAPS),
        *(f"<script>{script}</script>" for script in scripts),
        "</body></html>\n",
    ]
    return "".join(body).encode()


def _columns(table: pd.DataFrame) -> dict[str, Any]:
    """Return a table as the player takes it, by columns."""

    def plain(values: pd.Series) -> list[Any]:
        if values.dtype == np.float32:  # the shortest decimals that say the same
            return [float(str(value)) for value in values.to_numpy()]
        return values.tolist()

    columns = {str(name): plain(values) for name, values in table.items()}
    return {"columns": columns, "length": len(table)}


def _data(name: str, content: str) -> str:
    r"""Return JSON as an element that nothing in it can leave.

    Examples
    --------
    >>> _data("x", '["</script>"]')
    '<script type="application/json" id="x">["\\u003c/script>"]</script>'
    """
    inert = content.replace("<", r"\u003c")
    return f'<script type="application/json" id="{name}">{inert}</script>'


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


@cache
def _bundle() -> str:
    """Return pydeck's bundle; none of its texts may end the element that it stands in."""
    bundle = assets.content("pydeck.js").decode()
    return re.sub(r"<(?=/script|script|!--)", r"\\x3c", bundle, flags=re.IGNORECASE)


@cache
def _player() -> str:
    """Return the player and what starts it, as one script."""
    return joined(_STATIC / "standalone.js")


@cache
def _styles() -> str:
    """Return the style sheet; the colours are those of the theme, light or dark as the reader's system is."""
    light, dark = (
        ":root {" + "".join(f"--{name}: {colors[name]};" for name in ("paper", "ink", "rule")) + "}"
        for colors in (theme.LIGHT, theme.DARK)
    )
    files = (_STATIC / "standalone.css", _PLAYER / "player.css")
    return f"{light}@media (prefers-color-scheme: dark) {{{dark}}}\n" + "".join(
        file.read_text("utf-8") for file in files
    )
