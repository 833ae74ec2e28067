"""Bodies of downloads that were asked for before, as many as fit."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

__all__ = ["Answer", "Answers"]

TAGS_LIMIT = 10_000
"""How many answers are remembered by their tag; a body may be gone when somebody asks whether it changed."""


@dataclass(frozen=True)
class Answer:
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
    def of(cls, body: bytes) -> Answer:
        """Return a body with its tag.

        Examples
        --------
        >>> Answer.of(b"country_code").tag
        '"e1caa35ee24aea8b9f3adcfe"'
        """
        return cls(body, f'"{hashlib.sha256(body).hexdigest()[:24]}"')


class Answers:
    """Answers by plain values, the longest unasked forgotten first. Threads may share it.

    Parameters
    ----------
    limit
        Bytes of bodies that are kept. An answer longer than a quarter of it is made anew each time.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bodies: OrderedDict[Hashable, Answer] = OrderedDict()
        self._tags: OrderedDict[Hashable, str] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def tag(self, key: Hashable) -> str | None:
        """Return the tag of an answer that was made before; None where none is remembered."""
        with self._lock:
            return self._tags.get(key)

    def kept(self, key: Hashable) -> Answer | None:
        """Return an answer that is kept."""
        with self._lock:
            if answer := self._bodies.get(key):
                self._bodies.move_to_end(key)
            return answer

    def get(self, key: Hashable, make: Callable[[], bytes]) -> Answer:
        """Return the answer of a key, made now where it is not kept.

        Parameters
        ----------
        key
            Plain values that determine the body.
        make
            Gives the body.
        """
        if answer := self.kept(key):
            return answer
        answer = Answer.of(make())
        with self._lock:
            self._tags[key] = answer.tag
            self._tags.move_to_end(key)
            if len(self._tags) > TAGS_LIMIT:
                self._tags.popitem(last=False)
            if key not in self._bodies and len(answer.body) <= self._limit // 4:
                self._bodies[key] = answer
                self._size += len(answer.body)
                while self._size > self._limit:
                    self._size -= len(self._bodies.popitem(last=False)[1].body)
        return answer
