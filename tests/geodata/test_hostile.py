import pytest

from geodata import Filters, country_totals, honour, load, select
from geodata.files.load import DATA_FOLDER
from geodata.query.filters import MAX_QUERY_BYTES, RECORD_KEYS, LinkNotice
from tests.geodata.hostile import HOSTILE

DATASET = load(DATA_FOLDER / "belarus-2024-2025")
HIDING = [*map(chr, [*range(32), *range(127, 160), 0x200B, 0x202E, 0x2066, 0xFEFF]), "\ud800", "\udfff"]


def test_there_are_as_many_kinds_as_the_issue_asks_for() -> None:
    assert len(HOSTILE) >= 49


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_link_never_raises_and_never_changes_in_silence(query: str) -> None:
    read, unread = Filters.parse(query)
    filters, unknown = honour(read, DATASET)
    notices: list[LinkNotice] = [*unread, *unknown]
    # What is left is a link like any other, which reads the same again and can be counted.
    assert Filters.parse(filters.query()) == (filters, [])
    assert honour(filters, DATASET) == (filters, [])
    country_totals(select(DATASET, filters))
    # Whatever a link asked for and did not get is told.
    asked = {part.partition("=")[0] for part in query.removeprefix("?").split("&") if part.partition("=")[2]}
    if len(query.encode(errors="replace")) > MAX_QUERY_BYTES:
        assert filters == Filters(data=DATASET.reference)
        assert [notice.key for notice in notices] == [""]
    elif not any(filters.values(key) for key in RECORD_KEYS):
        told = {notice.key for notice in notices}
        assert told or asked <= {"v", *(key for key in asked if set(query) <= {*key, "=", ",", "&"})}
    for text in map(str, notices):
        assert not any(mark in text for mark in HIDING)
        assert len(text) < 1000


@pytest.mark.parametrize(
    ("name", "left", "told"),
    [
        ("one key twice", "to=LT", ["the key is a duplicate"]),
        ("the version twice", "to=LT", ["the key is a duplicate"]),
        ("a key in another case", "", ["there is no such key"] * 2),
        ("letters, encoded one by one", "to=LT", []),
        ("two question marks", "", ["there is no such key"]),
        ("a fragment", "", ["this is no country code"]),
        ("nothing but commas", "", []),
        ("versions to come, and of no sort", "to=LT", ["there is no such version"]),
        ("a version that is no number", "to=LT", ["there is no such version"]),
        ("an ampersand, encoded", "", ["this is no country code"]),
    ],
)
def test_what_is_left_of_a_hostile_link(name: str, left: str, told: list[str]) -> None:
    filters, notices = Filters.parse(HOSTILE[name])
    assert filters == Filters.parse(left)[0]
    assert len(notices) == len(told)
    assert all(reason in notice.reason for reason, notice in zip(told, notices, strict=True))


def test_every_key_with_a_value_that_is_none_is_told_of() -> None:
    filters, notices = Filters.parse(HOSTILE["every key with a value that is none"])
    assert filters == Filters()
    assert len({notice.key for notice in notices}) == len(notices) == 22
