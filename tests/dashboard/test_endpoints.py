import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
import streamlit
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from dashboard.endpoints import NOTICES_LIMIT, Guard, Policy, index, routes, script_hashes
from geodata import DataError, Dataset, Filters, Problem, load
from geodata.export import countries_csv
from geodata.load import DATA_FOLDER, choose


async def answer(request: Any) -> PlainTextResponse:
    return PlainTextResponse("passed")


async def stream(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(str(websocket.headers.get("origin")))


def client(host: str = "localhost", **policy: Any) -> TestClient:
    app = Starlette(
        routes=[
            WebSocketRoute("/_stcore/stream", stream),
            Route("/{path:path}", answer, methods=["GET", "PUT"]),
        ],
        middleware=[Middleware(Guard, policy=Policy(**policy))],
    )
    return TestClient(app, base_url=f"http://{host}")


@pytest.mark.parametrize(
    ("host", "names", "status"),
    [
        ("localhost:8501", (), 200),
        ("127.0.0.1:8501", (), 200),
        ("192.0.2.7", (), 200),
        ("[::1]:8501", (), 200),
        ("map.example.org", (), 403),
        ("map.example.org", ("map.example.org",), 200),
        ("MAP.example.org.:443", ("Map.Example.org",), 200),
        ("map.example.org", ("*.example.org",), 200),
        ("example.org", ("*.example.org",), 403),
        ("evilexample.org", ("*.example.org",), 403),
        ("anything.example", ("*",), 200),
        ("localhost.evil.example", (), 403),
        ("127.0.0.1.evil.example", (), 403),
        ("[::1", (), 403),
        ("", (), 403),
    ],
)
def test_answers_only_to_its_own_names(host: str, names: tuple[str, ...], status: int) -> None:
    assert client(names=names).get("/", headers={"host": host}).status_code == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 200),
        ("http://localhost:8501", 200),
        ("https://localhost:8501", 200),  # a proxy in front speaks TLS
        ("http://localhost", 403),
        ("http://evil.example", 403),
        ("http://localhost:8501.evil.example", 403),
        ("https://friend.example", 200),
        ("http://friend.example", 403),
        ("null", 403),
        ("", 403),
        ("http://[", 403),
    ],
)
def test_pages_of_other_sites_are_refused(origin: str | None, status: int) -> None:
    headers = {"host": "localhost:8501"} | ({} if origin is None else {"origin": origin})
    asked = client(origins=("https://friend.example",))
    assert asked.get("/countries.csv", headers=headers).status_code == status
    if status == 200:
        with asked.websocket_connect("/_stcore/stream", headers=headers) as websocket:
            # Streamlit is not told, or it would look up this machine's address at a public host.
            assert websocket.receive_text() == "None"
    else:
        with (
            pytest.raises(WebSocketDisconnect) as refused,
            asked.websocket_connect("/_stcore/stream", headers=headers),
        ):
            pass
        assert refused.value.code == 1008


@pytest.mark.parametrize("prefix", ["", "/map"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/_stcore/upload_file/session/file"),
        ("GET", "/_stcore/metrics"),
        ("GET", "/_stcore/metrics?families=x"),
        ("GET", "/_stcore/%6detrics"),
    ],
)
def test_what_streamlit_leaves_open_is_shut(prefix: str, method: str, path: str) -> None:
    assert client(prefix=prefix).request(method, prefix + path).status_code == 403
    assert client(prefix=prefix).get(f"{prefix}/_stcore/health").status_code == 200


@pytest.mark.parametrize(("length", "status"), [(8 * 1024, None), (64 * 1024, None), (64 * 1024 + 1, 414)])
def test_only_absurdly_long_queries_are_refused(length: int, status: int | None) -> None:
    headers = [(b"host", b"localhost")]
    refusal = Policy().refusal(
        {"type": "http", "path": "/", "query_string": b"a" * length, "headers": headers}
    )
    assert (refusal and refusal[0]) == status


def test_every_answer_is_sealed() -> None:
    policy = (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'sha256-x'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; frame-ancestors 'none'; "
        "base-uri 'none'; form-action 'none'; object-src 'none'"
    )
    for path in ("/", "/_stcore/metrics"):
        headers = client(scripts=("'sha256-x'",)).get(path).headers
        assert headers["content-security-policy"] == policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]


def test_frames_only_where_the_keeper_says() -> None:
    headers = client(embedders=("https://a.example", "https://b.example")).get("/").headers
    assert "frame-ancestors https://a.example https://b.example;" in headers["content-security-policy"]


def test_inline_scripts_of_the_installed_streamlit_are_known() -> None:
    html = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    inline = [tag for tag in re.findall(r"<script[^>]*>", html) if "src=" not in tag]
    assert len(script_hashes(html)) == len(inline) > 0


DATASET = load(choose(DATA_FOLDER, ""))
DOWNLOADS = TestClient(Starlette(routes=routes(lambda name: DATASET, "/map")))


def test_download_is_what_the_writer_writes() -> None:
    answer = DOWNLOADS.get("/map/countries.csv?from=BY&status=done")
    assert answer.content == countries_csv(DATASET, Filters(origin=("BY",), status=("done",)))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert (
        answer.headers["content-disposition"] == f'attachment; filename="countries_{DATASET.reference}.csv"'
    )


def test_download_is_sent_once() -> None:
    first = DOWNLOADS.get("/map/countries.csv")
    again = DOWNLOADS.get("/map/countries.csv", headers={"if-none-match": first.headers["etag"]})
    other = DOWNLOADS.get("/map/countries.csv?from=BY", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content, other.status_code) == (304, b"", 200)


def test_download_says_what_the_link_could_not_get() -> None:
    answer = DOWNLOADS.get("/map/countries.csv?measure=ночь&event=x")
    first, second = json.loads(answer.headers["x-link-notices"])
    assert first.startswith("The link asked for measure=ночь; shown is remained")
    assert second.startswith("The link asked for event=x; shown is no filter here")
    assert answer.content == countries_csv(DATASET, Filters())


def test_notices_fit_into_a_header() -> None:
    notices = DOWNLOADS.get("/map/countries.csv?" + "a&" * 2000).headers["x-link-notices"]
    assert len(notices) <= NOTICES_LIMIT
    *kept, last = json.loads(notices)
    assert last == f"{2000 - len(kept)} more notices."


KEYS = st.sampled_from(
    ["v", "data", "from", "to", "date", "event", "kind", "status", "basis", "measure", "t", "at", "other"]
)
VALUES = st.binary(max_size=20) | st.sampled_from(
    [b"BY,LT", b"2025-09/..", b"all", b"52.9,26.1,4.6", b"%", b"%00"]
)


@settings(max_examples=40)
@given(st.lists(st.tuples(KEYS, VALUES), max_size=5))
def test_any_query_gets_a_table(parts: list[tuple[str, bytes]]) -> None:
    query = "&".join(f"{key}={quote_from_bytes(value, safe='&=,+%@;:/?')}" for key, value in parts)
    answer = DOWNLOADS.get("/map/countries.csv?" + query)
    assert answer.status_code == 200
    assert answer.content.startswith(b"country_code,country,")
    assert answer.headers.get("x-link-notices", "").isascii()


def test_faulty_data_is_told() -> None:
    def broken(name: str) -> Dataset:
        raise DataError(
            [Problem("claims.csv", 7, "count_min", "'abc' is not a whole number", "write digits only")]
        )

    answer = TestClient(Starlette(routes=routes(broken))).get("/countries.csv")
    assert answer.status_code == 503
    assert answer.text == "claims.csv:7:count_min: 'abc' is not a whole number (write digits only)\n"


def test_the_index_page_asks_for_the_map_s_parts_while_streamlit_starts() -> None:
    html = "<html><head><title>Streamlit</title></head><body></body></html>"
    app = Starlette(routes=[index(html, ["assets/a.js"], ["./b.js", "./c.js"])])
    with TestClient(app) as client:
        assert client.get("/").text == (
            "<html><head><title>Prisoner Transfer Map</title>"
            '<script defer src="assets/a.js"></script>'
            '<link rel="modulepreload" href="./b.js"><link rel="modulepreload" href="./c.js">'
            "</head><body></body></html>"
        )
        assert client.head("/").status_code == 200
