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

  /** Return the frames that show a map, as [window, document]. */
  function maps() {
    return [...document.querySelectorAll("iframe")]
      .filter((frame) => shown(frame) && frame.contentDocument)
      .map((frame) => [frame.contentWindow, frame.contentDocument])
      .filter(([, page]) => {
        const map = page.querySelector(".leaflet-container");
        return map && shown(map) && paths(page, ".leaflet-pane path") > 0;
      });
  }

  const READY = {
    empty: (want) => document.body.innerText.includes(want.text),
    plain: (want) => maps().some(([view, page]) =>
      page.querySelectorAll("path.bench-plant").length === want.plants
      && paths(page, "path.bench-region") === want.regions
      && page.querySelectorAll(".leaflet-marker-icon").length === want.cities
      && remember(view)),
    ours: (want) => maps().some(([view, page]) =>
      page.querySelectorAll(".leaflet-marker-pane .meks-icon").length === want.plants
      && paths(page, ".leaflet-meks-base-pane path") >= want.regions
      && page.querySelectorAll(".leaflet-meks-cities-pane .meks-icon").length === want.cities
      && remember(view)),
  };

  function remember(view) {
    bench.view = view;
    return true;
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
        const there = maps().map(([view]) => view);
        if (there.length === 0) bench.blank += at - last;
        if (there.length && !there.includes(bench.frame)) {
          bench.frames += 1;
          bench.frame = there[there.length - 1];
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
    const [first] = maps();
    const view = first && first[0];
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

  /** Return the marks of what was waited for; `text` is in the message that carries the drawing. */
  bench.marks = (text) => {
    const start = bench.click || performance.timeOrigin;
    const sent = bench.sent.find((at) => at >= start) || NaN;
    const after = bench.got.filter((message) => message.at >= sent);
    const latin = new TextDecoder("latin1");
    const carrier = after.find((message) => latin.decode(message.data).includes(text));
    const inside = bench.view ? bench.view.bench : { opened: NaN, rendered: [] };
    const rendered = inside.rendered.find((at) => carrier && at >= carrier.at) || NaN;
    return {
      start, sent, carrier: carrier ? carrier.at : NaN, opened: inside.opened, rendered,
      painted: bench.painted, finished: after.length ? after[after.length - 1].at : NaN,
      bytes: carrier ? carrier.data.byteLength : NaN, frames: bench.frames, blank: bench.blank,
    };
  };
})();
