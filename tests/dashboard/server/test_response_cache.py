from dashboard.server import response_cache
from dashboard.server.response_cache import Body, ResponseCache


def test_made_once() -> None:
    made: list[int] = []

    def make() -> bytes:
        made.append(1)
        return b"body"

    kept = ResponseCache(100)
    assert kept.tag("key") is kept.kept("key") is None
    assert kept.get("key", make) == kept.get("key", make) == kept.kept("key") == Body.of(b"body")
    assert (kept.tag("key"), len(made)) == (Body.of(b"body").tag, 1)


def test_the_longest_unasked_goes_first_and_its_tag_stays() -> None:
    kept = ResponseCache(40)
    for key in "abcd":
        kept.get(key, lambda key=key: key.encode() * 10)
    kept.kept("a")
    kept.get("e", lambda: b"e" * 10)
    assert [key for key in "abcde" if kept.kept(key)] == ["a", "c", "d", "e"]
    assert kept.tag("b") == Body.of(b"b" * 10).tag


def test_what_is_too_long_is_not_kept() -> None:
    kept = ResponseCache(40)
    assert kept.get("key", lambda: b"a" * 11).body == b"a" * 11
    assert kept.kept("key") is None
    assert kept.tag("key") == Body.of(b"a" * 11).tag


def test_tags_are_bounded() -> None:
    kept = ResponseCache(0)
    for number in range(response_cache.TAGS_LIMIT + 1):
        kept.get(number, bytes)
    assert kept.tag(0) is None
    assert kept.tag(1) == kept.tag(response_cache.TAGS_LIMIT) == Body.of(b"").tag
