import re
from pathlib import Path
from typing import Any

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from dashboard.server.guard import Guard, Policy, script_hashes


async def answer(request: Request) -> PlainTextResponse:
    return PlainTextResponse(request.headers.get("accept-encoding", "passed"))


async def stream(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(str(websocket.headers.get("origin")))


def client(host: str = "localhost", **policy: Any) -> TestClient:
    app = Starlette(
        routes=[
            WebSocketRoute("/_stcore/stream", stream),
            Route("/{path:path}", answer, methods=["GET", "PUT", "POST", "OPTIONS"]),
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


PUBLIC = {"names": ("map.example.org", "*"), "shared": frozenset({"/countries.csv"})}
JOURNAL = {"origin": "https://journal.example"}


@pytest.mark.parametrize(
    ("host", "published"),
    [
        ("map.example.org", True),
        ("MAP.example.org.:8443", True),
        ("8.8.8.8", True),
        ("localhost:8501", False),
        ("LOCALHOST", False),
        ("127.0.0.1:8501", False),
        ("[::1]:8501", False),
        ("192.168.0.7", False),
        ("10.1.2.3", False),
        ("other.example", False),
        ("", False),
    ],
)
def test_a_server_is_public_under_its_names_and_at_public_addresses(host: str, published: bool) -> None:
    assert Policy(names=("map.example.org",)).published(host) is published


def test_pages_of_any_site_read_what_is_published() -> None:
    asked = client("map.example.org", **PUBLIC)
    for method in ("GET", "HEAD"):
        answer = asked.request(method, "/countries.csv", headers=JOURNAL)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["access-control-expose-headers"] == "Content-Disposition, ETag, X-Link-Notices"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    wanted = {"access-control-request-method": "GET", "access-control-request-headers": "if-none-match"}
    before = asked.options("/countries.csv", headers=JOURNAL | wanted)
    assert before.is_success
    assert before.headers["access-control-allow-methods"] == "GET, HEAD"
    assert before.headers["access-control-allow-headers"] == "If-None-Match"


@pytest.mark.parametrize(
    ("host", "method", "path"),
    [
        ("localhost", "GET", "/countries.csv"),
        ("127.0.0.1", "GET", "/countries.csv"),
        ("192.168.0.7", "GET", "/countries.csv"),
        ("map.example.org", "POST", "/countries.csv"),
        ("map.example.org", "GET", "/"),
        ("map.example.org", "OPTIONS", "/"),
        ("map.example.org", "GET", "/countries.csv/"),
        ("map.example.org", "GET", "/_stcore/host-config"),
        ("map.example.org", "GET", "/_stcore/health"),
    ],
)
def test_pages_of_other_sites_read_nothing_else(host: str, method: str, path: str) -> None:
    answer = client(host, **PUBLIC).request(method, path, headers=JOURNAL)
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_no_websocket_at_a_shared_path() -> None:
    app = Starlette(
        routes=[WebSocketRoute("/countries.csv", stream)],
        middleware=[Middleware(Guard, policy=Policy(**PUBLIC))],
    )
    asked = TestClient(app, base_url="http://map.example.org")
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        asked.websocket_connect("/countries.csv", headers=JOURNAL),
    ):
        pass
    assert refused.value.code == 1008


def test_a_site_that_the_keeper_lists_reads_from_a_private_server() -> None:
    friend = {"origin": "https://friend.example"}
    asked = client(origins=("https://friend.example",), shared=frozenset({"/countries.csv"}))
    answer = asked.get("/countries.csv", headers=friend)
    assert answer.headers["access-control-allow-origin"] == "https://friend.example"
    assert answer.headers["vary"] == "Origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in asked.get("/countries.csv").headers
    assert "access-control-allow-origin" not in asked.get("/", headers=friend).headers


@pytest.mark.parametrize(
    ("sent", "passed"),
    [("br, GZIP;q=0.5", "gzip"), ("gzip;q=0", "passed"), ("identity", "passed"), ("", "passed")],
)
def test_a_refusal_of_gzip_is_heard(sent: str, passed: str) -> None:
    assert client().get("/", headers={"accept-encoding": sent}).text == passed
