/* A screen in a hall: the map glides from view to view, a beacon stands on what is spoken of, and the keys of
   a clicker are heard wherever the focus is. Loaded after map.js, and only where a view is presented.
   What it tells the page carries `frame` and `sum`, how many scenes forward all its keys ask for: two keys
   that come in one answer are both counted. */
(function () {
  "use strict";

  const MEKS = window.MEKS;
  if (MEKS.presents) return;
  MEKS.presents = true;

  const FLIGHT_S = 1.2;
  const REDRAW_MS = 90;
  const NEAR_PX = 2; // a move as short as this is none
  const KEYS = {
    PageDown: 1, ArrowRight: 1, ArrowDown: 1, " ": 1, Enter: 1,
    PageUp: -1, ArrowLeft: -1, ArrowUp: -1, Backspace: -1,
  };
  const ACTS = { Escape: "leave", b: "dark", B: "dark", ".": "dark" };

  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const frame = Math.random().toString(36).slice(2);
  let map, stage, beacon;
  let updating = false;
  let flying = false;
  let nextDraw = 0;
  let sum = 0;

  // ----------------------------------------------------------------- flight

  const { init, update, layout } = MEKS;

  MEKS.init = function (leafletMap, options) {
    map = leafletMap;
    const { on } = map;
    // The end of a flight is no move of the user.
    map.on = function (types, listener, context) {
      const heard = types === "moveend" ? (event) => { if (!flying) listener.call(this, event); } : listener;
      return on.call(this, types, heard, context);
    };
    init(map, options);
    delete map.on;
    const { setView } = map;
    map.setView = function (centre, zoom, how) {
      const silent = Boolean(how) && how.animate === false;
      if (silent && updating && canFly(centre, zoom)) fly(centre, zoom);
      else setView.call(this, centre, zoom, how);
      return this;
    };
    map.on("move", redraw);
    map.on("moveend", land);
  };

  function canFly(centre, zoom) {
    if (calm || !MEKS.drawn || map.getSize().x < 40) return false;
    const way = map.latLngToContainerPoint(centre).distanceTo(map.getSize().divideBy(2));
    return way > NEAR_PX || Math.abs(zoom - map.getZoom()) > 0.01;
  }

  function fly(centre, zoom) {
    flying = true;
    map.flyTo(centre, zoom, { duration: FLIGHT_S });
  }

  /** Leaflet only stretches what it drew before a flight: draw it anew on the way, or half the map would be blank. */
  function redraw() {
    const begun = performance.now();
    if (!flying || begun < nextDraw) return;
    map.eachLayer((layer) => { if (layer instanceof L.Renderer) layer._reset(); });
    const now = performance.now();
    nextDraw = now + Math.max(REDRAW_MS, 2 * (now - begun)); // a slow machine glides first
  }

  function land() {
    if (!flying) return;
    flying = false;
    map.getContainer().classList.remove("meks-zooming");
    if (stage) layout(stage);
  }

  MEKS.layout = function (next) {
    stage = next;
    layout(next);
  };

  // ----------------------------------------------------------------- beacon

  MEKS.update = function (scene) {
    updating = true;
    try {
      update(scene);
    } finally {
      updating = false;
    }
    light(scene);
  };

  /** Put the beacon on the chosen plant or city. Regions and lines have an outline of their own. */
  function light({ selected, sites, cities }) {
    const found = selected && [...sites, ...cities].find(({ id }) => id === selected);
    const key = found ? [found.id, found.lat, found.lon, found.dx_px || 0, found.size_px || 0].join() : "";
    if (beacon && beacon.key === key) return;
    if (beacon) beacon.remove();
    beacon = null;
    if (!found) return;
    const element = document.createElement("div");
    element.style.setProperty("--reach", `${(found.size_px || 16) / 2 + 10}px`);
    element.append(document.createElement("i"), document.createElement("i"));
    const icon = L.divIcon({ html: element, className: "meks-beacon", iconSize: [0, 0], iconAnchor: [-(found.dx_px || 0), -(found.dy_px || 0)] });
    beacon = L.marker([found.lat, found.lon], { icon, interactive: false, keyboard: false, zIndexOffset: 2e7 }).addTo(map);
    beacon.key = key;
  }

  // ------------------------------------------------------------------- keys

  function tell(what) {
    window.Streamlit.setComponentValue({ ...what, n: Date.now() + 0.5 });
  }

  /** Let everything that is told carry what the keys asked for so far. */
  function withSum() {
    if (!window.Streamlit || withSum.done) return;
    withSum.done = true;
    const send = window.Streamlit.setComponentValue;
    window.Streamlit.setComponentValue = (value) => send.call(window.Streamlit, { ...value, frame, sum });
  }

  function onKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    const { target, key } = event;
    if (target.closest && target.closest("input, textarea, select, [contenteditable=true]")) return;
    const presses = key === " " || key === "Enter";
    if (presses && target.closest && target.closest("button, a, [role=button], .meks-icon")) return;
    const by = KEYS[key];
    if (by) step(by);
    else if (ACTS[key]) tell({ event: ACTS[key] });
    else if (key === "f" || key === "F") fill();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function step(by) {
    sum += by;
    tell({ event: "step" });
  }

  /** Fill the whole screen, or give it back. */
  function fill() {
    const page = window.parent.document;
    const done = page.fullscreenElement ? page.exitFullscreen() : page.documentElement.requestFullscreen();
    done.catch((error) => console.warn(error));
  }

  withSum();
  window.addEventListener("keydown", onKey, true);
  if (window.parent !== window) {
    const outer = window.parent;
    if (outer.meksQuiet) outer.meksQuiet();
    outer.addEventListener("keydown", onKey, true);
    outer.meksQuiet = () => outer.removeEventListener("keydown", onKey, true);
    window.addEventListener("pagehide", outer.meksQuiet);
  }
})();
