"""Pages run without a browser, on one build of the shipped registers; the repo's `var/` stays."""

import json
import os
import re
from html import unescape

import pytest
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest

#: A run is a fraction of a second; only a machine that does much else needs longer.
PATIENCE_S = 120


class Page:
    """A page as a reader finds it; `address` is the query string that the browser would show."""

    def __init__(self, root, query, locale=None):
        self._root = root
        self.at = AppTest.from_file(
            root / "meks_geo" / "ui" / "main.py", default_timeout=PATIENCE_S
        )
        self.at.context = {"locale": locale}
        self.go(query)

    def go(self, query):
        """Open another address in the same session, as Back or a pasted link does."""
        self.at.query_params = dict(part.split("=", 1) for part in query.split("&") if part)
        return self.run()

    def turn(self, name):
        """Turn to another page of the product."""
        self.at.switch_page(str(self._root / "pages" / f"{name}.py"))
        return self.run()

    def run(self):
        self.at.run()
        assert not self.at.exception, [e.message for e in self.at.exception]
        return self

    # -- what stands on it ----------------------------------------------------------------

    @property
    def address(self):
        return dict(self.at.query_params)

    @property
    def html(self):
        """Pieces of markup that the page writes itself, without the style sheet."""
        bodies = [element.proto.body for element in self.at.html]
        return [body for body in bodies if not body.startswith("<style>")]

    @property
    def text(self):
        return "\n".join(plain(body) for body in self.html)

    def part(self, name):
        """The text of the pieces whose outermost class is `name`."""
        found = [plain(b) for b in self.html if re.match(rf'<\w+ class="{name}"', b)]
        return "\n".join(found)

    @property
    def tiles(self):
        """The strip of totals: what stands beside each name."""
        strips = ('<div class="tiles">', '<div class="tiles six">')
        (strip,) = [body for body in self.html if body.startswith(strips)]
        found = re.findall(r'tile-name">(.*?)</div><div class="tile-value">(.*?)</div>', strip)
        return {plain(name): plain(value) for name, value in found}

    def tiles_of(self, name):
        """The strip of figures of that class: what stands under each name."""
        (strip,) = [b for b in self.html if b.startswith(f'<div class="tiles {name}">')]
        found = re.findall(r'tile-name">(.*?)</div><div class="tile-value">(.*?)</div>', strip)
        return {plain(name): plain(value) for name, value in found}

    @property
    def card(self):
        """The card's own text: all that stands in its container."""
        return "\n".join(plain(e.proto.body) for e in self.block("card").get("html"))

    def block(self, key):
        """The container with that key."""
        (found,) = [b for b in blocks(self.at._tree) if key_of(b) == key]
        return found

    def box(self, key):
        (found,) = [c for c in self.at.checkbox if c.key == key]
        return found

    def button(self, key):
        (found,) = [b for b in self.at.button if b.key == key]
        return found

    @property
    def headers(self):
        """The column headers of the page's tables as a reader sees them."""
        return [h for frame in self.at.dataframe for h in shown_headers(frame)]

    @property
    def labels(self):
        """Every word of the frame: labels, headings, headers and options, not the data."""
        kinds = (
            "checkbox", "slider", "date_input", "selectbox", "multiselect", "text_input",
            "expander", "segmented_control", "page_link", "download_button",
        )  # fmt: skip
        words = {element.label for kind in kinds for element in self.at.get(kind)}
        words |= {o for kind in ("selectbox",) for e in self.at.get(kind) for o in e.options}
        words |= {e.placeholder for e in (*self.at.text_input, *self.at.multiselect)}
        words |= {e.value for e in (*self.at.warning, *self.at.info, *self.at.error)}
        frame = ("brand", "asof", "facet-title", "table-title", "latest-title", "tile-name", "age")
        for body in self.html:
            words |= {plain(w) for w in re.findall(rf'class="(?:{"|".join(frame)})">(.*?)</', body)}
            words |= {plain(word) for word in re.findall(r"<dt>(.*?)</dt>", body)}
        words |= {b.label for b in self.at.button if b.key in ("reset", "loosen-all")}
        words |= {b.proto.help for b in (*self.at.button, *self.at.download_button)}
        words |= set(self.headers)
        return {re.sub(r" :gray\[.*?\]$", "", word) for word in words if word}


def plain(markup):
    """The text of a piece of markup."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", markup))).strip()


def blocks(block):
    for child in getattr(block, "children", {}).values():
        yield child
        yield from blocks(child)


def key_of(block):
    found = re.search(r"-([a-z-]+)$", getattr(getattr(block, "proto", None), "id", "") or "")
    return found.group(1) if found else None


def shown_headers(frame):
    columns = json.loads(frame.proto.columns or "{}")
    return [c["label"] for name, c in columns.items() if c and not c.get("hidden") and "label" in c]


@pytest.fixture
def open_page(root, store, monkeypatch):
    """Open the product at an address: `open_page("lang=ru&zone=red", page="sources")`."""
    monkeypatch.setenv("MEKS_GEO_VAR", os.fspath(store.var))
    monkeypatch.delenv("MEKS_GEO_ROOT", raising=False)
    monkeypatch.delenv("MEKS_GEO_STAMP", raising=False)
    # A new AppTest reads every installed package for components of a kind that no page uses:
    # that alone would be more than half of the time of these tests.
    monkeypatch.setattr(
        BidiComponentManager, "discover_and_register_components", lambda *_, **__: None
    )

    def open_one(query="", page="map", locale=None):
        opened = Page(root, query, locale)
        return opened if page == "map" else opened.turn(page)

    return open_one
