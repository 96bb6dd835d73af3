/* Lines on the map: a layer of canvases, what is under the pointer, what to say about the archive.
   A change of the filter paints the canvases anew from tiles that are there; it asks for nothing. */
(function () {
  "use strict";

  const MEKS = window.MEKS;
  const { html } = MEKS.draw;
  const { prepare, nearest } = MEKS.lines;
  const TILE_PX = 256;
  const [FIRST_ZOOM, LAST_ZOOM] = [3, 14];
  const PICK_PX = 6;
  const RATIO_MAX = 2;
  const LOADING_MS = 600;
  const RETRY_MS = 3000;
  const [FORBIDDEN, NOT_FOUND] = [403, 404];

  const Canvases = L.GridLayer.extend({
    createTile(coords, done) {
      return this.options.create(coords, done);
    },
    /** A tile is there at once: a fade would show each repaint of the view twice. */
    _tileReady(...about) {
      const map = this._map;
      const fades = map && map._fadeAnimated;
      if (map) map._fadeAnimated = false;
      L.GridLayer.prototype._tileReady.apply(this, about);
      if (map) map._fadeAnimated = fades;
    },
  });

  /** Return the layer: `update(lines, lang, number)` shows those of a scene or none, `hover`, `leave`, `click`, `state`. */
  MEKS.lineLayer = function ({ map, tip, sheet, emit, say, onNote, onDrawn }) {
    const shown = new Map(); // key -> {canvas, coords, tile, done, painted}
    let lines = null;
    let filter = null;
    let tiles = null;
    let failed = null;
    let words = {};
    let lang = "";
    let frame = 0;
    let updates = 0;
    let paints = 0;
    let pointed = null; // what is to be looked up in the next frame
    let tipped = false;
    let noted = "";
    let since = 0;
    let waiting = 0;
    let retrying = 0;

    const layer = new Canvases({
      pane: "meks-lines", minZoom: FIRST_ZOOM, maxZoom: LAST_ZOOM, bounds: map.options.maxBounds, noWrap: true,
      keepBuffer: 1, updateInterval: 80, updateWhenZooming: false, create,
    });
    layer.on("tileunload", ({ coords }) => {
      const key = keyOf(coords);
      const entry = shown.get(key);
      shown.delete(key);
      if (entry && !entry.tile && tiles) tiles.drop(coords.z, coords.x, coords.y);
    });
    const chosen = L.layerGroup().addTo(map); // the selected line, where no tile has it
    const renderer = L.svg({ pane: "meks-over", padding: 0.4 });
    let chosenAt = null; // the zoom at which that is
    const note = html("div", "meks-lines-note");
    note.setAttribute("role", "status");
    note.hidden = true;
    const control = L.control({ position: "bottomright" });
    control.onAdd = () => note;
    control.addTo(map);
    map.on("moveend zoomend", () => { tell(); plan(); });
    map.on("zoomend", () => { if (tileZoom() !== chosenAt) choose(); });

    // ------------------------------------------------------------- update

    function update(next, language, nth) {
      updates = nth;
      paints = 0;
      lang = language;
      document.body.dataset.meksLines = 0;
      const had = tiles && tiles.url;
      lines = next || null;
      choose();
      if (!lines) {
        layer.remove();
        say("");
        tell();
        return;
      }
      words = lines.names.words;
      filter = prepare(lines);
      if (had !== lines.url || failed) {
        failed = null;
        say("");
        tiles = MEKS.lineTiles(lines.url);
        for (const entry of shown.values()) load(entry);
      }
      for (const entry of shown.values()) entry.painted = "";
      if (!map.hasLayer(layer)) layer.addTo(map);
      since = performance.now();
      tell();
      // symbols and regions first: they are on the screen with the next frame
      requestAnimationFrame(() => setTimeout(paintAll));
      if (tipped && pointed) look();
    }

    /** Draw the selected line at the zooms at which its tiles lack it: there it is some pixels long. */
    function choose() {
      const found = lines && lines.selected_line;
      chosen.clearLayers();
      chosenAt = tileZoom();
      if (!found || (found.shown >> chosenAt) & 1) return;
      const about = { ...found, isHollow: lines.ahead.includes(lines.selected) };
      for (const [color, weight, dash] of MEKS.chosenStrokes(sheet, about)) {
        L.polyline(found.paths, {
          renderer, interactive: false, smoothFactor: 0, color, weight, opacity: 1, dashArray: dash.join() || null, lineCap: dash.length ? "butt" : "round",
        }).addTo(chosen);
      }
    }

    // -------------------------------------------------------------- tiles

    const keyOf = ({ z, x, y }) => `${z}/${x}/${y}`;

    function create(coords, done) {
      const canvas = document.createElement("canvas");
      const entry = { canvas, coords, tile: null, done, painted: "" };
      shown.set(keyOf(coords), entry);
      load(entry);
      return canvas;
    }

    /** Give an entry its tile: at once when it is kept, else when it has come. Till then its picture stays. */
    function load(entry) {
      const { z, x, y } = entry.coords;
      const from = tiles;
      const found = from.get(z, x, y);
      entry.tile = null;
      entry.painted = "";
      if (!(found instanceof Promise)) {
        entry.tile = found;
        paint(entry);
        Promise.resolve().then(() => finish(entry)); // Leaflet knows the canvas only then
        return;
      }
      found.then((tile) => {
        if (from !== tiles || !isShown(entry)) return;
        entry.tile = tile;
        paint(entry);
        finish(entry);
        MEKS.lineOperators(lines && lines.operators_url);
      }, (error) => {
        if (from === tiles && error.name !== "AbortError") fail(error);
      });
    }

    const isShown = (entry) => shown.get(keyOf(entry.coords)) === entry;

    function finish(entry) {
      if (!isShown(entry)) return;
      entry.done(null, entry.canvas);
      plan();
    }

    function fail(error) {
      if (error.isPassing) {
        if (!retrying) retrying = setTimeout(retry, RETRY_MS);
        return; // the note says that lines are on their way
      }
      if (failed) return;
      failed = error;
      onDrawn();
      console.error(error);
      say({ [FORBIDDEN]: words.forbidden_tiles, [NOT_FOUND]: words.no_tiles }[error.status] || words.damaged_tiles || String(error));
      tell();
    }

    function retry() {
      retrying = 0;
      if (lines) for (const entry of shown.values()) if (!entry.tile) load(entry);
    }

    // -------------------------------------------------------------- paint

    const scaleOf = (z) => 2 ** (map.getZoom() - z);
    const tileZoom = () => Math.max(FIRST_ZOOM, Math.min(LAST_ZOOM, Math.round(map.getZoom())));

    function plan() {
      if (!frame && lines) frame = requestAnimationFrame(paintAll);
    }

    function paint(entry) {
      const { canvas, coords, tile } = entry;
      const isCurrent = coords.z === tileZoom(); // others wait for their successors: they change with the filter alone
      const zoom = isCurrent ? map.getZoom() : coords.z;
      const ratio = Math.min(window.devicePixelRatio || 1, RATIO_MAX);
      const state = [zoom, ratio].join();
      if (!tile || (entry.painted && (!isCurrent || entry.painted === state))) return;
      MEKS.paintLines(canvas, tile, {
        filter, sheet, zoom, scale: 2 ** (zoom - coords.z), ratio, selected: lines.selected, letters: lines.letters,
      });
      entry.painted = state;
    }

    /** Paint what is in view in this frame, and what is not right after it. */
    function paintAll() {
      cancelAnimationFrame(frame);
      frame = 0;
      if (!lines) return;
      const z = tileZoom();
      const rest = [];
      let missing = 0;
      const view = map.getPixelBounds(map.getCenter(), map.getZoom());
      for (const entry of shown.values()) {
        const side = TILE_PX * scaleOf(entry.coords.z);
        const { x, y } = entry.coords;
        const inView = x * side < view.max.x && (x + 1) * side > view.min.x && y * side < view.max.y && (y + 1) * side > view.min.y;
        if (!inView) rest.push(entry);
        else {
          paint(entry);
          missing += entry.coords.z === z && !entry.tile;
        }
      }
      if (rest.length) setTimeout(() => { if (lines) rest.filter(isShown).forEach(paint); });
      if (missing) wait();
      else settle();
    }

    function settle() {
      const settled = updates;
      clearTimeout(waiting);
      waiting = 0;
      since = 0;
      tell();
      requestAnimationFrame(() => requestAnimationFrame(() => {
        if (settled !== updates) return;
        paints += 1;
        MEKS.linesDrawn = { n: settled, at: performance.now() };
        document.body.dataset.meksLines = paints;
        onDrawn();
      }));
    }

    function wait() {
      if (!since) since = performance.now();
      if (!waiting) waiting = setTimeout(() => { waiting = 0; tell(); }, LOADING_MS);
    }

    // --------------------------------------------------------------- note

    /** Say what is not drawn at this zoom, or that lines are still on their way. */
    function tell() {
      let text = "";
      const count = lines && !failed ? lines.left_out[tileZoom()] : 0;
      if (lines && !failed && since && performance.now() - since >= LOADING_MS - 20) text = words.loading || "";
      else if (count > 0) text = (words.not_drawn || "{count}").replace("{count}", MEKS.lineNumber(lang, count));
      if (text === noted) return;
      noted = text;
      note.textContent = text;
      note.hidden = !text;
      onNote();
    }

    // ------------------------------------------------------------ pointer

    /** Return {tile, i} of the passing line nearest to a point of the frame within reach, or null. */
    function pick(point) {
      if (!lines || !map.hasLayer(layer)) return null;
      const z = tileZoom();
      const scale = scaleOf(z);
      const at = map.project(map.containerPointToLatLng(point), z);
      const reach = PICK_PX / scale;
      let best = null;
      let least = Infinity;
      for (let x = Math.floor((at.x - reach) / TILE_PX); x <= Math.floor((at.x + reach) / TILE_PX); x += 1) {
        for (let y = Math.floor((at.y - reach) / TILE_PX); y <= Math.floor((at.y + reach) / TILE_PX); y += 1) {
          const entry = shown.get(keyOf({ z, x, y }));
          if (!entry || !entry.tile) continue;
          const units = entry.tile.extent / TILE_PX;
          const found = nearest(entry.tile, filter, (at.x - x * TILE_PX) * units, (at.y - y * TILE_PX) * units, reach * units);
          if (found && found[1] / units < least) {
            least = found[1] / units;
            best = { tile: entry.tile, i: found[0] };
          }
        }
      }
      return best;
    }

    /** Show the tip of the line under the pointer in the next frame; call `otherwise` when there is none. */
    function hover(event, otherwise) {
      const asked = pointed && pointed.frame;
      pointed = { point: map.mouseEventToContainerPoint(event.originalEvent), otherwise, frame: asked };
      if (!lines) look();
      else if (!asked) pointed.frame = requestAnimationFrame(look);
    }

    function look() {
      if (!pointed) return;
      pointed.frame = 0;
      const found = pick(pointed.point);
      map.getContainer().classList.toggle("meks-over-line", found !== null);
      if (found) tip.show(...MEKS.describeLine(found.tile, found.i, { lines, filter, lang }), pointed.point);
      else pointed.otherwise();
      tipped = found !== null;
    }

    /** The pointer is over something else now. */
    function leave() {
      if (!pointed) return;
      cancelAnimationFrame(pointed.frame);
      pointed = null;
      tipped = false;
      map.getContainer().classList.remove("meks-over-line");
    }

    /** Report the line under a click, whose tiles name its row, and where the map stands; return whether there is one. */
    function click(event) {
      const found = pick(map.mouseEventToContainerPoint(event.originalEvent));
      if (found && event.originalEvent.detail < 2) { // else half a double click
        const { lat, lng } = map.getCenter();
        const [here, there, zoom] = [lat.toFixed(4), lng.toFixed(4), map.getZoom().toFixed(2)].map(Number);
        emit({ event: "line", row: found.tile.n[found.i], url: lines.url, lat: here, lon: there, zoom });
      }
      return found !== null;
    }

    return { update, hover, leave, click, state: () => noted };
  };
})();
