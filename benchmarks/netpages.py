"""Pages with networks in a browser: what is awaited, what it costs the server, what is sent."""

import base64
import json
import os
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from google.protobuf.message import DecodeError
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

_PROBE = (Path(__file__).parent / "netprobe.js").read_text(encoding="utf-8")
_SCREEN: ViewportSize = {"width": 1440, "height": 900}
_WAIT_MS = 120_000
_BOX_MS = 20_000
_BINARY = 2
_MEMORY_LEVEL = 5  # of the packing, as uvicorn sets it
_FLUSH_MARK = 4  # bytes that a flush ends with, and that are never sent
#: The message with the map, by the name of its element.
MAP = "map"


@dataclass
class Cost:
    """One interaction: seconds to painted, of the server's processor; bytes by element."""

    seconds: float
    cpu: float
    blank_ms: float
    http: int
    wire: int
    elements: Counter[str] = field(default_factory=Counter)

    @property
    def sent(self) -> int:
        """All bytes that came to the browser, packed as they came."""
        return self.http + self.wire


class Server:
    """The process that listens on a port of this machine: its processor time and memory."""

    def __init__(self, url: str) -> None:
        port = url.rsplit(":", 1)[1].encode()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"--server.port" in words and words[words.index(b"--server.port") + 1] == port:
                self._folder = folder
                return
        msg = f"no process serves {url}"
        raise RuntimeError(msg)

    def cpu(self) -> float:
        """Return the seconds of processor used so far, in steps of 10 ms."""
        words = (self._folder / "stat").read_text().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> float:
        """Return the memory in use now."""
        lines = (self._folder / "status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


class Traffic:
    """What comes to one page: messages by element, and answers to requests.

    A browser shows messages unpacked. Where the two sides agreed to pack them, they are packed here
    once more in the same way: one stream a connection, flushed after each message.
    """

    def __init__(self, page: Page) -> None:
        self.http, self.wire, self.messages = 0, 0, list[bytes]()
        self._packing: zlib._Compress | None = None
        tools = page.context.new_cdp_session(page)
        tools.send("Network.enable")
        tools.on("Network.webSocketHandshakeResponseReceived", self._agreed)
        tools.on("Network.webSocketFrameReceived", self._frame)
        tools.on("Network.loadingFinished", self._answer)

    def _agreed(self, event: dict[str, Any]) -> None:
        headers = {k.lower(): v for k, v in event["response"]["headers"].items()}
        agreed = headers.get("sec-websocket-extensions", "")
        if "permessage-deflate" in agreed:
            named = re.search(r"server_max_window_bits=(\d+)", agreed)
            bits = int(named[1]) if named else zlib.MAX_WBITS
            self._packing = zlib.compressobj(wbits=-bits, memLevel=_MEMORY_LEVEL)

    def _packed(self, raw: bytes) -> int:
        if self._packing is None:
            return len(raw)
        made = self._packing.compress(raw) + self._packing.flush(zlib.Z_SYNC_FLUSH)
        return len(made) - _FLUSH_MARK

    def _frame(self, event: dict[str, Any]) -> None:
        answer = event["response"]
        data = answer["payloadData"]
        raw = base64.b64decode(data) if answer["opcode"] == _BINARY else data.encode()
        self.messages.append(raw)
        self.wire += self._packed(raw)

    def _answer(self, event: dict[str, Any]) -> None:
        self.http += int(event["encodedDataLength"])

    def clear(self) -> None:
        """Forget what came so far."""
        self.http, self.wire, self.messages = 0, 0, []

    def elements(self) -> Counter[str]:
        """Return the bytes of the messages by kind of element."""
        found: Counter[str] = Counter()
        for raw in self.messages:
            found[_name(raw)] += len(raw)
        return found


def _name(raw: bytes) -> str:
    """Return the kind of element that a message carries."""
    try:
        message = ForwardMsg.FromString(raw)
    except DecodeError:
        return "unreadable"
    kind = message.WhichOneof("type") or "nothing"
    if kind != "delta":
        return kind
    if message.delta.WhichOneof("type") != "new_element":
        return str(message.delta.WhichOneof("type"))
    element = message.delta.new_element.WhichOneof("type") or "empty"
    return MAP if element == "component_instance" else element


class Opened:
    """One open page and its server; `patience_ms` is how long anything may take on it."""

    def __init__(
        self,
        context: BrowserContext,
        server: Server,
        want: dict[str, Any],
        patience_ms: int = _WAIT_MS,
    ) -> None:
        self._patience_ms = patience_ms
        self.page = context.new_page()
        self.page.add_init_script(f"window.netWant = {json.dumps(want)};\n{_PROBE}")
        self.traffic = Traffic(self.page)
        self.server = server

    def open(self, url: str, also: str = "document.querySelector('.st-key-reset')") -> Cost:
        """Ask for the page and wait until it is painted, whole and at rest."""
        cpu = self.server.cpu()
        self.page.goto(url, wait_until="commit")
        return self._cost(cpu, also)

    def _cost(self, cpu: float, also: str = "true") -> Cost:
        self.until(f"window.net && net.painted > 0 && {also} && net.quiet()")
        found = self.page.evaluate("[(net.painted - net.start) / 1000, net.blank]")
        elements = self.traffic.elements()
        spent = self.server.cpu() - cpu
        return Cost(found[0], spent, found[1], self.traffic.http, self.traffic.wire, elements)

    def until(self, condition: str) -> None:
        """Wait for a condition of the page.

        Raises
        ------
        RuntimeError
            If it does not come; says what is missing.
        """
        try:
            self.page.wait_for_function(condition, polling=25, timeout=self._patience_ms)
        except PlaywrightTimeoutError as error:
            state = self.page.evaluate("window.net && net.state()")
            msg = f"not so after {self._patience_ms / 1000:.0f} s: {condition}: {json.dumps(state)}"
            raise RuntimeError(msg) from error

    def act(self, want: dict[str, Any], do: Callable[[], object], also: str = "true") -> Cost:
        """Do something on the page; return what it took until it was painted and at rest.

        Parameters
        ----------
        also
            A condition of the page without which it is not at rest.
        """
        self.begin(want)
        cpu = self.server.cpu()
        do()
        return self._cost(cpu, also)

    def begin(self, want: dict[str, Any]) -> None:
        """Be ready to wait for what comes next."""
        self.page.wait_for_timeout(300)
        self.traffic.clear()
        self.page.evaluate("(want) => net.arm(want)", want)

    def box(self, zone: str) -> Callable[[], object]:
        """Return what clicks the box of a zone.

        Raises
        ------
        RuntimeError
            If the sidebar has no such box.
        """
        found = self.page.locator(f".st-key-w-zone-{zone} label")
        try:
            found.wait_for(timeout=_BOX_MS)
        except PlaywrightTimeoutError as error:
            msg = f"the sidebar has no box for the zone {zone}: {self.page.url}"
            raise RuntimeError(msg) from error
        found.scroll_into_view_if_needed()
        return found.click

    def frame_box(self) -> dict[str, float]:
        """Return where the map's frame is on the screen."""
        frames = self.page.locator("iframe").all()
        boxes = [frame.bounding_box() for frame in frames]
        large = max((box for box in boxes if box), key=lambda box: box["height"])
        return dict(large)


@contextmanager
def profile(browser: Browser) -> Iterator[BrowserContext]:
    """Yield a browser profile that knows nothing and wants no movement that is not needed."""
    context = browser.new_context(viewport=_SCREEN, locale="kk-KZ", reduced_motion="reduce")
    context.set_default_timeout(_WAIT_MS)
    try:
        yield context
    finally:
        context.close()
