"""What the server answers beside the page, and the guard that stands before all of it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geodata import DataError, Dataset, Filters, honour
from geodata.export import countries_csv, countries_filename
from geodata.filters import LinkNotice

__all__ = ["Guard", "Policy", "index", "routes", "script_hashes"]

QUERY_LIMIT = 64 * 1024
"""Bytes of query string beyond which a request is refused; 16 times what a link may hold."""


FEATURES_OFF = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
"""What the page never asks a browser for."""

NOTICES_LIMIT = 4 * 1024
"""Bytes of notices that fit into one header."""


def script_hashes(html: str) -> tuple[str, ...]:
    """Return the content security policy's sources for the inline scripts of a page.

    Examples
    --------
    >>> script_hashes("<script>alert(1)</script><script src='a.js'></script>")
    ("'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='",)
    """
    scripts = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    return tuple(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


@dataclass(frozen=True)
class Policy:
    """What the guard lets through.

    Parameters
    ----------
    scripts
        Sources of the page's inline scripts, from :func:`script_hashes`.
    names
        Host names that this server answers to, beside ``localhost`` and plain IP addresses; ``*.example.org``
        stands for every name under it, ``*`` for any. A browser can be led to a foreign name that points at
        this machine (DNS rebinding), but not to a foreign IP address.
    origins
        Origins of other sites whose pages may speak to this server, such as ``https://example.org``.
    embedders
        Sites that may show the page in a frame.
    prefix
        Path that the whole site lies under, such as ``/map``; empty for the root.
    """

    scripts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    embedders: tuple[str, ...] = ()
    prefix: str = ""
    headers: tuple[tuple[bytes, bytes], ...] = field(init=False)

    def __post_init__(self) -> None:
        """Write the headers that every answer carries."""
        content = {
            "default-src": "'none'",
            "script-src": " ".join(["'self'", "'wasm-unsafe-eval'", *self.scripts]),
            "style-src": "'self' 'unsafe-inline'",
            "img-src": "'self' data: blob:",
            "font-src": "'self' data:",
            "connect-src": "'self'",
            "worker-src": "'self' blob:",
            "manifest-src": "'self'",
            "frame-ancestors": " ".join(self.embedders) or "'none'",
            "base-uri": "'none'",
            "form-action": "'none'",
            "object-src": "'none'",
        }
        headers = {
            "content-security-policy": "; ".join(f"{name} {sources}" for name, sources in content.items()),
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
            "permissions-policy": ", ".join(f"{feature}=()" for feature in FEATURES_OFF),
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
        }
        object.__setattr__(self, "headers", tuple((k.encode(), v.encode()) for k, v in headers.items()))

    def answers_to(self, host: str) -> bool:
        """Return whether a ``Host`` header (``name`` or ``name:port``) names this server."""
        try:
            name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
        except ValueError:
            return False
        try:
            return bool(ip_address(name))
        except ValueError:
            allowed = ("localhost", *(pattern.lower() for pattern in self.names))
            under = tuple(pattern[1:] for pattern in allowed if pattern.startswith("*."))
            return name in allowed or "*" in allowed or name.endswith(under)

    def refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Return the status and the reason that a request is refused with; None lets it pass.

        Parameters
        ----------
        scope
            An ASGI connection of type ``http`` or ``websocket``.
        """
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        path = scope["path"].removeprefix(self.prefix)
        if not self.answers_to(host):
            return 403, "This server has another name. Its keeper lists its names in server.allowedHosts."
        if origin is not None and origin.partition("://")[2] != host and origin not in self.origins:
            return (
                403,
                "Not for pages of other sites. Its keeper lists exceptions in server.corsAllowedOrigins.",
            )
        if path.startswith("/_stcore/upload_file"):
            return 403, "Uploads are off."
        if path.startswith("/_stcore/metrics"):
            return 403, "Metrics are off."
        if len(scope["query_string"]) > QUERY_LIMIT:
            return 414, f"The query is longer than {QUERY_LIMIT // 1024} KiB."
        return None


class Guard:
    """ASGI middleware: refuses what Streamlit would let in, and seals every answer.

    Parameters
    ----------
    app
        The application behind the guard.
    policy
        What may pass, and the headers of every answer.
    """

    def __init__(self, app: ASGIApp, policy: Policy) -> None:
        self.app = app
        self.policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        refusal = self.policy.refusal(scope)
        if scope["type"] == "websocket":
            if refusal:
                return await send({"type": "websocket.close", "code": 1008, "reason": refusal[1]})
            # Streamlit would judge the origin once more, and to do so ask a public host for our address.
            headers = [header for header in scope["headers"] if header[0] != b"origin"]
            return await self.app({**scope, "headers": headers}, receive, send)

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *self.policy.headers]}
            await send(message)

        if refusal:
            status, reason = refusal
            return await PlainTextResponse(reason + "\n", status_code=status)(scope, receive, sealed)
        return await self.app(scope, receive, sealed)


def index(html: str, scripts: Sequence[str], modules: Sequence[str], prefix: str = "") -> Route:
    """Return the route of the index page, which asks for the map's parts while Streamlit is still starting.

    Parameters
    ----------
    html
        Streamlit's own index page.
    scripts, modules
        Addresses, relative to the page: scripts to run, modules to have at hand.
    prefix
        Path that the whole site lies under, such as ``/map``; empty for the root.
    """
    wanted = [f'<script defer src="{address}"></script>' for address in scripts]
    wanted += [f'<link rel="modulepreload" href="{address}">' for address in modules]
    body = html.replace("<title>Streamlit</title>", "<title>Prisoner Transfer Map</title>")
    body = body.replace("</head>", "".join([*wanted, "</head>"]), 1)

    def page(request: Request) -> Response:
        return HTMLResponse(body, headers={"Cache-Control": "no-cache"})

    return Route(f"{prefix}/", page)


def routes(dataset: Callable[[str], Dataset], prefix: str = "") -> list[Route]:
    """Return the routes of the downloads.

    Parameters
    ----------
    dataset
        Gives the dataset of a name, or the one that stands in for it; may raise `DataError`.
    prefix
        Path that the whole site lies under, such as ``/map``; empty for the root.
    """

    def countries(request: Request) -> Response:
        query = request.scope["query_string"].decode("utf-8", errors="replace")
        filters, unread = Filters.parse(query)
        try:
            chosen = dataset(filters.data.partition("@")[0])
        except DataError as error:
            return PlainTextResponse(f"{error}\n", status_code=503)
        filters, unknown = honour(filters, chosen)
        body = countries_csv(chosen, filters)
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        if notices := [*unread, *unknown]:
            headers["X-Link-Notices"] = notices_header(notices)
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        headers["Content-Disposition"] = f'attachment; filename="{countries_filename(chosen)}"'
        return Response(body, media_type="text/csv; charset=utf-8", headers=headers)

    return [Route(f"{prefix}/countries.csv", countries)]


def notices_header(notices: Sequence[LinkNotice]) -> str:
    r"""Return notices as a JSON list of sentences in plain ASCII, cut to `NOTICES_LIMIT` bytes.

    Examples
    --------
    >>> print(notices_header([LinkNotice("t", "ночь", "the beginning", "this is no day")]))
    ["The link asked for t=\u043d\u043e\u0447\u044c; shown is the beginning: this is no day."]
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
