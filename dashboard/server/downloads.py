"""Downloads over HTTP: the same tables as on the page, for programs and spreadsheets."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import AsyncIterator, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

import pandas as pd
from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from dashboard.server.response_cache import Body, ResponseCache
from dashboard.server.standalone import web_page
from geodata import DataError, Dataset, Filters, Selection, country_totals, honour, select
from geodata.files.export import (
    claims_csv,
    countries_csv,
    countries_geojson,
    countries_parquet,
    filename,
    transfers_csv,
    transfers_geojson,
    transfers_parquet,
)
from geodata.files.package import dataset_zip, selection_zip
from geodata.query.filters import CLAIM_KEYS, RECORD_KEYS, LinkNotice

__all__ = ["KINDS", "NOTICE_FIELDS", "STRICT", "Kind", "routes"]

STRICT = "strict"
"""Key of the query string that turns notices into a refusal: ``1`` on, ``0`` off."""

NOTICE_FIELDS = ("key", "asked", "got", "reason")
"""Fields of `LinkNotice` that a refusal lists, in addition to its sentence."""

NOTICES_LIMIT = 4 * 1024
"""Bytes of notices that fit into one header."""

CHUNK = 64 * 1024
"""Bytes of a body that are sent at once."""

MAKERS = 2
"""Downloads that are made at once; more would only take memory, for Python computes one thing at a time."""

_CSV, _GEOJSON = "text/csv; charset=utf-8", "application/geo+json"
_PARQUET, _ZIP = "application/vnd.apache.parquet", "application/zip"

ALLOWED = {"Allow": "GET, HEAD, OPTIONS"}


@dataclass(frozen=True)
class Kind:
    """A kind of download.

    Parameters
    ----------
    name
        Its path, and the ending of its file name.
    media_type
        As ``Content-Type`` writes it.
    summary
        What it holds, in one line.
    make
        Gives the body.
    filtered
        Whether filters choose what is in it.
    """

    name: str
    media_type: str
    summary: str
    make: Callable[[Dataset, Filters], bytes]
    filtered: bool = True

    @property
    def packed(self) -> bool:
        """Whether it is compressed already."""
        return self.media_type == _ZIP


def _of_selection(make: Callable[[Selection], bytes]) -> Callable[[Dataset, Filters], bytes]:
    return lambda dataset, filters: make(select(dataset, filters))


def _with_totals(make: Callable[[Selection, pd.DataFrame], bytes]) -> Callable[[Dataset, Filters], bytes]:
    def made(dataset: Dataset, filters: Filters) -> bytes:
        selection = select(dataset, filters)
        return make(selection, country_totals(selection))

    return made


KINDS = (
    Kind(
        "countries.csv",
        _CSV,
        "People released, departed, arrived, passed on, remained and moved within, by country",
        countries_csv,
    ),
    Kind("transfers.csv", _CSV, "Transfers with places, days and counts", _of_selection(transfers_csv)),
    Kind("claims.csv", _CSV, "Claims in the words of their sources", _of_selection(claims_csv)),
    Kind(
        "countries.geojson",
        _GEOJSON,
        "The same as countries.csv, with simplified borders",
        _with_totals(countries_geojson),
    ),
    Kind(
        "transfers.geojson",
        _GEOJSON,
        "The same as transfers.csv, with schematic lines",
        _of_selection(transfers_geojson),
    ),
    Kind(
        "countries.parquet",
        _PARQUET,
        "The same as countries.geojson, as GeoParquet",
        _with_totals(countries_parquet),
    ),
    Kind(
        "transfers.parquet",
        _PARQUET,
        "The same as transfers.geojson, as GeoParquet",
        _of_selection(transfers_parquet),
    ),
    Kind(
        "map.html",
        "text/html; charset=utf-8",
        "A web page with map and player that plays offline, from disk",
        web_page,
    ),
    Kind(
        "selection.zip",
        _ZIP,
        "All of it, as a data package that opens as a dataset",
        _of_selection(selection_zip),
    ),
    Kind(
        "dataset.zip",
        _ZIP,
        "The whole dataset, as a data package; filters give notices and change nothing",
        lambda dataset, _: dataset_zip(dataset),
        filtered=False,
    ),
)
"""Every download, each at its own path."""


@dataclass(frozen=True)
class _Asked:
    """What a query string asks for, and what of it can be had."""

    dataset: Dataset
    filters: Filters
    notices: list[LinkNotice]
    strict: bool


class _Download:
    """ResponseCache requests for one kind of download, as an ASGI application."""

    def __init__(
        self, kind: Kind, dataset: Callable[[str], Dataset], answers: ResponseCache, makers: CapacityLimiter
    ) -> None:
        self.kind = kind
        self.dataset = dataset
        self.answers = answers
        self.makers = makers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Body one request."""
        response = await self._respond(Request(scope))
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        if refused := unless_read(request):
            return refused
        query = request.scope["query_string"].decode("utf-8", errors="replace")
        try:
            # In a thread, for a dataset that nobody requested before is read now.
            asked = await to_thread.run_sync(self._read, query)
        except DataError as error:
            return PlainTextResponse(f"{error}\n", status_code=503)
        if asked.strict and asked.notices:
            return JSONResponse(listed(asked.notices), status_code=400, headers={"Cache-Control": "no-cache"})
        packing = not self.kind.packed
        packed = packing and "gzip" in request.headers.get("accept-encoding", "")
        headers = {"Cache-Control": "no-cache"}
        if packing:
            headers["Vary"] = "Accept-Encoding"
        if asked.notices:
            headers["X-Link-Notices"] = notices_header(asked.notices)
        key = (self.kind.name, asked.dataset.reference, asked.filters.query(), packed)
        wanted = request.headers.get("if-none-match")
        tag = self.answers.tag(key)
        if tag and is_known(tag, wanted):
            return Response(status_code=304, headers=headers | {"ETag": tag})
        answer = self.answers.kept(key)
        if answer is None:
            answer = await to_thread.run_sync(self._made, asked, key, limiter=self.makers)
        headers["Content-Type"] = self.kind.media_type
        headers["Content-Disposition"] = f'attachment; filename="{filename(self.kind.name, asked.dataset)}"'
        if packed:
            headers["Content-Encoding"] = "gzip"
        return reply(request, answer, headers)

    def _read(self, query: str) -> _Asked:
        """Return what a query string asks for."""
        query, strict, notices = _strictness(query)
        filters, unread = Filters.parse(query)
        dataset = self.dataset(filters.data.partition("@")[0])
        filters, unknown = honour(filters, dataset)
        if not self.kind.filtered:
            unknown += [
                LinkNotice(key, value, "the whole dataset", "this file is never filtered")
                for key in (*RECORD_KEYS, *CLAIM_KEYS, "compare")
                for value in filters.values(key)
            ]
            filters = Filters(data=dataset.reference)
        return _Asked(dataset, filters, [*notices, *unread, *unknown], strict)

    def _made(self, asked: _Asked, key: tuple[str, str, str, bool]) -> Body:
        """Return the answer; who had to wait for a maker may find that another has made it meanwhile."""
        plain: Hashable = (*key[:-1], False)

        def make() -> bytes:
            return self.kind.make(asked.dataset, asked.filters)

        if not key[-1]:
            return self.answers.get(plain, make)
        return self.answers.get(key, lambda: gzip.compress(self.answers.get(plain, make).body, 6, mtime=0))


def unless_read(request: Request) -> Response | None:
    """Return the answer to a request that does not ask for a body; None where it asks for one."""
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=ALLOWED)
    if request.method not in ("GET", "HEAD"):
        return PlainTextResponse("Only for reading.\n", status_code=405, headers=ALLOWED)
    return None


def reply(request: Request, answer: Body, headers: Mapping[str, str]) -> Response:
    """Return an answer as ``GET``, ``HEAD`` and ``If-None-Match`` want it.

    Parameters
    ----------
    request
        What is answered.
    answer
        Its body and tag.
    headers
        What describes the body; an answer without one keeps only those that a cache needs.
    """
    headers = {**headers, "ETag": answer.tag}
    if is_known(answer.tag, request.headers.get("if-none-match")):
        kept = {name: value for name, value in headers.items() if not name.startswith("Content-")}
        return Response(status_code=304, headers=kept)
    headers["Content-Length"] = str(len(answer.body))
    if request.method == "HEAD":
        return Response(headers=headers)
    return StreamingResponse(_chunks(answer.body), headers=headers)


async def _chunks(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), CHUNK):
        yield body[start : start + CHUNK]


def _strictness(query: str) -> tuple[str, bool, list[LinkNotice]]:
    """Return a query string without the key ``strict``, what the key says, and what is wrong with it.

    Examples
    --------
    >>> _strictness("from=BY&strict=1")
    ('from=BY', True, [])
    >>> _strictness("strict=yes")[1:]
    (True, [LinkNotice(key='strict', asked='yes', got='strict=1', reason='it is 0 or 1')])
    """
    others, said, notices = [], [], []
    for part in query.split("&"):
        key, _, text = part.partition("=")
        if unquote(key) == STRICT:
            said.append(unquote(text))
        else:
            others.append(part)
    for text in said:
        if text not in ("0", "1"):
            notices.append(LinkNotice(STRICT, text, f"{STRICT}=1", "it is 0 or 1"))
    if len(said) > 1:
        notices.append(LinkNotice(STRICT, said[-1], f"{STRICT}=1", "the key is a duplicate"))
    return "&".join(others), any(text != "0" for text in said) or len(said) > 1, notices


def is_known(tag: str, header: str | None) -> bool:
    """Return whether an ``If-None-Match`` header holds a tag; weak forms match, as RFC 9110 says of it.

    Examples
    --------
    >>> [is_known('"a"', header) for header in ('"b", W/"a"', "*", '"b"', "a", None)]
    [True, True, False, False, False]
    """
    if header is None:
        return False
    return header.strip() == "*" or tag in re.findall(r'"[^"]*"', header)


def listed(notices: Sequence[LinkNotice]) -> list[dict[str, str]]:
    """Return notices as plain values: their fields, and the sentence as ``message``."""
    return [
        {name: getattr(notice, name) for name in NOTICE_FIELDS} | {"message": str(notice)}
        for notice in notices
    ]


def notices_header(notices: Sequence[LinkNotice]) -> str:
    r"""Return notices as a JSON list of sentences in plain ASCII, cut to `NOTICES_LIMIT` bytes.

    Examples
    --------
    >>> print(notices_header([LinkNotice("t", "ночь", "the beginning", "this is no day")]))
    ["t=\u043d\u043e\u0447\u044c was ignored: this is no day. Shown: the beginning."]
    """
    kept: list[str] = []
    room = NOTICES_LIMIT
    for sentence in map(str, notices):
        room -= len(json.dumps(sentence)) + len(", ")
        if room < 0:
            del kept[-1:]
            kept.append(f"{len(notices) - len(kept)} more notices.")
            break
        kept.append(sentence)
    return json.dumps(kept)


def routes(dataset: Callable[[str], Dataset], answers: ResponseCache, prefix: str = "") -> list[Route]:
    """Return the routes of the downloads.

    Parameters
    ----------
    dataset
        Gives the dataset of a name, or the one that stands in for it; may raise `DataError`.
    answers
        Where they are kept.
    prefix
        Path under which the site is served, such as ``/map``; empty for the root.
    """
    makers = CapacityLimiter(MAKERS)
    return [Route(f"{prefix}/{kind.name}", _Download(kind, dataset, answers, makers)) for kind in KINDS]
