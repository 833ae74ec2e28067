"""What the downloads are and what they take, as OpenAPI 3.1, written from the tables that the code reads."""

from __future__ import annotations

import inspect
import json
import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from dashboard.server.downloads import KINDS, NOTICE_FIELDS, STRICT, Kind, reply, unless_read
from dashboard.server.response_cache import Body
from geodata.model.fields import FIELDS
from geodata.query.filters import MAX_QUERY_BYTES, MAX_VALUES, VERSION, LinkNotice

__all__ = ["PATH", "description", "parameters", "route"]

PATH = "/api"


def parameters(of: type) -> dict[str, str]:
    """Return what the docstring of a class says of each parameter.

    Examples
    --------
    >>> parameters(LinkNotice)["got"]
    'What is shown instead.'
    """
    section = inspect.cleandoc(of.__doc__ or "").partition("Parameters\n----------\n")[2]
    section = re.split(r"\n\n[A-Z]\w+\n-+\n", section)[0]
    found = {}
    for names, text in re.findall(r"^(\S.*)\n((?:[ ]{4}.*\n?)+)", section, flags=re.MULTILINE):
        for name in names.split(", "):
            found[name] = " ".join(text.split()).replace("``", "`")
    return found


def _filters() -> list[dict[str, Any]]:
    """Return the keys of the query string, each as a parameter that takes any text."""
    version = {"name": "v", "in": "query", "description": "Version of the link.", "schema": _text(VERSION)}
    described = [version]
    for field in FIELDS.values():
        text = field.meaning + (f" Up to {MAX_VALUES} values, with commas between." if field.several else "")
        schema = _text(*(field.terms or (field.example,)))
        described.append({"name": field.key, "in": "query", "description": text, "schema": schema})
    return described


def _text(*examples: str) -> dict[str, Any]:
    """Return the schema of any text: what a key does not know is answered with a notice."""
    return {"type": "string"} | ({"examples": list(examples)} if examples else {})


def _header(text: str, *, required: bool = False) -> dict[str, Any]:
    return {"description": text, "required": required, "schema": {"type": "string"}}


_TAG = {
    "ETag": _header("Names the content; equal for the same bytes wherever they are served.", required=True)
}
_CHANGED = {"description": "Nothing has changed since the answer of that tag.", "headers": _TAG}
_KNOWN = {
    "name": "If-None-Match",
    "in": "header",
    "description": "Tags of the answers that the client has.",
    "schema": {"type": "string"},
}


def _plain(text: str) -> dict[str, Any]:
    return {"description": text, "content": {"text/plain": {"schema": {"type": "string"}}}}


def _operation(kind: Kind) -> dict[str, Any]:
    """Return the description of one kind of download."""
    media_type = kind.media_type.partition(";")[0]
    is_json = media_type.endswith("json")
    headers = _TAG | {
        "Content-Disposition": _header("The name under which it is kept.", required=True),
        "X-Link-Notices": _header("JSON list of what of the link was ignored, and why."),
    }
    strict = {
        "name": STRICT,
        "in": "query",
        "description": "1 refuses a link of which anything is ignored, instead of saying so in a header.",
        "schema": {"type": "string", "enum": ["0", "1"]},
    }
    return {
        "operationId": kind.name,
        "summary": kind.summary,
        "parameters": [
            *({"$ref": f"#/components/parameters/{each['name']}"} for each in _filters()),
            strict,
            _KNOWN,
        ],
        "responses": {
            "200": {
                "description": kind.summary,
                "headers": headers,
                "content": {media_type: {"schema": {"type": "object"} if is_json else {}}},
            },
            "304": _CHANGED,
            "400": {
                "description": "What of a strict link was ignored, and why.",
                "content": {
                    "application/json": {
                        "schema": {"type": "array", "items": {"$ref": "#/components/schemas/LinkNotice"}}
                    }
                },
            },
            "414": _plain("The query is absurdly long."),
            "503": _plain("The dataset has faults: file, row, column and remedy of each."),
        },
    }


def description(prefix: str = "") -> dict[str, Any]:
    """Return the OpenAPI description of the downloads.

    Parameters
    ----------
    prefix
        Path under which the site is served, such as ``/map``; empty for the root.
    """
    described = parameters(LinkNotice) | {"message": "All of it, as a sentence."}
    notice = {
        name: {"type": "string", "description": described[name]} for name in (*NOTICE_FIELDS, "message")
    }
    itself = {
        "operationId": "api",
        "summary": "This description",
        "parameters": [_KNOWN],
        "responses": {
            "200": {
                "description": "This description.",
                "headers": _TAG,
                "content": {"application/json": {"schema": {"type": "object"}}},
            },
            "304": _CHANGED,
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Prisoner Transfer Map",
            "version": VERSION,
            "description": (
                "Downloads of the records that a link chooses, by the keys that the page writes into its own"
                f" address. A link holds at most {MAX_QUERY_BYTES} bytes. What of it is ignored is in the"
                " header X-Link-Notices, or refused where it is strict."
            ),
        },
        "servers": [{"url": prefix or "/"}],
        "paths": {f"/{kind.name}": {"get": _operation(kind)} for kind in KINDS} | {PATH: {"get": itself}},
        "components": {
            "parameters": {each["name"]: each for each in _filters()},
            "schemas": {"LinkNotice": {"type": "object", "properties": notice, "required": list(notice)}},
        },
    }


class _Description:
    """ResponseCache with the description, as an ASGI application."""

    def __init__(self, prefix: str) -> None:
        self.answer = Body.of(json.dumps(description(prefix), indent=1).encode() + b"\n")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Body one request."""
        await self._respond(Request(scope))(scope, receive, send)

    def _respond(self, request: Request) -> Response:
        headers = {"Cache-Control": "no-cache", "Content-Type": "application/json"}
        return unless_read(request) or reply(request, self.answer, headers)


def route(prefix: str = "") -> Route:
    """Return the route of the description.

    Parameters
    ----------
    prefix
        Path under which the site is served, such as ``/map``; empty for the root.
    """
    return Route(f"{prefix}{PATH}", _Description(prefix))
