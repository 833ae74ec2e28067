"""The server as `streamlit run dashboard/app.py` starts it, asked over HTTP."""

import gzip
import http.client
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dashboard import theme
from dashboard.server import assets
from geodata import Filters, load
from geodata.files.export import countries_csv
from tests.conftest import APP, ROOT
from tests.worlds import FIRST_VERSION

SETTINGS = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
QUERY = "event=2025-12-13&status=done"


class Answer:
    """Status, headers and body of one request."""

    def __init__(self, server: str, method: str, path: str, headers: dict[str, str] | None = None) -> None:
        connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=20)
        try:
            connection.request(method, path, headers=headers or {})
            answer = connection.getresponse()
            self.status, self.headers, self.body = answer.status, answer.headers, answer.read()
        finally:
            connection.close()


@pytest.fixture
def ask(server: str) -> Callable[..., Answer]:
    def ask(path: str, method: str = "GET", **headers: str) -> Answer:
        return Answer(
            server, method, path, {name.replace("_", "-"): value for name, value in headers.items()}
        )

    return ask


def test_index_is_sealed_with_the_hash_of_its_script(ask: Callable[..., Answer]) -> None:
    index = ask("/")
    assert index.status == 200
    assert "script-src 'self' 'wasm-unsafe-eval' 'sha256-" in index.headers["content-security-policy"]


@pytest.mark.parametrize("name", ["pydeck.js", "basemap.geojson", "disputed.geojson"])
def test_files_of_the_map(ask: Callable[..., Answer], name: str) -> None:
    answer = ask("/" + assets.url(name), accept_encoding="gzip")
    assert answer.status == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_bundles_source_map_is_no_page(ask: Callable[..., Answer]) -> None:
    assert ask("/assets/index.js.map").status == 404


def test_countries_csv(ask: Callable[..., Answer]) -> None:
    dataset = load(FIRST_VERSION)
    answer = ask(f"/countries.csv?{QUERY}")
    assert answer.status == 200
    assert answer.body == countries_csv(dataset, Filters.parse(QUERY)[0])
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    name = f"countries_belarus-2024-2025@{dataset.hash}.csv"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert "x-link-notices" not in answer.headers
    again = ask(f"/countries.csv?{QUERY}", if_none_match=answer.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    packed = ask(f"/countries.csv?{QUERY}", accept_encoding="gzip")
    assert gzip.decompress(packed.body) == answer.body
    refused = ask(f"/countries.csv?{QUERY}", accept_encoding="gzip;q=0")
    assert (refused.body, refused.headers["content-encoding"]) == (answer.body, None)
    assert ask(f"/countries.csv?{QUERY}", method="POST").status == 405
    head = ask(f"/countries.csv?{QUERY}", method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == answer.headers["content-length"]


@pytest.mark.parametrize(
    ("path", "method", "headers"),
    [
        ("/", "GET", {"Host": "evil.example"}),
        ("/countries.csv", "GET", {"Origin": "https://evil.example"}),
        ("/_stcore/health", "GET", {"Origin": "null"}),
        ("/_stcore/upload_file/session/file", "PUT", {}),
        ("/_stcore/metrics", "GET", {}),
        (
            "/_stcore/stream",
            "GET",
            {
                "Connection": "Upgrade",
                "Upgrade": "websocket",
                "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
                "Origin": "https://evil.example",
            },
        ),
    ],
)
def test_refused(server: str, path: str, method: str, headers: dict[str, str]) -> None:
    assert Answer(server, method, path, headers).status == 403


def test_a_faulty_dataset_does_not_stop_the_server(start: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text('{"name": "broken"}', encoding="utf-8")
    answer = Answer(start("--data", tmp_path), "GET", "/countries.csv")
    assert answer.status == 503
    assert b"locations.csv" in answer.body


def test_under_a_path_and_a_name(start: Callable[..., str]) -> None:
    server = start(options=("--server.baseUrlPath=map", "--server.allowedHosts=map.example.org"))
    for path in ("/map/", "/map/countries.csv", "/map/favicon.png", "/map/" + assets.url("basemap.geojson")):
        assert Answer(server, "GET", path, {"Host": "map.example.org"}).status == 200
    assert Answer(server, "GET", "/map/_stcore/metrics").status == 403
    journal = {"Host": "map.example.org", "Origin": "https://journal.example"}
    for path in ("/map/countries.csv", "/map/api"):
        assert Answer(server, "GET", path, journal).headers["access-control-allow-origin"] == "*"
        assert Answer(server, "OPTIONS", path, journal).headers["access-control-allow-methods"] == "GET, HEAD"
    assert Answer(server, "GET", "/map/", journal).status == 403


def test_a_listed_site_is_told_to_browsers_in_one_way_only(start: Callable[..., str]) -> None:
    server = start(environment={"STREAMLIT_CLIENT_ALLOWED_ORIGINS": "https://journal.example"})
    headers = Answer(server, "GET", "/?embed=true").headers
    assert "frame-ancestors https://journal.example;" in headers["content-security-policy"]
    assert "x-frame-options" not in headers


def test_refuses_to_start_without_its_settings(tmp_path: Path) -> None:
    options = ["--server.port=0", "--server.address=127.0.0.1", "--server.headless=true"]
    command = [sys.executable, "-m", "streamlit", "run", APP, *options]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode != 0
    assert "Start the dashboard in the project's folder." in ended.stderr


def test_settings_that_keep_visitors_safe() -> None:
    assert SETTINGS["browser"] == {"gatherUsageStats": False}
    assert SETTINGS["server"]["address"] == "127.0.0.1"
    assert SETTINGS["client"]["showErrorDetails"] == "none"
    assert SETTINGS["client"]["allowedOrigins"] == []
    assert SETTINGS["client"]["disableDataExport"] is True


def test_the_setting_without_which_a_click_before_another_is_forgotten() -> None:
    assert SETTINGS["runner"]["fastReruns"] is False


@pytest.mark.parametrize(("name", "colours"), [("light", theme.LIGHT), ("dark", theme.DARK)])
def test_page_and_map_share_their_colours(name: str, colours: dict[str, str]) -> None:
    options = SETTINGS["theme"][name]
    assert options["backgroundColor"] == colours["paper"]
    assert options["secondaryBackgroundColor"] == colours["panel"]
    assert options["textColor"] == colours["ink"]
    assert options["borderColor"] == options["dataframeBorderColor"] == colours["rule"]
