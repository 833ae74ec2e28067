import gzip
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.server import assets

CONTENT = b'{"type": "FeatureCollection", "features": []}' * 50
ADDRESS = f"assets/basemap-{hashlib.sha256(CONTENT).hexdigest()[:8]}.geojson"


def forget() -> None:
    for cached in (assets.content, assets._packed, assets.url):
        cached.cache_clear()


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Serve two small files in place of the real ones."""
    (tmp_path / "map").write_bytes(CONTENT)
    (tmp_path / "deck").write_bytes(b"var deck = 1\n//# sourceMappingURL=index.js.map")
    files = {
        "pydeck.js": (tmp_path / "deck", "text/javascript; charset=utf-8"),
        "basemap.geojson": (tmp_path / "map", "application/geo+json"),
    }
    monkeypatch.setattr(assets, "_FILES", files)
    forget()
    with TestClient(Starlette(routes=assets.routes()), headers={"accept-encoding": "gzip"}) as client:
        yield client
    forget()


def test_address_names_the_content(client: TestClient) -> None:
    assert assets.url("basemap.geojson") == ADDRESS


def test_unknown_name(client: TestClient) -> None:
    with pytest.raises(KeyError):
        assets.url("index.js.map")


def test_packed_and_kept_forever(client: TestClient) -> None:
    with client.stream("GET", ADDRESS) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.status_code == 200
    assert gzip.decompress(packed) == CONTENT
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-length"] == str(len(packed))
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "Accept-Encoding"


def test_plain_where_gzip_is_not_understood(client: TestClient) -> None:
    answer = client.get(ADDRESS, headers={"accept-encoding": "identity"})
    assert answer.content == CONTENT
    assert "content-encoding" not in answer.headers


def test_head_says_what_get_would(client: TestClient) -> None:
    assert client.head(ADDRESS).headers == client.get(ADDRESS).headers


@pytest.mark.parametrize(
    "address",
    [
        "assets/basemap-00000000.geojson",  # an older release
        "assets/basemap.geojson",
        "assets/index.js.map",  # what the bundle's last line points at
        "assets/..%2f..%2fREADME.md",
    ],
)
def test_nothing_else_is_served(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_under_a_prefix() -> None:
    assert [route.path for route in assets.routes("/map")] == ["/map/assets/{address}", "/map/favicon.png"]


def test_favicon(client: TestClient) -> None:
    answer = client.get("favicon.png")
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")


def test_bundle_is_the_one_pydeck_carries() -> None:
    bundle = assets._BUNDLE.read_bytes()
    assert b"createDeck" in bundle
    assert assets.url("pydeck.js") == f"assets/pydeck-{hashlib.sha256(bundle).hexdigest()[:8]}.js"


def test_the_index_page_asks_for_the_map_s_parts_while_streamlit_starts() -> None:
    html = "<html><head><title>Streamlit</title></head><body></body></html>"
    app = Starlette(routes=[assets.index(html, ["assets/a.js"], ["./b.js", "./c.js"])])
    with TestClient(app) as client:
        assert client.get("/").text == (
            "<html><head><title>Prisoner Transfer Map</title>"
            '<script defer src="assets/a.js"></script>'
            '<link rel="modulepreload" href="./b.js"><link rel="modulepreload" href="./c.js">'
            "</head><body></body></html>"
        )
        assert client.head("/").status_code == 200
