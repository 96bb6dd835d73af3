/* Runs in every frame before any other script. All times are milliseconds since 1970 by the
   monotonic clock of the browser, so the page, its frames and the driver's delay never mix.

   A map counts as painted at the second animation frame after its shapes stood in the document: the
   same rule for every page, and the one by which MEKS.drawn.at is set. */
(() => {
  "use strict";
  const now = () => performance.timeOrigin + performance.now();

  if (window !== window.top) {
    window.bench = { opened: performance.timeOrigin, rendered: [] };
    window.addEventListener("message", (event) => {
      if (event.data && event.data.type === "streamlit:render") window.bench.rendered.push(now());
    });
    return;
  }

  const bench = (window.bench = {
    got: [], sent: [], click: 0, ready: 0, seen: 0, painted: 0, frames: 0, blank: 0,
    want: window.benchWant || null, // set by the driver for the first drawing
  });

  window.WebSocket = class extends window.WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", (event) => bench.got.push({ at: now(), data: event.data }));
    }

    send(data) {
      bench.sent.push(now());
      super.send(data);
    }
  };

  document.addEventListener("click", (event) => {
    bench.click = performance.timeOrigin + event.timeStamp;
  }, true);

  function shown(element) {
    const box = element.getBoundingClientRect();
    return box.width > 100 && box.height > 100 && getComputedStyle(element).visibility !== "hidden";
  }

  /** Paths with something in them: Leaflet writes "M0 0" for what is outside of the map. */
  function paths(page, selector) {
    return [...page.querySelectorAll(selector)].filter((path) => (path.getAttribute("d") || "").length > 8).length;
  }

  /** Return the first frame, as window, whose map is on the screen and passes a test. */
  function mapWith(test) {
    for (const frame of document.querySelectorAll("iframe")) {
      const page = frame.contentDocument;
      const map = page && page.querySelector(".leaflet-container");
      if (map && test(page) && shown(map) && shown(frame)) return frame.contentWindow; // layout last
    }
    return null;
  }

  const anyMap = () => mapWith((page) => paths(page, ".leaflet-pane path") > 0);
  const count = (page, selector) => page.querySelectorAll(selector).length;

  const READY = {
    empty: ({ text }) => [...document.querySelectorAll("p")].some((line) => line.innerText === text),
    plain: (want) => remember(mapWith((page) => count(page, "path.bench-plant") === want.plants
      && count(page, ".leaflet-marker-icon") === want.cities
      && paths(page, "path.bench-region") === want.regions)),
    ours: (want) => remember(mapWith((page) => count(page, ".leaflet-marker-pane .meks-icon") === want.plants
      && count(page, ".leaflet-meks-cities-pane .meks-icon") === want.cities
      && paths(page, ".leaflet-meks-base-pane path") >= want.regions)),
  };

  function remember(view) {
    bench.view = view || bench.view;
    return Boolean(view);
  }

  /** The product says itself that it has drawn; it is believed only if the shapes are there too. */
  function said() {
    if (bench.want.kind !== "ours") return 0;
    const { MEKS } = bench.view;
    if (!MEKS.drawn || MEKS.drawn.n <= bench.want.after) return NaN;
    return bench.view.performance.timeOrigin + MEKS.drawn.at;
  }

  let last = now();
  function tick() {
    const at = now();
    if (bench.want) {
      if (bench.watching) {
        const there = anyMap();
        if (!there) bench.blank += at - last;
        if (there && there !== bench.frame) {
          bench.frames += 1;
          bench.frame = there;
        }
      }
      if (!bench.painted) {
        if (bench.ready && !bench.seen) bench.seen = at;
        if (!bench.ready && READY[bench.want.kind](bench.want)) bench.ready = at;
        if (bench.seen && !Number.isNaN(said())) bench.painted = Math.max(bench.seen, said());
      }
    }
    last = at;
    requestAnimationFrame(tick);
  }
  requestAnimationFrame(tick);

  /** Start to wait for the next state of the map, on a page that shows one. */
  bench.arm = (want) => {
    const view = anyMap();
    const drawn = view && view.MEKS && view.MEKS.drawn;
    Object.assign(bench, {
      got: [], sent: [], click: 0, painted: 0, ready: 0, seen: 0, frame: view, frames: 0, blank: 0,
      watching: true, want: { ...want, after: drawn ? drawn.n : 0 },
    });
  };

  /** Tell whether the script has ended and nothing came from the server for a while. */
  bench.quiet = () => {
    const app = document.querySelector("[data-testid=stApp]");
    const heard = bench.got.length ? bench.got[bench.got.length - 1].at : 0;
    return Boolean(app) && app.dataset.testScriptState === "notRunning" && now() - heard > 400;
  };

  /** Return how far things are, for the message when something never comes. */
  bench.state = () => {
    const frames = [...document.querySelectorAll("iframe")].map((frame) => {
      const page = frame.contentDocument;
      return page && {
        plants: count(page, ".leaflet-marker-pane .meks-icon, path.bench-plant"),
        regions: paths(page, ".leaflet-meks-base-pane path, path.bench-region"),
        icons: count(page, ".leaflet-marker-icon"),
      };
    });
    return { want: bench.want, ready: bench.ready > 0, painted: bench.painted > 0, quiet: bench.quiet(), frames };
  };

  const known = []; // hashes of messages that carried a drawing

  /** Tell whether a message carries the drawing, or names one that the browser has kept. */
  function carries(message, text) {
    const latin = new TextDecoder("latin1").decode(message.data);
    if (known.some((hash) => latin.includes(hash))) return true;
    if (!latin.includes(text)) return false;
    const [key, length] = new Uint8Array(message.data); // field 1 of ForwardMsg: its hash, a string
    if (key === 0x0a && length > 20) known.push(latin.slice(2, 2 + length));
    return true;
  }

  /** Return the marks of what was waited for; `text` is in the message that carries the drawing. */
  bench.marks = (text) => {
    const start = bench.click || performance.timeOrigin;
    const sent = bench.sent.find((at) => at >= start) || NaN;
    const after = bench.got.filter((message) => message.at >= sent);
    const carrier = after.find((message) => carries(message, text));
    const inside = bench.view ? bench.view.bench : { opened: NaN, rendered: [] };
    const rendered = inside.rendered.find((at) => carrier && at >= carrier.at) || NaN;
    return {
      start, sent, carrier: carrier ? carrier.at : NaN, opened: inside.opened, rendered,
      painted: bench.painted, finished: after.length ? after[after.length - 1].at : NaN,
      bytes: carrier ? carrier.data.byteLength : NaN, frames: bench.frames, blank: bench.blank,
    };
  };
})();
