"""The guard that stands before all of the server: who may ask, and what every answer carries."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Guard", "Policy", "script_hashes"]

QUERY_LIMIT = 64 * 1024
"""Bytes of query string beyond which a request is refused; 16 times what a link may hold."""

FEATURES_OFF = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
"""What the page never asks a browser for."""

READING = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing; the last asks whether the others are allowed."""


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
        Host names that this server answers to, in addition to ``localhost`` and plain IP addresses;
        ``*.example.org`` stands for every name under it, ``*`` for any. A browser can be led to a foreign
        name that points at this machine (DNS rebinding), but not to a foreign IP address.
    origins
        Origins of other sites whose pages may speak to this server, such as ``https://example.org``.
    embedders
        Sites that may show the page in a frame.
    prefix
        Path under which the site is served, such as ``/map``; empty for the root.
    shared
        Paths under the prefix that hold published data: where the server is public, pages of any site may
        read them.
    """

    scripts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    embedders: tuple[str, ...] = ()
    prefix: str = ""
    shared: frozenset[str] = frozenset()
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
        }
        object.__setattr__(self, "headers", _raw(headers))

    def answers_to(self, host: str) -> bool:
        """Return whether a ``Host`` header (``name`` or ``name:port``) names this server."""
        name = _name(host)
        try:
            return bool(ip_address(name))
        except ValueError:
            return name == "localhost" or self._lists(name)

    def published(self, host: str) -> bool:
        """Return whether a ``Host`` header names a public server: a name given to it, or a public IP address.

        What is served on this machine alone or in a private network need not be published yet, and any page
        that its reader opens meanwhile could ask for it.
        """
        name = _name(host)
        try:
            return ip_address(name).is_global
        except ValueError:
            return name != "localhost" and self._lists(name)

    def _lists(self, name: str) -> bool:
        allowed = tuple(pattern.lower() for pattern in self.names)
        under = tuple(pattern[1:] for pattern in allowed if pattern.startswith("*."))
        return bool(name) and (name in allowed or "*" in allowed or name.endswith(under))

    def readers(self, scope: Scope) -> str:
        """Return whose pages may read the answer: ``*`` for any site's, an origin, or "" for our own alone.

        Parameters
        ----------
        scope
            An ASGI connection of type ``http`` or ``websocket``.
        """
        headers = Headers(scope=scope)
        shared = scope["path"].removeprefix(self.prefix) in self.shared
        if not shared or scope["type"] != "http" or scope["method"] not in READING:
            return ""
        if self.published(headers.get("host", "")):
            return "*"
        origin = headers.get("origin", "")
        return origin if origin in self.origins else ""

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
            return 403, "This server has another name. Its operator lists its names in server.allowedHosts."
        ours = origin is None or origin.partition("://")[2] == host or origin in self.origins
        if not ours and not self.readers(scope):
            return (
                403,
                "Not for pages of other sites. Its operator lists exceptions in server.corsAllowedOrigins.",
            )
        if path.startswith("/_stcore/upload_file"):
            return 403, "Uploads are off."
        if path.startswith("/_stcore/metrics"):
            return 403, "Metrics are off."
        if len(scope["query_string"]) > QUERY_LIMIT:
            return 414, f"The query is longer than {QUERY_LIMIT // 1024} KiB."
        return None

    def seal(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        """Return the headers that the answer to a request carries in addition to its own."""
        readers = self.readers(scope)
        sharing = {"cross-origin-resource-policy": "cross-origin" if readers == "*" else "same-origin"}
        if readers:
            sharing["access-control-allow-origin"] = readers
            sharing["access-control-expose-headers"] = "Content-Disposition, ETag, X-Link-Notices"
            if readers != "*":
                sharing["vary"] = "Origin"
            if scope["method"] == "OPTIONS":
                sharing["access-control-allow-methods"] = "GET, HEAD"
                sharing["access-control-allow-headers"] = "If-None-Match"
                sharing["access-control-max-age"] = "86400"
        return [*self.headers, *_raw(sharing)]


class Guard:
    """ASGI middleware: refuses what Streamlit would let in, and seals every answer.

    Parameters
    ----------
    app
        The application that is guarded.
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
            return await self.app(_with_headers(scope, origin=None), receive, send)
        seal = self.policy.seal(scope)

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *seal]}
            await send(message)

        if refusal:
            status, reason = refusal
            return await PlainTextResponse(reason + "\n", status_code=status)(scope, receive, sealed)
        # For what runs after us, the word "gzip" counts as consent, even in "gzip;q=0".
        gzip = "gzip" if _accepts_gzip(Headers(scope=scope).get("accept-encoding", "")) else None
        return await self.app(_with_headers(scope, accept_encoding=gzip), receive, sealed)


def _raw(headers: dict[str, str]) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((name.encode(), value.encode()) for name, value in headers.items())


def _name(host: str) -> str:
    """Return the name in a ``Host`` header in lower case, without port and final dot; "" where it is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _with_headers(scope: Scope, **values: str | None) -> Scope:
    """Return a connection whose headers have these values; None takes a header away."""
    raw = {name.replace("_", "-").encode(): value for name, value in values.items()}
    kept = [header for header in scope["headers"] if header[0] not in raw]
    set_anew = [(name, value.encode()) for name, value in raw.items() if value is not None]
    return {**scope, "headers": kept + set_anew}


def _accepts_gzip(header: str) -> bool:
    """Return whether an ``Accept-Encoding`` header accepts gzip.

    Examples
    --------
    >>> [_accepts_gzip(header) for header in ("br, GZIP;q=0.5", "gzip;q=0", "gzip; Q=0.000", "identity", "*")]
    [True, False, False, False, False]
    """
    for part in header.split(","):
        coding, *parameters = (word.strip().lower() for word in part.split(";"))
        if coding == "gzip":
            return not any(re.fullmatch(r"q=0(\.0*)?", parameter) for parameter in parameters)
    return False
