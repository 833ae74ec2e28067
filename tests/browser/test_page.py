"""What a newcomer does: watch it play, filter, share the link, take the figures home."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Record, Visit, settled, until
from tests.conftest import ROOT
from tests.geodata.files.test_load import FAULTS, faulty_world
from tests.worlds import FIRST_VERSION

HEADLINE = "123 people were released in Belarus on 13 December 2025; 89 remained in Poland, 29 in Lithuania and 5 in Ukraine."
PLAYER = "document.querySelector('[data-ptm-ready=true]')"
TIME = f"{PLAYER}.dataset.ptmTime"


def open_page(page: Page, address: str) -> None:
    """Open an address and wait until the map is drawn."""
    page.goto(address)
    until(page, PLAYER)
    settled(page)


def drawn(page: Page, frames: int) -> None:
    """Wait until the player has drawn so many more frames."""
    now = f"Number({PLAYER}.dataset.ptmFrame)"
    until(page, f"{now} > {page.evaluate(now) + frames}")


def quiet(page: Page, record: Record) -> None:
    """Wait until the page and its server have nothing more to say of what was done before."""
    said = -1
    while said != (said := len(record.sent) + len(record.received)):
        drawn(page, 5)


def totals(query: str) -> bytes:
    """Return what the command line writes for a query."""
    command = [sys.executable, "-m", "geodata", "totals", "--data", str(FIRST_VERSION), query]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout


def test_the_first_view_moves_by_itself_and_nothing_is_sent_while_it_plays(
    server: str, visit: Callable[..., Visit]
) -> None:
    page, record = (seen := visit()).page, seen.record
    open_page(page, server)
    expect(page.get_by_role("heading", level=1)).to_have_text(HEADLINE)
    until(page, f"{PLAYER}.dataset.ptmPlaying === 'true'")
    quiet(page, record)
    sent, received, before = len(record.sent), len(record.received), page.evaluate(TIME)
    canvas = page.locator("canvas").first
    picture = canvas.screenshot()
    until(page, f"{TIME} > {before!r}")
    drawn(page, 5)
    assert canvas.screenshot() != picture
    assert (len(record.sent), len(record.received)) == (sent, received)


def test_at_the_end_the_counters_agree_with_the_table(server: str, page: Page) -> None:
    open_page(page, f"{server}/?event=2025-12-13&status=done&t=2025-12-18")
    counters = page.locator(".ptm-counters tr")
    expect(counters.filter(has_text="Poland")).to_contain_text("89")
    expect(counters.filter(has_text="Lithuania")).to_contain_text("29")
    expect(counters.filter(has_text="Ukraine")).to_contain_text("5")
    row = page.locator(".ptm-table tbody tr").filter(has_text="Ukraine")
    assert [cell.inner_text() for cell in row.locator("td").all()][:6] == ["0", "109", "114", "109", "5", "0"]


def test_a_change_of_filters_is_in_the_address_and_opens_as_the_same_state_elsewhere(
    server: str, visit: Callable[..., Visit]
) -> None:
    page = visit().page
    open_page(page, server)
    address = page.url
    page.get_by_test_id("stSidebar").get_by_text("planned", exact=True).click()
    until(page, f"location.href !== {address!r}")
    settled(page)
    assert "status=done%2Cplanned" in page.url
    parts = ("h1.ptm-headline", ".ptm-doubt", ".ptm-table >> nth=0", ".st-key-bar")
    address, seen = page.url, [page.locator(part).inner_text() for part in parts]
    page.close()
    other = visit().page
    open_page(other, address)
    assert [other.locator(part).inner_text() for part in parts] == seen
    assert other.url == address


def test_where_the_reader_stands_travels_in_the_link(server: str, visit: Callable[..., Visit]) -> None:
    page = visit().page
    open_page(page, server)
    until(page, f"{PLAYER}.dataset.ptmPlaying === 'true'")
    page.locator(".ptm-play").click()
    until(page, "location.search.includes('&t=2025-12-')")
    settled(page)
    address = page.url
    page.close()
    other = visit().page
    open_page(other, address)
    assert other.evaluate(f"{PLAYER}.dataset.ptmPlaying") != "true"
    assert f"&t={other.evaluate(TIME)[:10]}" in address


def test_page_http_and_command_line_give_the_same_bytes(server: str, page: Page) -> None:
    open_page(page, f"{server}/?event=2025-12-13&status=done&basis=all")
    with page.expect_download() as download:
        page.get_by_test_id("stDownloadButton").get_by_role("button").click()
    from_page = Path(download.value.path()).read_bytes()
    query = urlsplit(page.url).query
    with urlopen(f"{server}/countries.csv?{query}") as answer:
        from_http = answer.read()
        assert download.value.suggested_filename in answer.headers["Content-Disposition"]
    assert from_page == from_http == totals(query)
    assert from_page.decode().splitlines()[-1].startswith("UA,Ukraine,0,0,109,115,114,115,109,115,0,6,0,0,3,")


def test_without_webgl_the_page_says_so_and_lists_the_steps(server: str, visit: Callable[..., Visit]) -> None:
    page = visit().page
    page.add_init_script(
        "const original = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {"
        "  return kind.startsWith('webgl') ? null : original.call(this, kind, ...rest); };"
    )
    page.goto(server)
    expect(page.get_by_text("WebGL").first).to_be_visible()
    expect(page.locator(".ptm-steps")).to_contain_text("114")
    expect(page.get_by_role("heading", level=1)).to_have_text(HEADLINE)


def test_with_reduced_motion_nothing_moves_by_itself(server: str, visit: Callable[..., Visit]) -> None:
    page = visit(reduced_motion="reduce").page
    open_page(page, server)
    assert page.evaluate(f"{PLAYER}.dataset.ptmPlaying") != "true"
    expect(page.locator(".ptm-counters tr").filter(has_text="Poland")).to_contain_text("89")


def test_the_player_is_worked_by_keyboard(server: str, page: Page) -> None:
    open_page(page, f"{server}/?event=2025-12-13&status=done&t=2025-12-13")
    page.locator(".ptm-play").focus()
    page.keyboard.press("Space")
    until(page, f"{PLAYER}.dataset.ptmPlaying === 'true'")
    page.keyboard.press("Space")
    until(page, f"{PLAYER}.dataset.ptmPlaying === 'false'")


def test_a_claim_opens_under_its_figure(server: str, page: Page) -> None:
    open_page(page, server)
    page.get_by_role("tab", name="Movements").click()
    line = page.locator('[data-ptm-id="2025-12-13-by-ua"]')
    line.locator("summary").click()
    expect(line).to_contain_text("114 civilians were handed over to Ukraine")
    expect(line).to_contain_text("Most of the freed prisoners")


def test_a_number_opens_to_its_claims_travels_in_the_link_and_closes(
    server: str, visit: Callable[..., Visit]
) -> None:
    page = visit().page
    open_page(page, f"{server}/?event=2025-12-13&status=done")
    page.get_by_role("heading", level=1).get_by_role("button", name="5 remained in Ukraine").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("5 people remained in Ukraine")
    for number in ("+ 114 people", "− 89 people", "− 20 people"):
        expect(dialog).to_contain_text(number)
    expect(dialog).to_contain_text("114 civilians were handed over to Ukraine")
    expect(dialog).to_contain_text("left out: it conflicts, and is not the adopted claim")
    until(page, "location.search.includes('figure=UA.remained')")

    elsewhere = visit().page
    elsewhere.goto(page.url)
    expect(elsewhere.get_by_role("dialog")).to_contain_text("5 people remained in Ukraine")
    elsewhere.keyboard.press("Escape")
    expect(elsewhere.get_by_role("dialog")).to_be_hidden()
    until(elsewhere, "!location.search.includes('figure=')")


def test_the_numbers_on_the_map_and_under_it_open_too(server: str, page: Page) -> None:
    open_page(page, f"{server}/?event=2025-12-13&status=done&t=2025-12-14")
    page.locator(".ptm-counters").get_by_role("button").filter(has_text="114").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("114 people in Ukraine at the end of 14 December 2025")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    # Streamlit can lose a click that falls into the moment in which it puts a dialog away.
    until(page, "!location.search.includes('figure=')")
    settled(page)
    page.get_by_role("tab", name="Timeline").click()
    page.get_by_role("button", name="123: show the claims").click()
    expect(dialog).to_contain_text("123 people: Release of 13 December 2025")


def test_two_bases_stand_side_by_side_and_mark_what_they_tell_differently(server: str, page: Page) -> None:
    open_page(page, f"{server}/?event=2025-12-13&status=done&t=2025-12-18&compare=article-2025-12")
    left, right = page.locator("[data-ptm-ready=true]").all()
    for shown, count in ((left, "5"), (right, "62–122")):
        row = shown.locator(".ptm-counters tr.ptm-differs").filter(has_text="Ukraine")
        expect(row.get_by_role("button", name=f"{count}, Ukraine, differs from the other map")).to_have_text(
            count
        )


def test_a_hostile_link_shows_notices_and_the_rest_works(server: str, visit: Callable[..., Visit]) -> None:
    page, record = (seen := visit()).page, seen.record
    open_page(page, f"{server}/?event=<img src=x onerror=alert(1)>&status=done&colour=%E2%80%AE&to=LT")
    notices = page.locator(".ptm-notice li")
    assert notices.count() == 2
    expect(page.get_by_role("heading", level=1)).to_contain_text("moved to Lithuania")
    assert record.errors == []


def test_an_empty_selection_says_what_to_remove(server: str, page: Page) -> None:
    open_page(page, f"{server}/?date=2031")
    expect(page.get_by_role("heading", level=1)).to_have_text("No movement matches.")
    expect(page.locator(".ptm-doubt")).to_have_text("Remove one of the filters: date.")


def test_a_faulty_dataset_is_shown_as_its_list_of_problems(
    start: Callable[..., str], page: Page, tmp_path: Path
) -> None:
    page.goto(start("--data", faulty_world(tmp_path / "world")))
    settled(page)
    assert [line.inner_text() for line in page.get_by_test_id("stText").all()] == FAULTS


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_is_wider_than_the_window(server: str, visit: Callable[..., Visit], width: int) -> None:
    page = visit(viewport={"width": width, "height": 844}).page
    open_page(page, server)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
