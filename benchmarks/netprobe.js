/* Runs in every frame before any other script. All times are milliseconds since 1970 by the
   monotonic clock of the browser. It looks only while something is awaited: twenty pages at rest
   must cost nothing. */
(() => {
  "use strict";
  const now = () => performance.timeOrigin + performance.now();
  const { net: above } = window === window.top ? {} : window.top;

  if (above) {
    window.addEventListener("meks", (event) => above.events.push({ at: now(), what: event.detail.event }), true);
    for (const kind of ["click", "mouseup"]) {
      window.addEventListener(kind, (event) => {
        if (event.isTrusted) above.start = performance.timeOrigin + event.timeStamp;
      }, true);
    }
    return;
  }

  const net = (window.net = {
    events: [], heard: 0, large: 0, start: performance.timeOrigin, painted: 0, blank: 0, draws: 0, drawnAt: 0, want: null,
  });
  const LARGE = 10_000; // bytes: a message with a drawing

  window.WebSocket = class extends window.WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        net.heard = now();
        if (data.byteLength > LARGE) net.large = net.heard;
      });
    }
  };
  for (const name of ["drawArrays", "drawElements", "drawArraysInstanced", "drawElementsInstanced"]) {
    const plain = window.WebGL2RenderingContext && WebGL2RenderingContext.prototype[name];
    if (!plain) continue;
    WebGL2RenderingContext.prototype[name] = function (...given) {
      net.draws += 1;
      net.drawnAt = now();
      return plain.apply(this, given);
    };
  }
  document.addEventListener("click", (event) => { net.start = performance.timeOrigin + event.timeStamp; }, true);

  /** Return the window of the map of record, or null. */
  net.view = () => {
    for (const frame of document.querySelectorAll("iframe")) {
      const inside = frame.contentWindow;
      if (inside && inside.MEKS && inside.document.querySelector(".leaflet-container")) return inside;
    }
    return null;
  };

  const stamp = (name) => {
    const view = net.view();
    const said = view && view.MEKS[name];
    return said ? { n: said.n, at: view.performance.timeOrigin + said.at } : { n: 0, at: 0 };
  };
  const card = () => (document.querySelector(".st-key-card") || { textContent: "" }).textContent;
  const inFrames = (name) => [...document.querySelectorAll("iframe")]
    .reduce((sum, frame) => sum + (frame.contentDocument ? frame.contentDocument.getElementsByClassName(name).length : 0), 0);
  const hasLines = (view) => Boolean(view && view.document.querySelector(".leaflet-meks-lines-pane canvas"));

  /** Each returns when what is wanted was painted, 0 for not yet, or true for "in two frames from now". */
  const DONE = {
    lines: ({ after }) => { const said = stamp("linesDrawn"); return said.n > after && said.at; },
    map: ({ after }) => { const said = stamp("drawn"); return said.n > after && said.at; },
    panned: () => { const said = stamp("linesDrawn"); return net.start && said.at > net.start && said.at; },
    card: ({ before }) => card() !== before && card() !== "",
    shapes: ({ count }) => inFrames("bench-line") === count,
    gl: () => net.start > 0 && net.large > net.start && net.drawnAt > net.large,
    message: () => net.start > 0 && net.large > net.start,
  };

  let last = 0;
  let ready = 0;
  let looking = false;
  function tick() {
    const at = now();
    const { want } = net;
    if (want.watching && !hasLines(net.view())) net.blank += at - last;
    last = at;
    if (ready) {
      if (ready === 1) ready = 2;
      else net.painted = at;
    } else {
      const done = DONE[want.kind](want);
      if (done === true) ready = 1;
      else if (done) net.painted = done;
    }
    looking = !net.painted;
    if (looking) requestAnimationFrame(tick);
  }

  /** Begin to wait; `fresh` when the page itself is what is waited for. */
  net.arm = (want, fresh = false) => {
    const name = want.kind === "map" ? "drawn" : "linesDrawn";
    net.want = { ...want, before: fresh ? "" : card(), after: fresh ? 0 : stamp(name).n };
    Object.assign(net, { events: [], painted: 0, blank: 0 });
    if (!fresh) net.start = 0;
    ready = 0;
    last = now();
    if (!looking) requestAnimationFrame(tick);
    looking = true;
  };
  if (window.netWant) net.arm(window.netWant, true);

  /** Tell whether the script has ended and nothing came from the server for a while. */
  net.quiet = () => {
    const app = document.querySelector("[data-testid=stApp]");
    return Boolean(app) && app.dataset.testScriptState === "notRunning" && now() - net.heard > 400;
  };

  /** Tell whether it was painted so long ago that nobody will report a move: the map met its bounds. */
  net.rested = () => net.painted > 0 && now() - net.painted > 1500;

  /** Return how far things are, for the message when something never comes. */
  net.state = () => ({
    want: net.want && net.want.kind, start: net.start, events: net.events, painted: net.painted > 0, quiet: net.quiet(), lines: stamp("linesDrawn"), map: stamp("drawn"),
    shapes: inFrames("bench-line"), draws: net.draws,
    complaint: net.view() ? net.view().document.querySelector(".meks-notice").textContent : "no map",
  });

  /** Return points of the map's frame at which a line is picked, some way apart. */
  net.lines = async (most, apart, bottom) => {
    const view = net.view();
    const page = view.document;
    const box = page.querySelector(".leaflet-container");
    const found = [];
    for (let y = 20; y < Math.min(box.clientHeight, bottom) - 20; y += 7) {
      for (let x = 20; x < box.clientWidth - 20; x += 61) {
        if (found.some((one) => Math.hypot(one.x - x, one.y - y) < apart)) continue;
        const target = page.elementFromPoint(x, y);
        if (!target || target.closest(".leaflet-control, .meks-icon")) continue;
        target.dispatchEvent(new view.MouseEvent("mousemove", { bubbles: true, clientX: x, clientY: y, view }));
        await new Promise((then) => view.requestAnimationFrame(() => view.requestAnimationFrame(then)));
        if (box.classList.contains("meks-over-line")) found.push({ x, y });
        if (found.length === most) return found;
      }
    }
    return found;
  };

  /** Return the ms of one pick: the whole handling of a click that reports nothing. */
  net.pick = ({ x, y }, times) => {
    const view = net.view();
    const target = view.document.elementFromPoint(x, y);
    const begun = performance.now();
    for (let n = 0; n < times; n += 1) {
      target.dispatchEvent(new view.MouseEvent("click", { bubbles: true, clientX: x, clientY: y, detail: 2, view }));
    }
    return (performance.now() - begun) / times;
  };
})();
