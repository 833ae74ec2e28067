"""Links: every state has an address; back and forward, copying, picking by a click, embedding."""

from collections.abc import Callable
from urllib.parse import unquote

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit, settled, until
from tests.browser.test_page import HEADLINE, PLAYER, open_page

FIRST = "v=2&event=2025-12-13&status=done&t=2025-12-18"


def rows(page: Page) -> Locator:
    """The rows of the table of countries."""
    return page.locator(".st-key-countries .ptm-table tbody tr")


def changed(page: Page, address: str) -> None:
    """Wait until the page has another address and has drawn what it stands for."""
    until(page, f"location.href !== {address!r}")
    settled(page)


def test_back_and_forward_walk_through_states_one_step_a_change(server: str, page: Page) -> None:
    open_page(page, f"{server}/?{FIRST}")
    length, start = page.evaluate("history.length"), page.url
    seen = [rows(page).all_inner_texts()]
    for name, country in (("Lithuania", "LT"), ("Ukraine", "UA")):
        address = page.url
        rows(page).get_by_role("button", name=name, exact=True).click()
        changed(page, address)
        assert f"country={country}" in page.url
        seen.append(rows(page).all_inner_texts())
    assert page.evaluate("history.length") == length + 2
    assert len({tuple(each) for each in seen}) == 3
    for step, expected in (("back", seen[1]), ("back", seen[0]), ("forward", seen[1]), ("forward", seen[2])):
        address = page.url
        page.evaluate(f"history.{step}()")
        changed(page, address)
        expect(rows(page)).to_have_text([text.replace("\t", "") for text in expected])
    page.evaluate("history.go(-2)")
    until(page, f"location.href === {start!r}")
    assert page.evaluate("history.length") == length + 2


def test_a_country_is_picked_and_released_by_its_name(server: str, page: Page) -> None:
    open_page(page, f"{server}/?{FIRST}")
    name = rows(page).get_by_role("button", name="Lithuania", exact=True)
    name.focus()
    page.keyboard.press("Enter")
    expect(name).to_have_attribute("aria-pressed", "true")
    expect(page.locator("tr.ptm-picked")).to_contain_text("Lithuania")
    expect(page.locator(".st-key-bar")).to_contain_text("in, from or to Lithuania")
    # Twenty came by way of Ukraine: no filter cuts their journey.
    expect(page.locator("h1")).to_contain_text("29 people moved to Lithuania")
    until(page, "location.search.includes('country=LT')")
    name.click()
    expect(page.locator("tr.ptm-picked")).to_have_count(0)
    expect(rows(page)).to_have_count(4)
    until(page, "!location.search.includes('country=')")


def test_a_bar_of_the_chart_picks_its_country_and_releases_it(server: str, page: Page) -> None:
    open_page(page, f"{server}/?{FIRST}")
    chart = page.locator('[class*="st-key-bars-"] .vega-embed')
    chart.scroll_into_view_if_needed()
    settled(page)
    chart.click(position={"x": 200, "y": 14})
    until(page, "location.search.includes('country=PL')")
    settled(page)
    expect(page.locator("tr.ptm-picked")).to_contain_text("Poland")
    row = page.locator(".ptm-table tr.ptm-picked")
    expect(row).to_contain_text("89")
    chart.click(position={"x": 200, "y": 14})
    until(page, "!location.search.includes('country=')")
    expect(page.locator("tr.ptm-picked")).to_have_count(0)


def test_an_event_is_picked_in_the_timeline(server: str, page: Page) -> None:
    open_page(page, f"{server}/?v=2&date=2025-11/2025-12&tab=timeline&t=2025-12-31")
    page.get_by_role("button", name="Release of two Catholic priests", exact=True).click()
    until(page, "location.search.includes('event=2025-11-20')")
    expect(page.get_by_role("heading", level=1)).to_contain_text("2 people were released")


def test_a_transfer_is_picked_in_the_list_of_movements(server: str, page: Page) -> None:
    open_page(page, f"{server}/?{FIRST}&tab=movements")
    line = page.locator('[data-ptm-id="2025-12-13-by-lt"]')
    line.locator("summary").click()
    line.get_by_role("button", name="Show this transfer alone").click()
    until(page, "location.search.includes('transfer=2025-12-13-by-lt')")
    expect(page.locator(".ptm-transfer")).to_have_count(1)
    expect(page.locator(".ptm-transfer.ptm-picked")).to_have_count(1)


def test_the_open_panel_and_the_language_travel_in_the_link(server: str, page: Page) -> None:
    open_page(page, f"{server}/?{FIRST}&lang=uk")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Польща")
    expect(rows(page).filter(has_text="Литва")).to_contain_text("29")
    page.get_by_role("tab", name="Evidence").click()
    until(page, "location.search.includes('tab=evidence')")
    page.reload()
    until(page, PLAYER)
    expect(page.get_by_role("tab", name="Evidence")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("heading", name="Worth checking")).to_be_visible()


def test_the_link_is_copied_as_it_stands_and_said(server: str, visit: Callable[..., Visit]) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"]).page
    open_page(page, f"{server}/?{FIRST}&basis=all")
    page.get_by_role("button", name="Copy link").click()
    said = page.locator(".st-key-bar [role=status]")
    expect(said).to_contain_text(f"Copied: {server}/?v=2")
    copied = page.evaluate("navigator.clipboard.readText()")
    headline, doubt = (page.locator(part).inner_text() for part in ("h1.ptm-headline", ".ptm-doubt"))
    elsewhere = visit().page
    open_page(elsewhere, copied)
    assert elsewhere.locator("h1.ptm-headline").inner_text() == headline
    assert elsewhere.locator(".ptm-doubt").inner_text() == doubt
    assert unquote(elsewhere.url) == unquote(page.url)


def test_what_may_not_be_copied_stands_selected(server: str, page: Page) -> None:
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('no'))")
    open_page(page, f"{server}/?{FIRST}")
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".st-key-bar [role=status]")).to_contain_text("The text is selected")
    selected = page.evaluate("getSelection().toString() || document.activeElement.value")
    assert selected.startswith(f"{server}/?v=2&data=belarus-2024-2025@")


def test_what_is_shared_is_complete(server: str, page: Page) -> None:
    open_page(page, f"{server}/?{FIRST}&tab=share")
    files = page.locator(".ptm-files a")
    assert [link.get_attribute("aria-label") for link in files.all()] == [
        *("countries.csv", "countries.geojson", "countries.parquet"),
        *("transfers.csv", "transfers.geojson", "transfers.parquet"),
        *("claims.csv", "map.html", "selection.zip", "dataset.zip"),
    ]
    assert all("event=2025-12-13" in str(link.get_attribute("href")) for link in files.all()[:-1])
    frame = page.get_by_role("textbox", name="frame").input_value()
    assert frame.startswith(f'<iframe src="{server}/?embed=true&v=2&data=')
    assert "read_csv" in page.get_by_role("textbox", name="for pandas").input_value()


@pytest.mark.parametrize("width", [390, 900])
def test_an_embedded_page_is_headline_map_and_a_link_home(
    server: str, visit: Callable[..., Visit], width: int
) -> None:
    page, record = (seen := visit(viewport={"width": width, "height": 860})).page, seen.record
    open_page(page, f"{server}/?embed=true&{FIRST}")
    expect(page.get_by_role("heading", level=1)).to_have_text(HEADLINE)
    expect(page.get_by_text("OpenStreetMap contributors").first).to_be_visible()
    for absent in ("stSidebar", "stTabs", "stDownloadButton", "stButton"):
        expect(page.get_by_test_id(absent)).to_have_count(0)
    home = page.get_by_role("link", name="Open the full page")
    assert home.get_attribute("target") == "_blank"
    assert "noopener" in str(home.get_attribute("rel"))
    with page.context.expect_page() as opened:
        home.click()
    expect(opened.value.get_by_role("tab", name="Countries")).to_be_visible()
    assert "embed" not in opened.value.url
    assert record.errors == []
