"""A page to keep plays from disk, with the network off."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from dashboard.server.standalone import web_page
from geodata import Filters, load
from tests.browser.conftest import Visit, until
from tests.browser.test_page import HEADLINE, PLAYER, TIME
from tests.worlds import FIRST_VERSION


def test_a_page_from_disk_plays_offline_and_asks_nobody(visit: Callable[..., Visit], tmp_path: Path) -> None:
    file = tmp_path / "map.html"
    filters = Filters(event=("2025-12-13",), status=("done",))
    file.write_bytes(web_page(load(FIRST_VERSION), filters))
    page, record = (seen := visit(offline=True)).page, seen.record
    page.goto(file.as_uri())
    until(page, PLAYER)
    before = page.evaluate(TIME)
    until(page, f"{TIME} > {before!r}")
    expect(page.get_by_role("heading", level=1)).to_have_text(HEADLINE)
    expect(page.locator(".ptm-steps")).to_contain_text("114 people")
    assert record.errors == []
    assert [request for request in record.requests if not request.startswith("blob:")] == [file.as_uri()]
