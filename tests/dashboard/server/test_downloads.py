import gzip
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote_from_bytes

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.server import downloads
from dashboard.server.downloads import KINDS, NOTICES_LIMIT, Kind, routes
from dashboard.server.response_cache import Body, ResponseCache
from geodata import DataError, Dataset, Filters, Problem, honour, load
from geodata.files.export import filename
from tests.examples import examples
from tests.worlds import FIRST_VERSION

DATASET = load(FIRST_VERSION)
NAMES = [kind.name for kind in KINDS]
QUERY = "from=BY&status=done"


def client(
    dataset: Callable[[str], Dataset] = lambda name: DATASET,
    answers: ResponseCache | None = None,
    prefix: str = "",
) -> TestClient:
    app = Starlette(routes=routes(dataset, answers or ResponseCache(1 << 24), prefix))
    return TestClient(app, headers={"accept-encoding": "identity"})


DOWNLOADS = client()


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_download_is_what_the_writer_writes(kind: Kind) -> None:
    answer = client(prefix="/map").get(f"/map/{kind.name}?{QUERY}")
    filters, _ = honour(Filters(origin=("BY",), status=("done",)), DATASET)
    body = kind.make(DATASET, filters)
    assert answer.status_code == 200
    assert answer.content == body
    assert answer.headers["content-length"] == str(len(body))
    assert answer.headers["content-type"] == kind.media_type
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["etag"] == Body.of(body).tag
    named = filename(kind.name, DATASET)
    assert DATASET.reference in named
    assert answer.headers["content-disposition"] == f'attachment; filename="{named}"'


@pytest.mark.parametrize("name", NAMES)
def test_head_says_what_get_would(name: str) -> None:
    head, got = DOWNLOADS.head(f"/{name}?{QUERY}"), DOWNLOADS.get(f"/{name}?{QUERY}")
    assert (head.status_code, head.content, head.headers) == (200, b"", got.headers)


@pytest.mark.parametrize("name", NAMES)
def test_download_is_sent_once(name: str) -> None:
    asked = client()
    tag = asked.get(f"/{name}?{QUERY}").headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', f'W/"other" , W/{tag}', "*"):
        again = asked.get(f"/{name}?{QUERY}", headers={"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert "content-disposition" not in again.headers
    for unknown in ('"other"', tag.strip('"'), ""):
        assert asked.get(f"/{name}?{QUERY}", headers={"if-none-match": unknown}).status_code == 200


def test_another_answer_has_another_tag() -> None:
    tag = DOWNLOADS.get("/countries.csv").headers["etag"]
    assert DOWNLOADS.get("/countries.csv?from=BY", headers={"if-none-match": tag}).status_code == 200


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_packed_where_gzip_is_understood(kind: Kind) -> None:
    plain = DOWNLOADS.get(f"/{kind.name}")
    with DOWNLOADS.stream("GET", f"/{kind.name}", headers={"accept-encoding": "gzip"}) as packed:
        sent = b"".join(packed.iter_raw())
    if kind.packed:
        assert sent == plain.content
        assert packed.headers == plain.headers
        return
    assert gzip.decompress(sent) == plain.content
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["content-length"] == str(len(sent))
    assert packed.headers["etag"] == Body.of(sent).tag != plain.headers["etag"]
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_only_for_reading(name: str, method: str) -> None:
    answer = DOWNLOADS.request(method, f"/{name}")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_options() -> None:
    answer = DOWNLOADS.options("/countries.csv")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


def test_long_bodies_are_sent_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    body = bytes(range(256)) * 1000
    long = replace(KINDS[0], make=lambda dataset, filters: body)
    monkeypatch.setattr(downloads, "KINDS", (long,))
    (route,) = routes(lambda name: DATASET, ResponseCache(0))
    pieces: list[bytes] = []

    async def ask() -> None:
        async def receive() -> Any:
            await anyio.sleep_forever()

        async def send(message: Any) -> None:
            if message["type"] == "http.response.body":
                pieces.append(message["body"])

        scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
        await route.app(scope, receive, send)

    anyio.run(ask)
    assert b"".join(pieces) == body
    assert max(map(len, pieces)) == downloads.CHUNK


def test_download_says_what_the_link_could_not_get() -> None:
    answer = DOWNLOADS.get("/countries.csv?measure=ночь&event=x")
    first, second = json.loads(answer.headers["x-link-notices"])
    assert first.startswith("measure=ночь was ignored: there is no such measure")
    assert second == "event=x was ignored: the dataset has no such event. Shown: every event."
    assert answer.content == DOWNLOADS.get("/countries.csv").content


@pytest.mark.parametrize("name", NAMES)
def test_strict_refuses_what_cannot_be_had_whole(name: str) -> None:
    answer = DOWNLOADS.get(f"/{name}?strict=1&event=x")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/json"
    assert "content-disposition" not in answer.headers
    (notice,) = answer.json()
    assert notice == {
        "key": "event",
        "asked": "x",
        "got": "every event",
        "reason": "the dataset has no such event",
        "message": "event=x was ignored: the dataset has no such event. Shown: every event.",
    }


@pytest.mark.parametrize("query", ["strict=1", "strict=0", "strict=1&status=done", "%73trict=1"])
def test_strict_lets_a_good_link_through(query: str) -> None:
    answer = DOWNLOADS.get(f"/countries.csv?{query}")
    assert answer.status_code == 200
    assert "x-link-notices" not in answer.headers


@pytest.mark.parametrize(
    "query", ["strict", "strict=", "strict=yes", "strict=0&strict=0", "strict=0&strict=1"]
)
def test_a_muddled_strict_is_strict(query: str) -> None:
    answer = DOWNLOADS.get(f"/countries.csv?{query}")
    assert answer.status_code == 400
    assert {notice["key"] for notice in answer.json()} == {"strict"}


def test_strict_counts_no_bytes_of_the_link() -> None:
    answer = DOWNLOADS.get("/countries.csv?strict=1&" + "&" * 4096)
    assert answer.status_code == 200


def test_notices_fit_into_a_header() -> None:
    notices = DOWNLOADS.get("/countries.csv?" + "a&" * 2000).headers["x-link-notices"]
    assert len(notices) <= NOTICES_LIMIT
    *kept, last = json.loads(notices)
    assert last == f"{2000 - len(kept)} more notices."


KEYS = st.sampled_from(
    ["v", "data", "from", "to", "date", "event", "kind", "status", "basis", "measure", "t", "at", "other"]
)
VALUES = st.binary(max_size=20) | st.sampled_from(
    [b"BY,LT", b"2025-09/..", b"all", b"52.9,26.1,4.6", b"%", b"%00"]
)


@settings(max_examples=examples(40))
@given(st.lists(st.tuples(KEYS, VALUES), max_size=5))
def test_any_query_gets_a_table(parts: list[tuple[str, bytes]]) -> None:
    query = "&".join(f"{key}={quote_from_bytes(value, safe='&=,+%@;:/?')}" for key, value in parts)
    answer = DOWNLOADS.get("/countries.csv?" + query)
    assert answer.status_code == 200
    assert answer.content.startswith(b"country_code,country,")
    assert answer.headers.get("x-link-notices", "").isascii()


def test_faulty_data_is_told() -> None:
    def broken(name: str) -> Dataset:
        raise DataError(
            [Problem("claims.csv", 7, "count_min", "'abc' is not a whole number", "write digits only")]
        )

    answer = client(broken).get("/countries.csv")
    assert answer.status_code == 503
    assert answer.text == "claims.csv:7:count_min: 'abc' is not a whole number (write digits only)\n"


def test_whoever_asks_together_gets_one_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    both = threading.Barrier(downloads.MAKERS)

    def make(dataset: Dataset, filters: Filters) -> bytes:
        made.append(filters.query())
        both.wait(timeout=60)
        return b"body"

    monkeypatch.setattr(downloads, "KINDS", (replace(KINDS[0], make=make),))
    asked = client()
    answered: list[bytes] = []

    def ask() -> None:
        answered.append(asked.get("/countries.csv").content)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    with asked:  # one event loop for all
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answered == [b"body"] * 6
    assert len(made) == downloads.MAKERS


def test_the_whole_dataset_says_that_it_is_not_filtered() -> None:
    answer = DOWNLOADS.get("/dataset.zip?to=LT&status=done&basis=adopted")
    notices = json.loads(answer.headers["x-link-notices"])
    assert [notice.split(":")[0] for notice in notices] == [
        "to=LT was ignored",
        "status=done was ignored",
    ]
    assert answer.content == DOWNLOADS.get("/dataset.zip").content
