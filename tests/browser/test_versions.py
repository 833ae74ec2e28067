"""The data it ships with: the first view, and a link of the version before."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Visit, settled
from tests.browser.test_page import open_page


def test_an_old_link_says_what_was_then_and_what_is_now(
    start: Callable[..., str], visit: Callable[..., Visit]
) -> None:
    page, address = visit().page, start()
    open_page(page, address)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "123 people were released in Belarus on 13 December 2025; "
        "87 remained in Poland, 29 in Lithuania, 5 in Ukraine and 2 in Germany."
    )
    expect(page.locator(".ptm-notice")).to_have_count(0)
    page.goto(f"{address}/?v=2&data=belarus-2024-2025@96dad1d5&event=2025-12-13&status=done")
    settled(page)
    expect(page.locator(".ptm-notice")).to_contain_text("89 remained in Poland then, 87 now")
