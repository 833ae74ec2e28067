"""A page to keep: all in one file, nothing of a dataset as markup, small enough to send."""

import re
from pathlib import Path

import pytest

from dashboard import markup
from dashboard.messages.headline import headline
from dashboard.messages.phrases import text_of
from dashboard.server.standalone import web_page
from geodata import Filters, country_totals, load, select
from tests.worlds import COUNTRIES, FIRST_VERSION, claim, event, leg, write_world

MAX_BYTES = 6_000_000
EVIL = "</script><script>alert(1)</script><!--"


def test_it_holds_everything_and_asks_for_nothing() -> None:
    filters = Filters(event=("2025-12-13",), status=("done",))
    page = web_page(load(FIRST_VERSION), filters)
    assert len(page) <= MAX_BYTES
    text = page.decode()
    assert "<h1>123 people were released in Belarus on 13 December 2025;" in text
    assert not re.search(r"<(link|img|iframe|base)\b|<script[^>]* src=|@import", text.split("<script>")[0])
    assert "default-src 'none'; script-src" in text.replace("&#x27;", "'")
    assert page == web_page(load(FIRST_VERSION), filters)


def test_names_are_text_and_end_no_script(tmp_path: Path) -> None:
    world = write_world(
        tmp_path / "world",
        locations=[{**place, "name": EVIL} for place in COUNTRIES],
        events=[event(title=EVIL)],
        transfers=[leg("t", "by", "ua")],
        claims=[claim("t", 5)],
    )
    text = web_page(load(world), Filters()).decode()
    assert "alert(1)</script>" not in text
    assert text.count("</script>") == text.count("<script") == 5


@pytest.mark.parametrize("query", ["", "status=attempted", "date=2031", "from=BY", "country=TR", "basis=all"])
def test_it_says_the_sentence_of_the_page(query: str) -> None:
    dataset, filters = load(FIRST_VERSION), Filters.parse(query)[0]
    selection = select(dataset, filters)
    said = text_of(headline(selection, country_totals(selection)))
    assert f"<h1>{markup.text(said)}</h1>" in web_page(dataset, filters).decode()


def test_its_numbers_are_written_as_the_sentence_writes_them(tmp_path: Path) -> None:
    world = write_world(
        tmp_path / "world", events=[event()], transfers=[leg("t", "by", "ua")], claims=[claim("t", 20061)]
    )
    text = web_page(load(world), Filters()).decode()
    assert (
        "<h1>20,061 people were released in Belarus on 13 December 2025; 20,061 remained in Ukraine.</h1>"
        in text
    )
    assert "<td>20,061</td>" in text
