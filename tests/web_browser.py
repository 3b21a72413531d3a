"""A browser for the tests of pages: Debian's Chromium, with the network cut."""

from __future__ import annotations

import os
import shutil
import time

import pytest

from hotspot_gaps.judging import judge
from hotspot_gaps.settings import Settings


def absent(reason):
    """Skip, and say so; where everything must be there, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def judged():
    """Judge the built-in tables, writing nothing."""
    return judge(Settings())


@pytest.fixture(scope="module")
def browser():
    """Start one browser for a module."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        absent("playwright is not installed")
    path = shutil.which("chromium")
    if path is None:
        absent("there is no program chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path)
        yield running
        running.close()


class Watched:
    """A page with its requests, console errors and exceptions."""

    def __init__(self, browser, address, **options):
        self.context = browser.new_context(offline=True, accept_downloads=True, **options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.requests, self.failed, self.errors = [], {}, []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("requestfailed", lambda r: self.failed.update({r.url: r.failure}))
        self.page.on(
            "console",
            lambda line: self.errors.append(line.text) if line.type in {"error", "warning"} else 0,
        )
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.open(address)

    def open(self, address):
        self.page.goto("about:blank")
        self.page.goto(address)
        self.page.wait_for_selector("html.ready", state="attached")

    def until(self, expression, within_s=60):
        """Wait until an expression of JavaScript holds; the policy forbids Playwright's own way."""
        last = time.monotonic() + within_s
        while not self.page.evaluate(expression):
            assert time.monotonic() < last, f"never: {expression}"
            self.page.wait_for_timeout(25)

    def text(self, selector):
        return " ".join(self.page.inner_text(selector).split())

    def names(self):
        """Return the names in the table, from the top."""
        return self.page.locator("#rows th").all_inner_texts()


@pytest.fixture
def opened(browser):
    """Open addresses, and close them afterwards."""
    pages = []

    def open_page(address, **options):
        pages.append(Watched(browser, address, **options))
        return pages[-1]

    yield open_page
    for watched in pages:
        watched.context.close()
