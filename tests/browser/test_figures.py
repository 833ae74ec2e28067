"""Numbers that open, on a page that holds nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, settled

pytestmark = pytest.mark.xdist_group("figures")  # one server for all

EVIL = '<img src=x onerror="alert(1)">'
SCRIPT = f"""
import streamlit as st

from dashboard.components.cells import Cell, sentence, table
from dashboard.components.figure_table import figures, opened

def note(key):
    st.session_state.setdefault("chosen", []).append(opened(key))

wide = st.toggle("wide")
says = sentence([Cell("123 people", "people"), " were released in ", {EVIL!r}, "."])
figures(says, key="says", on_open=lambda: note("says"))
arrived = Cell("114–115" if wide else "114", "UA.arrived", "arrived in Ukraine: show the claims")
rows = [["Ukraine", arrived, "0"], [Cell("A paper", href="javascript:alert(1)"), Cell({EVIL!r}, "PL.arrived"), "1"]]
figures(table("People", ["Country", "Arrived", "Sources"], rows), key="people", on_open=lambda: note("people"))
st.text("chosen: " + " ".join(st.session_state.get("chosen", [])))
"""


@pytest.fixture(scope="module")
def address(start: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page with a sentence and a table, and under them the figures that were chosen."""
    script = Path(tmp_path_factory.mktemp("page") / "page.py")
    script.write_text(SCRIPT, encoding="utf-8")
    return start(app=script)


def open_page(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("h1.ptm-headline").wait_for()
    page.locator(".ptm-table").wait_for()
    settled(page)


def test_every_choice_of_a_number_is_reported(address: str, page: Page) -> None:
    open_page(page, address)
    chosen = page.get_by_text("chosen:")
    arrived = page.get_by_role("button", name="arrived in Ukraine: show the claims")
    arrived.click()
    expect(chosen).to_have_text("chosen: UA.arrived")
    settled(page)
    arrived.click()
    expect(chosen).to_have_text("chosen: UA.arrived UA.arrived")
    settled(page)
    page.get_by_role("button", name="123 people").focus()
    page.keyboard.press("Enter")
    expect(chosen).to_have_text("chosen: UA.arrived UA.arrived people")


def test_a_table_that_changes_keeps_the_focus(address: str, page: Page) -> None:
    open_page(page, address)
    arrived = page.get_by_role("button", name="arrived in Ukraine: show the claims")
    page.get_by_text("wide").click()
    arrived.focus()
    expect(arrived).to_have_text("114–115")
    expect(arrived).to_be_focused()


def test_texts_are_never_markup(address: str, visit: Callable[..., Visit]) -> None:
    page, record = (seen := visit()).page, seen.record
    open_page(page, address)
    expect(page.locator("h1.ptm-headline")).to_have_text(f"123 people were released in {EVIL}.")
    expect(page.get_by_role("button", name=EVIL)).to_be_visible()
    expect(page.get_by_role("rowheader", name="A paper")).to_be_visible()
    assert (
        page.locator(".ptm-table").get_by_role("link").count() == page.locator(".ptm-table img").count() == 0
    )
    expect(page.locator(".ptm-nought")).to_have_text("0")
    assert record.errors == []
