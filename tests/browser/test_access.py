"""Everything can be perceived and worked: axe-core finds nothing on any panel, in any theme, at any width."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from dashboard.panels import PANELS
from tests.browser.conftest import Visit, unmoving, until, visits
from tests.browser.test_page import open_page

FIRST = "v=2&event=2025-12-13&status=done&t=2025-12-18"
PHONE = {"width": 390, "height": 844}


def barriers(page: Page) -> list[str]:
    """Return what axe-core finds: rule, element and reason, a line each."""
    page.mouse.move(0, 0)
    unmoving(page)  # axe would measure the contrast of colours half-way
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.fixture(scope="module", params=["light", "dark"])
def shown(request: pytest.FixtureRequest, server: str, browser: Browser) -> Iterator[Page]:
    """A page in either theme, whose panels are opened one after another."""
    with visits(browser) as visit:
        page = visit(color_scheme=request.param).page
        open_page(page, f"{server}/?{FIRST}&tab={[*PANELS][-1]}")
        yield page


@pytest.mark.xdist_group("panels")
@pytest.mark.parametrize("tab", PANELS)
def test_no_panel_has_barriers(shown: Page, tab: str) -> None:
    shown.locator(f"[role=tab]:nth-of-type({[*PANELS].index(tab) + 1})").click()
    until(shown, f"location.search.includes('tab={tab}')")
    assert barriers(shown) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nor_has_the_number_that_is_open(server: str, visit: Callable[..., Visit], scheme: str) -> None:
    page = visit(color_scheme=scheme).page
    open_page(page, f"{server}/?{FIRST}&figure=UA.remained")
    expect(page.get_by_role("dialog")).to_contain_text("5 people remained in Ukraine")
    assert barriers(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("query", ["tab=countries&country=LT", "tab=movements", "tab=share", "embed=true"])
def test_nor_has_a_telephone(server: str, visit: Callable[..., Visit], query: str, scheme: str) -> None:
    page = visit(color_scheme=scheme, viewport=PHONE).page
    open_page(page, f"{server}/?{FIRST}&{query}")
    assert barriers(page) == []


def test_nor_have_a_link_that_cannot_be_had_and_an_empty_selection(server: str, page: Page) -> None:
    open_page(page, f"{server}/?v=2&event=never&date=2031&basis=all&compare=adopted&tab=evidence")
    assert barriers(page) == []
