"""Make the pictures of this folder from the running page: ``python -m tests.browser.gallery``."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from tests.benchmarks.crowd import crowd
from tests.benchmarks.page import served
from tests.browser.conftest import FLAGS, executable, settled, until
from tests.conftest import APP

FOLDER = Path(__file__).parent
FIRST = "event=2025-12-13&status=done"
PLAYER = "document.querySelector('[data-ptm-ready=true]')"
WIDE, PHONE = (1440, 900), (390, 844)

PICTURES: dict[str, tuple[str, tuple[int, int], str]] = {
    "first_view": (f"{FIRST}&t=2025-12-19", WIDE, "light"),
    "mid_play": (FIRST, WIDE, "light"),
    "dark": (f"{FIRST}&t=2025-12-19", WIDE, "dark"),
    "phone": (f"{FIRST}&t=2025-12-19", PHONE, "light"),
    "sources_differ": (f"{FIRST}&basis=all&t=2025-12-19", WIDE, "light"),
    "article_alone": ("event=2025-12-13&basis=article-2025-12&t=2025-12-19", WIDE, "light"),
    "picked": (f"{FIRST}&country=LT&t=2025-12-19&tab=timeline", (1440, 1700), "light"),
    "everything": ("date=2024-07/2025-12&t=2025-12-31", WIDE, "light"),
}
"""Name, link, size of the window, theme."""

MANY: dict[str, tuple[str, tuple[int, int], str]] = {
    "many": ("v=2&t=2021-06-01", WIDE, "light"),
    "large": ("v=2&t=2021-06-01", (1920, 1200), "dark"),
}
"""The same of synthetic movements, of which there are a thousand."""


def make(address: str, pictures: dict[str, tuple[str, tuple[int, int], str]], browser: Browser) -> None:
    """Take pictures of a server's page."""
    for name, (query, (width, height), theme) in pictures.items():
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=theme)  # type: ignore[arg-type]  # a plain str
        page.goto(f"{address}/?{query}")
        until(page, PLAYER, seconds=60)
        settled(page)
        if "&t=" not in query:
            until(page, f"{PLAYER}.dataset.ptmTime > '2025-12-13T12'", seconds=60)
            page.locator(".ptm-play").click()
            settled(page)
        page.wait_for_timeout(1500)  # labels and the last frame
        page.screenshot(path=FOLDER / f"{name}.png")
        page.close()


with ExitStack() as stack:
    chromium = stack.enter_context(sync_playwright()).chromium
    started = chromium.launch(executable_path=executable(), args=FLAGS)
    thousand = crowd(Path(stack.enter_context(TemporaryDirectory())) / "synthetic", 1_000)
    make(stack.enter_context(served(APP)), PICTURES, started)
    make(stack.enter_context(served(APP, "--data", str(thousand))), MANY, started)
    started.close()
