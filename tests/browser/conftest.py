"""A real browser that keeps a record of all it does."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, WebSocket, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--disable-background-networking",
]
PATIENCE_MS = 30_000  # what a page may take on a machine that does other things as well
expect.set_options(timeout=PATIENCE_MS)

REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`violation of ${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
"""


@dataclass
class Record:
    """What a page did: addresses it asked for, errors on its console, lengths of the websocket's frames."""

    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    received: list[int] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Write down what `page` does from now on; violations of the security policy are errors."""
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._console)
        page.on("websocket", self._websocket)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location['url']})")

    def _websocket(self, socket: WebSocket) -> None:
        self.requests.append(socket.url)
        socket.on("framesent", lambda payload: self.sent.append(len(payload)))
        socket.on("framereceived", lambda payload: self.received.append(len(payload)))


@dataclass(frozen=True)
class Visit:
    """A page, and the record of what it did."""

    page: Page
    record: Record


def until(page: Page, expression: str, seconds: float = 60) -> Any:
    """Return the value of a JavaScript expression as soon as it is true.

    Playwright's own `wait_for_function` needs `eval` in the page, which the content security policy forbids.
    """
    end = time.monotonic() + seconds
    while not (value := page.evaluate(expression)):
        assert time.monotonic() < end, f"not true within {seconds} s: {expression}"
        page.wait_for_timeout(50)
    return value


def settled(page: Page) -> None:
    """Wait until Streamlit has run the script and drawn every element."""
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    until(page, "!document.querySelector('[data-testid=stSkeleton]')")


def unmoving(page: Page) -> None:
    """Wait until no colour or size is on its way to another."""
    settled(page)
    until(page, "!document.getAnimations().some((one) => one instanceof CSSTransition)")


def executable() -> str | None:
    """Return the Chromium that `tests/run` found, or one on the path; None for Playwright's own."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium that draws WebGL in software: the one `tests/run` found, else Playwright's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def visits(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Open pages, each in a context of its own, until the block ends; takes the options of `Browser.new_context`."""
    contexts = []

    def visit(**options: Any) -> Visit:
        context = browser.new_context(**({"viewport": {"width": 1440, "height": 900}} | options))
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(REPORT_VIOLATIONS)
        record = Record()
        page = context.new_page()
        record.watch(page)
        return Visit(page, record)

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Open a page in a context of its own, for one test; takes the options of `Browser.new_context`."""
    with visits(browser) as visit:
        yield visit


@pytest.fixture
def page(visit: Callable[..., Visit]) -> Page:
    """A page, 1440 wide and 900 high."""
    return visit().page
