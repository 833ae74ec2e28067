"""A whole visit, watched from both ends: nobody but the visitor and the server takes part."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import Visit, settled, until

# Runs in the server before anything else, and writes down every host it looks up or connects to.
WATCH = """
import sys

def watch(event, arguments):
    if event == "socket.getaddrinfo":
        note(arguments[0])
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        note(arguments[1][0])

def note(host):
    if host not in (None, "", "localhost", "127.0.0.1", "::1"):
        with open({log!r}, "a") as file:
            print(host, file=file)

sys.addaudithook(watch)
note("watching")
"""


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    """File in whose folder Python finds the watch, and that the watch writes to."""
    log = tmp_path / "calls"
    (tmp_path / "sitecustomize.py").write_text(WATCH.format(log=str(log)), encoding="utf-8")
    return log


def test_a_visit_stays_between_visitor_and_server(
    start: Callable[..., str], visit: Callable[..., Visit], calls: Path
) -> None:
    server = start(environment={"PYTHONPATH": str(calls.parent)})
    page, record = (seen := visit(viewport={"width": 1000, "height": 700})).page, seen.record

    page.goto(server)
    settled(page)
    until(page, "document.querySelector('[data-ptm-ready=true]')")
    clock = "document.querySelector('[data-ptm-ready]').dataset.ptmTime"
    before = page.evaluate(clock)
    if page.evaluate("document.querySelector('[data-ptm-ready]').dataset.ptmPlaying") != "true":
        page.locator(".ptm-play").click()
    until(page, f"{clock} !== '{before}'")
    page.locator(".ptm-play").click()

    address = page.url
    page.get_by_test_id("stSidebar").get_by_text("planned", exact=True).click()
    until(page, f"location.href !== {address!r}")
    settled(page)
    for tab in page.get_by_role("tab").all():
        tab.click()
        settled(page)
        if tab.inner_text() == "Timeline":
            page.get_by_test_id("stVegaLiteChart").locator("svg").first.wait_for()
    names = []
    while len(names) < 3 and not any(name.startswith("countries_belarus-2024-2025@") for name in names):
        settled(page)
        # A run that begins with the click replaces the file that it asks for: on a busy machine it may be gone.
        with page.expect_download() as download:
            page.get_by_test_id("stDownloadButton").get_by_role("button").click()
        names.append(download.value.suggested_filename)
    assert names[-1].startswith("countries_belarus-2024-2025@")

    asked = [address for address in record.requests if not address.startswith(("data:", "blob:"))]
    assert {urlsplit(address).netloc for address in asked} == {urlsplit(server).netloc}
    assert record.errors == []
    assert calls.read_text() == "watching\n"
