"""Bodies of downloads that were requested before, as many as fit."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

__all__ = ["Body", "ResponseCache"]

TAGS_LIMIT = 10_000
"""How many tags are kept: a body may be gone when somebody asks whether it changed."""


@dataclass(frozen=True)
class Body:
    """A body and the tag that names its content.

    Parameters
    ----------
    body
        What is sent.
    tag
        Entity tag as HTTP writes it, from the SHA-256 of the body: equal wherever and whenever the same bytes
        are served.
    """

    body: bytes
    tag: str

    @classmethod
    def of(cls, body: bytes) -> Body:
        """Return a body with its tag.

        Examples
        --------
        >>> Body.of(b"country_code").tag
        '"e1caa35ee24aea8b9f3adcfe"'
        """
        return cls(body, f'"{hashlib.sha256(body).hexdigest()[:24]}"')


class ResponseCache:
    """Bodies of responses by plain values, the longest unused dropped first. Threads may share it.

    Parameters
    ----------
    limit
        Bytes of bodies that are kept. A body longer than a quarter of it is made anew each time.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bodies: OrderedDict[Hashable, Body] = OrderedDict()
        self._tags: OrderedDict[Hashable, str] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def tag(self, key: Hashable) -> str | None:
        """Return the tag of a body that was made before; None where none is kept."""
        with self._lock:
            return self._tags.get(key)

    def kept(self, key: Hashable) -> Body | None:
        """Return a body that is kept."""
        with self._lock:
            if found := self._bodies.get(key):
                self._bodies.move_to_end(key)
            return found

    def get(self, key: Hashable, make: Callable[[], bytes]) -> Body:
        """Return the body of a key, made now where it is not kept.

        Parameters
        ----------
        key
            Plain values that determine the body.
        make
            Gives the body.
        """
        if found := self.kept(key):
            return found
        found = Body.of(make())
        with self._lock:
            self._tags[key] = found.tag
            self._tags.move_to_end(key)
            if len(self._tags) > TAGS_LIMIT:
                self._tags.popitem(last=False)
            if key not in self._bodies and len(found.body) <= self._limit // 4:
                self._bodies[key] = found
                self._size += len(found.body)
                while self._size > self._limit:
                    self._size -= len(self._bodies.popitem(last=False)[1].body)
        return found
