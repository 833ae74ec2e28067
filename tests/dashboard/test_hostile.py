"""Links that mean harm, sent to every route as raw bytes: no error, no traceback, no silent change."""

import asyncio
import json
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from dashboard.server import api
from dashboard.server.assets import index
from dashboard.server.downloads import KINDS, Kind, routes
from dashboard.server.guard import QUERY_LIMIT, Guard, Policy
from dashboard.server.response_cache import ResponseCache
from geodata import Filters, honour, load
from tests.geodata.hostile import HOSTILE
from tests.worlds import FIRST_VERSION

pytestmark = pytest.mark.thorough

DATASET = load(FIRST_VERSION)
APP = Starlette(
    routes=[
        index("<html></html>", [], []),
        api.route(),
        *routes(lambda name: DATASET, ResponseCache(1 << 26)),
    ],
    middleware=[Middleware(Guard, policy=Policy())],
)
RAW = {name: query.encode("utf-8", errors="surrogatepass") for name, query in HOSTILE.items()}


def ask(path: str, query: bytes) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body, as a server would send them for the bytes of a query string."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return await asyncio.get_running_loop().create_future()

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": query,
        "headers": [(b"host", b"localhost")],
    }
    asyncio.run(APP(scope, receive, send))
    start, *pieces = sent
    headers = {name.decode(): value.decode("ascii") for name, value in start["headers"]}
    return start["status"], headers, b"".join(piece["body"] for piece in pieces)


@pytest.mark.parametrize("query", RAW.values(), ids=RAW)
@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_a_download_tells_what_it_changed(kind: Kind, query: bytes) -> None:
    status, headers, body = ask(f"/{kind.name}", query)
    if len(query) > QUERY_LIMIT:
        assert (status, body) == (414, b"The query is longer than 64 KiB.\n")
        return
    filters, unread = Filters.parse(query.decode("utf-8", errors="replace"))
    filters, unknown = honour(filters, DATASET)
    notices = [*unread, *unknown]
    assert (status, body) == (200, kind.make(DATASET, filters))
    if not kind.filtered:  # it says of each filter that it changes nothing; tests/dashboard/test_downloads.py
        assert "x-link-notices" in headers or not notices
        return
    assert ("x-link-notices" in headers) == bool(notices)
    status, headers, body = ask(f"/{kind.name}", query + b"&strict=1")
    if not notices:
        assert status == 200
        return
    assert status == 400
    assert [each["message"] for each in json.loads(body)] == [str(notice) for notice in notices]


@pytest.mark.parametrize("query", RAW.values(), ids=RAW)
@pytest.mark.parametrize("path", ["/", api.PATH])
def test_other_routes_do_not_care(path: str, query: bytes) -> None:
    status, _, body = ask(path, query)
    assert status == (414 if len(query) > QUERY_LIMIT else 200)
    assert status == 414 or body == ask(path, b"")[2]
