"""The page in a frame of another site: only of those that the keeper lists."""

from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.browser.conftest import Visit, until

READY = "document.querySelector('[data-ptm-ready=true]')"


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and logs nothing."""

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[int]:
    """Port of a site that frames whatever page its address names: `frame.html?ADDRESS`."""
    (tmp_path / "frame.html").write_text(
        "<!doctype html><title>Journal</title><link rel=icon href='data:,'>"
        "<iframe width=1200 height=800></iframe>"
        "<script>document.querySelector('iframe').src = decodeURIComponent(location.search.slice(1))</script>",
        encoding="utf-8",
    )
    site = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path))
    thread = Thread(target=site.serve_forever)
    thread.start()
    yield site.server_port
    site.shutdown()
    thread.join()
    site.server_close()


def test_only_listed_sites_show_the_page(
    start: Callable[..., str], visit: Callable[..., Visit], journal: int
) -> None:
    # One site under two names: two origins, and the listed one is foreign to 127.0.0.1 in every sense.
    listed, other = f"http://localhost:{journal}", f"http://127.0.0.1:{journal}"
    server = start(environment={"STREAMLIT_CLIENT_ALLOWED_ORIGINS": listed})
    address = f"{server}/?embed=true%26event=2025-12-13%26status=done"

    page, record = (seen := visit()).page, seen.record
    page.goto(f"{listed}/frame.html?{address}")
    until(page, "window.frames.length")
    frame = page.frames[1]
    frame.wait_for_selector("[data-ptm-ready=true]", timeout=60_000)
    assert frame.url.startswith(server)
    before = frame.evaluate(f"{READY}.dataset.ptmTime")
    if frame.evaluate(f"{READY}.dataset.ptmPlaying") != "true":
        frame.locator(".ptm-play").click()
    frame.wait_for_selector(f"[data-ptm-time]:not([data-ptm-time='{before}'])")
    assert record.errors == []

    page = visit().page
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.goto(f"{other}/frame.html?{address}")
    assert page.frames[1].url == "chrome-error://chromewebdata/"
