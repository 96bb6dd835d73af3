"""What tests of one page share: the page alone, without a browser and the frame around it."""

import re
from html import unescape

from streamlit.testing.v1 import AppTest

PATIENCE_S = 120


class OnePage:
    """A page as a reader finds it."""

    def __init__(self, root, name, query):
        self.at = AppTest.from_file(root / "pages" / f"{name}.py", default_timeout=PATIENCE_S)
        self.go(query)

    def go(self, query):
        """Open another address in the same session."""
        self.at.query_params = dict(part.split("=", 1) for part in query.split("&") if part)
        return self.run()

    def run(self):
        self.at.run()
        return self.checked()

    def checked(self):
        """The page itself, which has not failed."""
        assert not self.at.exception, [e.message for e in self.at.exception]
        return self

    @property
    def html(self):
        """Pieces of markup that the page writes itself, without style sheets."""
        bodies = [element.proto.body for element in self.at.html]
        return [body for body in bodies if not body.startswith("<style>")]

    @property
    def text(self):
        return plain(" ".join(self.html))

    @property
    def tiles(self):
        """What stands beside the name of each tile."""
        found = re.findall(
            r'tile-name">(.*?)</div><div class="tile-value">(.*?)</div>', " ".join(self.html)
        )
        return {plain(name): plain(value) for name, value in found}

    def one(self, kind, key):
        """The widget of a kind with that key."""
        (found,) = [one for one in getattr(self.at, kind) if one.key == key]
        return found

    def row(self, words):
        """The text of the first row of a table in which words stand; "" for none."""
        rows = [row for body in self.html for row in re.findall(r"<tr>(.*?)</tr>", body)]
        return next((text for text in map(plain, rows) if words in text), "")


def plain(markup):
    """The text of a piece of markup."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", markup))).strip()
