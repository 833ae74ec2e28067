"""The server: the page, the downloads, the files of the map, and the guard before all of them.

Start it in the project's folder with ``streamlit run dashboard/app.py [-- --data PATH]``.
"""

import asyncio
import contextlib
import logging
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from dashboard import cache
from dashboard.server import api, assets, downloads, guard
from geodata import DataError

if st.get_option("browser.gatherUsageStats"):
    sys.exit(
        "The settings in .streamlit/config.toml were not found. Start the dashboard in the project's folder."
    )
with contextlib.suppress(DataError):  # a wrong command line ends here; the page names wrong data
    cache.names()

# Who asked for what is nobody's business. Streamlit turns uvicorn's access log off, but on again when the
# settings change under a running server.
logging.getLogger("uvicorn.access").disabled = True


def warm() -> None:
    """Import what the page needs and load the data, so that the first visitor need not wait for it."""
    from dashboard import panels  # noqa: F401

    with contextlib.suppress(DataError):
        cache.dataset()


@contextlib.asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Keep visitors waiting until the server is warm."""
    await asyncio.gather(asyncio.to_thread(warm), asyncio.to_thread(assets.warm))
    yield


def apologise(_: Exception) -> bool:
    """Say that something failed, without details: those are in the server's log."""
    st.error(
        "This could not be shown, because of an error in the dashboard. The server's log has the details."
    )
    return True


streamlit_files = Path(st.__file__).parent / "static"
html = (streamlit_files / "index.html").read_text("utf-8")
# What the page needs and Streamlit would ask for only when it draws it.
chunks = [
    f"./static/js/{file.name}"
    for name in ("BidiComponent", "Html", "Multiselect", "DateInput", "ButtonGroup", "Selectbox")
    for file in (streamlit_files / "static" / "js").glob(f"{name}.*.js")
]
player_modules = [
    f"./_stcore/bidi-components/dashboard.player/{file.name}"
    for file in sorted((Path(__file__).parent / "player").glob("*.js"))
]
prefix = "/".join(["", *filter(None, st.get_option("server.baseUrlPath").split("/"))])
policy = guard.Policy(
    scripts=guard.script_hashes(html),
    names=tuple(filter(None, [st.get_option("server.address"), *st.get_option("server.allowedHosts")])),
    origins=tuple(st.get_option("server.corsAllowedOrigins")),
    embedders=tuple(st.get_option("client.allowedOrigins")),
    prefix=prefix,
    shared=frozenset([api.PATH, *(f"/{kind.name}" for kind in downloads.KINDS)]),
)
app = st.App(
    Path(__file__).with_name("page.py"),
    lifespan=lifespan,
    routes=[
        assets.index(html, [assets.url("pydeck.js")], [*chunks, *player_modules], prefix),
        *assets.routes(prefix),
        *downloads.routes(cache.dataset, cache.responses, prefix),
        api.route(prefix),
    ],
    middleware=[Middleware(guard.Guard, policy=policy)],
    on_script_error=apologise,
)
