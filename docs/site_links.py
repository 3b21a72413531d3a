"""Every link of the built site leads somewhere, and no page loads anything from elsewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from sphinx.application import Sphinx

LOADS = {
    ("img", "src"), ("script", "src"), ("link", "href"), ("iframe", "src"), ("source", "src"),
    ("source", "srcset"), ("img", "srcset"), ("object", "data"), ("video", "src"), ("use", "href"),
}  # fmt: skip
IN_CSS = re.compile(r"(?:url\(\s*['\"]?|@import\s+['\"])((?:https?:)?//[^'\")\s]+)")


class Page(HTMLParser):
    """Links and anchors of one page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where a tag leads to, and what leads to it."""
        for name, value in attrs:
            if name in ("id", "name") and value:
                self.anchors.add(value)
            elif (tag, name) == ("a", "href") and value:
                self.links.append(value)
            elif (tag, name) in LOADS and value:
                self.loads.append(value)

    def has(self, fragment: str) -> bool:
        """Say whether there is such an anchor, written plainly or with escapes."""
        return not fragment or fragment in self.anchors or unquote(fragment) in self.anchors


def faults(site: Path) -> tuple[list[str], int, list[str]]:
    """Look up every link of a folder of pages.

    Returns
    -------
    tuple
        What is wrong, in words; how many links inside the site were looked up; addresses outside
        that readers are pointed to, which are not looked up.
    """
    pages = {p.resolve(): Page(p.read_text("utf-8")) for p in sorted(site.rglob("*.html"))}
    wrong, inside, outside = [], 0, set()
    for path, page in pages.items():
        here = path.relative_to(site.resolve())
        for link in page.links + page.loads:
            parts = urlsplit(link)
            if parts.scheme in ("http", "https") or parts.netloc:
                outside.add(link)
                if link in page.loads:
                    wrong.append(f"{here}: loads {link}")
            elif not parts.scheme:
                inside += 1
                target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
                if not target.is_file():
                    wrong.append(f"{here}: {link} leads nowhere")
                elif target in pages and not pages[target].has(parts.fragment):
                    wrong.append(f"{here}: {link} has no such anchor")
    for style in sorted(site.rglob("*.css")):
        found = IN_CSS.findall(style.read_text("utf-8"))
        wrong += [f"{style.name}: loads {address}" for address in found]
    return wrong, inside, sorted(outside)


def check(app: Sphinx, error: Exception | None) -> None:
    """Stop the build at a link that leads nowhere, and list the addresses outside."""
    if error is not None:
        return
    site = Path(app.outdir)
    wrong, inside, outside = faults(site)
    (site.parent / "addresses_outside.txt").write_text("\n".join(outside) + "\n", "utf-8")
    if wrong:
        raise SystemExit("\n".join(wrong))
    pages = len(list(site.rglob("*.html")))
    print(f"{pages} pages, {inside} links inside hold, {len(outside)} addresses outside")
