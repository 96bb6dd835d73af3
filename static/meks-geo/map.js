/* The map of record in the browser: draws a scene that Python decided, reports what the user did.
   MEKS.init(map, options) runs once a frame; MEKS.update(scene) runs for every change and redraws
   only what differs. `MEKS.preload[url] = {...}` gives base geometry to a page without a server. */
(function () {
  "use strict";

  const MEKS = window.MEKS;
  const { svg, html, setStyle, areaFill, symbol, tag, widths } = MEKS.draw;

  const HIT_PX = 24; // smallest click area
  const PICK_PX = 13; // a click belongs to the nearest symbol within this distance
  const MOVE_MS = 250; // a pan is reported when the map has rested this long
  const LINES_MS = 1500; // the page waits this long for lines that are slow to come
  const DOUBLE_CLICK_MS = 220; // a click on a region waits to see whether it is half a double click
  const LIMITS = [[28, 22], [66, 112]];
  const PLAIN_ZOOM = 9; // from here on a region's fill would hide the colour of its lines
  const RANK_ZOOM = [0, 4, 5, 6.5, 8]; // a name of rank r is shown from this zoom on

  let map, sheet, scene;
  const sites = new Map(); // id -> {marker, drawn, data}
  const cities = new Map();
  const parkedSites = new Map(); // what a filter took away, ready to come back
  const parkedCities = new Map();
  const regions = new Map(); // id -> {layer, polygons, painted}
  const base = { wanted: null, drawn: null, settled: false, group: null, renderer: null };
  const view = { asked: undefined, home: "", sent: [], auto: true, quiet: 0, timer: 0 };
  const notices = { base: "", gazetteer: "", lines: "" };
  let legend, tip, marks, stations, works, lines, gazetteer, labels, notice, scale, selectedRegion, hoveredRegion;
  const controls = { key: "", boxes: [] };
  let attribution = "";
  let lastEvent = 0;
  let updates = 0;
  let told = false; // whether the page knows that the map is there

  // ------------------------------------------------------------------ start

  MEKS.preload = MEKS.preload || {};

  MEKS.init = function (leafletMap, options) {
    map = leafletMap;
    sheet = options.style || MEKS.style;
    setStyle(sheet);
    document.body.classList.add("meks");
    const container = map.getContainer();
    container.style.visibility = "hidden"; // until the base map and the style sheet are there
    container.style.background = sheet.palette.neighbours;

    map.options.zoomSnap = 0.25;
    map.options.maxBoundsViscosity = 0.8;
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
      map._zoomAnimated = false; // fixed by Leaflet before options can be read
      map.options.inertia = false;
    }
    silently(() => map.setMinZoom(3).setMaxZoom(14).setMaxBounds(LIMITS));
    map.attributionControl.setPrefix("Leaflet");
    map.zoomControl.setPosition("topright");

    pane("meks-base", 200);
    pane("meks-lines", 300).style.pointerEvents = "none";
    pane("meks-over", 410).style.pointerEvents = "none";
    pane("meks-marks", 450);
    pane("meks-cities", 590);
    const names = pane("meks-labels", 640);
    names.style.pointerEvents = "none";
    labels = svg("svg", { class: "meks-labels", width: 1, height: 1, "aria-hidden": "true" }, names);
    base.renderer = L.svg({ pane: "meks-base", padding: 0.4 });
    const over = { renderer: L.svg({ pane: "meks-over", padding: 0.4 }), interactive: false, fill: false, smoothFactor: 0.4 };
    hoveredRegion = L.polygon([], { ...over, color: sheet.palette.ink, weight: 1.4 }).addTo(map);
    selectedRegion = L.polygon([], { ...over, color: sheet.palette.accent, weight: 2.8 }).addTo(map);

    legend = MEKS.legend(map, layout);
    scale = new MEKS.Scale({ position: "bottomright", imperial: false, maxWidth: 120 }).addTo(map);
    tip = MEKS.tip(map);
    marks = MEKS.marks({ map, tip, sheet });
    stations = MEKS.stations({ map, tip, sheet });
    works = MEKS.works({ map, tip, emit });
    gazetteer = MEKS.gazetteer();
    notice = html("div", "meks-notice", container);
    notice.setAttribute("role", "alert");
    lines = MEKS.lineLayer({ map, tip, sheet, emit, say: (text) => post("lines", text), onNote: layout, onDrawn: ready });

    map.on("moveend", onMoveEnd);
    map.on("mousemove", onMouseMove);
    map.on("click", lines.click);
    map.on("zoomend", scaleSymbols);
    map.on("zoomend", () => scene && paintRegions());
    map.on("zoomstart", () => container.classList.add("meks-zooming"));
    map.on("dragstart zoomstart mouseout", () => { lines.leave(); tip.hide(); });
    new ResizeObserver(onResize).observe(container);
    whenStyled(() => { controls.key = ""; onResize(); });
    if (document.fonts && document.fonts.load) {
      const faces = ["12px", "bold 12px", "italic 12px"].map((face) => document.fonts.load(`${face} "Noto Sans"`, "Аә"));
      Promise.all(faces).then(() => { widths.clear(); controls.key = ""; layout(); }, () => undefined);
    }
  };

  function pane(name, zIndex) {
    const element = map.createPane(name);
    element.style.zIndex = zIndex;
    return element;
  }

  /** Call back once map.css is in force: streamlit-folium does not wait for style sheets. */
  function whenStyled(then, tries = 120) {
    const there = getComputedStyle(document.body).getPropertyValue("--meks-css").trim();
    if (there || tries === 0) {
      whenStyled.done = true;
      reveal();
      then();
    } else {
      setTimeout(whenStyled, 25, then, tries - 1);
    }
  }

  function reveal() {
    if (whenStyled.done && base.settled) map.getContainer().style.visibility = "";
  }

  // ----------------------------------------------------------------- update

  /** Show a scene as soon as all that it needs is there; one that came later wins. */
  MEKS.update = function (next) {
    if (window.feature_group) window.feature_group.length = 0; // streamlit-folium never empties it
    const number = ++updates;
    const whole = gazetteer.fill(next);
    const settled = loadBase(next, whole);
    if (whole === true) show(next, number, settled, true);
    else whole.then((found) => number === updates && show(next, number, settled, found));
  };

  function show(next, number, settled, whole) {
    scene = next;
    document.documentElement.lang = scene.lang;
    post("gazetteer", whole ? "" : scene.words.base_failed);
    translate();
    legend.draw(scene);
    drawSites();
    drawCities();
    marks.draw(scene);
    stations.draw(scene);
    works.draw(scene);
    paintRegions();
    applyView();
    const isFirst = !base.drawn; // lines wait for the base map
    if (!isFirst) lines.update(scene.lines, scene.lang, number);
    layout();
    settled.then(() => requestAnimationFrame(() => requestAnimationFrame(() => {
      MEKS.drawn = { n: number, at: performance.now() };
      document.body.dataset.meksDrawn = number;
      if (isFirst && number === updates) lines.update(scene.lines, scene.lang, number);
      if (scene.lines) setTimeout(ready, LINES_MS);
      else ready();
    })));
  }

  /** Ask the page for all that is beside the map; till then the browser and the server work for the map alone. */
  function ready() {
    if (!told) emit({ event: "ready" });
    told = true;
  }

  /** Put the words of the reader's language on Leaflet's own controls. */
  function translate() {
    const { words } = scene;
    map.getContainer().setAttribute("aria-label", scene.title);
    for (const [button, word] of [["_zoomInButton", words.zoom_in], ["_zoomOutButton", words.zoom_out]]) {
      const element = map.zoomControl[button];
      element.title = word || "";
      element.setAttribute("aria-label", word || "");
    }
    scale.units = [words.metre || "m", words.kilometre || "km"];
    scale._update();
    if (scene.attribution !== attribution) {
      const safe = html("i", "", null, scene.attribution).innerHTML; // Leaflet takes markup here
      map.attributionControl._attributions = {};
      map.attributionControl.addAttribution(safe);
      attribution = scene.attribution;
    }
  }

  // --------------------------------------------------------------- base map

  /** Read the base map, and draw it after the scene that it is under: only then is known what to show. */
  function loadBase({ base_url: url, words }, whole) {
    if (base.wanted === url) return base.loading;
    base.wanted = url;
    if (base.drawn === url) {
      say("");
      return (base.loading = Promise.resolve());
    }
    const given = MEKS.preload[url];
    const answer = given ? Promise.resolve(given) : fetch(url).then((response) => {
      if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
      return response.json();
    });
    base.loading = Promise.all([answer, whole]).then(([data]) => {
      if (base.wanted === url) drawBase(data, url);
    }).catch((error) => {
      if (base.wanted !== url) return;
      base.wanted = null; // the next update tries again
      console.error(error);
      say(words.base_failed || String(error));
    });
    return base.loading;
  }

  function say(text) {
    post("base", text);
    base.settled = true;
    reveal();
  }

  function post(about, text) {
    notices[about] = text;
    notice.textContent = notices.base || notices.gazetteer || notices.lines;
  }

  function drawBase(data, url) {
    if (base.group) base.group.remove();
    base.group = L.layerGroup();
    regions.clear();
    for (const [id, region] of MEKS.drawBase({ map, group: base.group, renderer: base.renderer, sheet, data })) {
      regions.set(id, region);
      listenToRegion(id, region.layer);
    }
    base.drawn = url;
    if (view.auto) fitHome(); // before the shapes are on the map, or they are projected twice
    base.group.addTo(map);
    say("");
    if (scene) paintRegions();
    layout();
  }

  function listenToRegion(id, layer) {
    let pending = 0;
    layer.on("mousemove", (event) => {
      const found = scene.areas.find((a) => a.id === id);
      lines.hover(event, () => {
        if (found) tip.show([found.label, found.value].filter(Boolean).join(" · "), found.hover, event.containerPoint);
        else tip.hide();
      });
    });
    layer.on("mouseover", () => hoveredRegion.setLatLngs(layer.getLatLngs()));
    layer.on("mouseout", () => { hoveredRegion.setLatLngs([]); lines.leave(); tip.hide(); });
    layer.on("click", (event) => {
      clearTimeout(pending);
      if (lines.click(event)) return;
      pending = setTimeout(emit, DOUBLE_CLICK_MS, { event: "region", id });
    });
    layer.on("dblclick", (event) => {
      clearTimeout(pending);
      map.doubleClickZoom._onDoubleClick(event);
    });
  }

  /** Lines lie under symbols, city marks and marks, and over regions, which ask for them themselves. */
  function onMouseMove(event) {
    const { target } = event.originalEvent;
    if (target.closest(".leaflet-meks-base-pane")) return;
    if (target.closest(".leaflet-interactive, .leaflet-control")) lines.leave();
    else lines.hover(event, tip.hide);
  }

  function paintRegions() {
    const areas = new Map(scene.areas.map((a) => [a.id, a]));
    const plain = Boolean(scene.lines) && map.getZoom() >= PLAIN_ZOOM;
    map.getContainer().classList.toggle("meks-plain", plain);
    for (const [id, region] of regions) {
      const found = areas.get(id);
      const fill = found && found.inside && !plain ? areaFill(found.zone) : sheet.palette.land;
      if (fill !== region.painted) region.layer.setStyle({ fillColor: fill });
      region.painted = fill;
    }
    const places = regions.has(scene.selected) ? regions.get(scene.selected).layer.getLatLngs() : [];
    if (places !== selectedRegion.places) selectedRegion.setLatLngs(places);
    selectedRegion.places = places;
  }

  // ----------------------------------------------------- plants, city marks

  /** Make `kept` hold one marker for each item, redrawing only those that look different.

      What a filter takes away is parked: its element leaves the page, its marker stays with Leaflet,
      so that the next filter brings it back without making it anew. */
  function syncMarkers(kept, parked, items, look, build) {
    const wanted = new Set(items.map((item) => item.id));
    for (const [id, entry] of kept) {
      if (!wanted.has(id)) {
        entry.marker.getElement().remove();
        parked.set(id, entry);
        kept.delete(id);
      }
    }
    for (const item of items) {
      const drawn = JSON.stringify(look(item));
      const waiting = parked.get(item.id);
      if (waiting) {
        parked.delete(item.id);
        kept.set(item.id, waiting);
        if (waiting.drawn === drawn) waiting.marker.getPane().appendChild(waiting.marker.getElement());
      }
      const entry = kept.get(item.id);
      if (entry && entry.drawn === drawn) {
        entry.data = item;
      } else {
        const hadFocus = entry && entry.marker.getElement() === document.activeElement;
        if (entry) entry.marker.remove();
        kept.set(item.id, { data: item, drawn, ...build(item) });
        if (hadFocus) kept.get(item.id).marker.getElement().focus({ preventScroll: true });
      }
      nameMarker(kept.get(item.id).marker, item.title);
    }
  }

  function nameMarker(marker, title) {
    const element = marker.getElement();
    if (element.getAttribute("aria-label") !== title) element.setAttribute("aria-label", title);
  }

  function addMarker(item, { element, size, anchor, paneName, order, listeners }) {
    const icon = L.divIcon({ html: element, className: "meks-icon", iconSize: [size, size], iconAnchor: anchor });
    const marker = L.marker([item.lat, item.lon], { icon, pane: paneName, zIndexOffset: order, keyboard: true });
    return marker.on({ mouseover: listeners.mousemove, mouseout: tip.hide, ...listeners }).addTo(map);
  }

  function drawSites() {
    const { selected } = scene;
    syncMarkers(sites, parkedSites, scene.sites,
      (s) => [s.lat, s.lon, s.dx_px, s.dy_px, s.kind, s.zone, s.size_px, s.hollow, s.at_city, s.status, s.id === selected],
      (s) => {
        const box = Math.max(HIT_PX, s.size_px + 4);
        const chosen = s.id === selected;
        const marker = addMarker(s, {
          element: symbol(s, box, chosen), size: box, anchor: [box / 2 - s.dx_px, box / 2 - s.dy_px],
          paneName: "markerPane", order: chosen ? 1e7 : Math.round((60 - s.size_px) * 1e4), // small over large
          listeners: {
            click: (event) => emit({ event: "select", id: nearestSite(event, s.id) }),
            keydown: (event) => onEnter(event, () => emit({ event: "select", id: s.id })),
            mousemove: (event) => {
              const { data } = sites.get(nearestSite(event, s.id));
              tip.show(data.title, data.hover, map.mouseEventToContainerPoint(event.originalEvent));
            },
          },
        });
        onFocus(marker, () => sites.get(s.id).data);
        return { marker };
      });
    scaleSymbols();
  }

  function sitePoint(data) {
    return map.latLngToLayerPoint([data.lat, data.lon]).add([data.dx_px, data.dy_px]);
  }

  /** Click areas overlap where plants stand close: the symbol nearest to the pointer is meant. */
  function nearestSite(event, otherwise) {
    const at = map.mouseEventToLayerPoint(event.originalEvent);
    let best = otherwise;
    let least = PICK_PX;
    for (const [id, { data }] of sites) {
      const distance = at.distanceTo(sitePoint(data));
      if (distance < least) [best, least] = [id, distance];
    }
    return best;
  }

  function drawCities() {
    const { selected } = scene;
    syncMarkers(cities, parkedCities, scene.cities,
      (c) => [c.lat, c.lon, c.zone, c.value, c.id === selected],
      (c) => {
        const element = html("div", "meks-city");
        const leader = svg("line", { class: "meks-leader" }, svg("svg", { width: 1, height: 1 }, element));
        const label = element.appendChild(tag(c.value, c.zone, c.id === selected));
        const data = () => cities.get(c.id).data;
        const marker = addMarker(c, {
          element, size: 0, anchor: [0, 0], paneName: "meks-cities", order: 0,
          listeners: {
            click: () => emit({ event: "city", id: c.id }),
            keydown: (event) => onEnter(event, () => emit({ event: "city", id: c.id })),
            mousemove: (event) =>
              tip.show(data().title, data().hover, map.mouseEventToContainerPoint(event.originalEvent)),
          },
        });
        onFocus(marker, data);
        return { marker, leader, label };
      });
  }

  function onEnter(event, act) {
    if (event.originalEvent.key !== "Enter" && event.originalEvent.key !== " ") return;
    event.originalEvent.preventDefault();
    act();
  }

  function onFocus(marker, data) {
    const element = marker.getElement();
    element.addEventListener("focus", () => {
      if (!element.matches(":focus-visible")) return;
      tip.show(data().title, data().hover, map.latLngToContainerPoint(marker.getLatLng()));
    });
    element.addEventListener("blur", tip.hide);
  }

  function symbolScale() {
    const zoom = map.getZoom();
    return zoom < 4.5 ? 0.7 : zoom < 5.5 ? 0.85 : 1;
  }

  function scaleSymbols() {
    map.getContainer().style.setProperty("--meks-scale", symbolScale());
  }

  // ------------------------------------------------------------------ view

  /** Run what moves the map without reporting it as the user's move. */
  function silently(act) {
    view.quiet += 1;
    try {
      act();
    } finally {
      view.quiet -= 1;
    }
  }

  /** Show exactly this view: steps of zoom are for the user's hand. */
  function goTo(centre, zoom) {
    const step = map.options.zoomSnap;
    map.options.zoomSnap = 0;
    silently(() => map.setView(centre, zoom, { animate: false }));
    map.options.zoomSnap = step;
  }

  function viewKey(lat, lon, zoom) {
    return `${lat.toFixed(4)},${lon.toFixed(4)},${zoom.toFixed(2)}`;
  }

  function hereKey() {
    const centre = map.getCenter();
    return viewKey(centre.lat, centre.lng, map.getZoom());
  }

  /** Follow the view that the page asks for; an echo of the user's own move is not a wish. */
  function applyView() {
    const asked = scene.view ? viewKey(...scene.view) : "";
    const home = scene.bounds.join();
    const same = asked === view.asked && (asked !== "" || home === view.home);
    const echo = view.sent.lastIndexOf(asked);
    view.asked = asked;
    view.home = home;
    if (echo >= 0) view.sent.splice(0, echo + 1);
    if (same || echo >= 0) return;
    clearTimeout(view.timer);
    view.sent = [];
    view.auto = asked === "";
    if (view.auto) fitHome();
    else if (asked !== hereKey()) {
      const [lat, lon, zoom] = scene.view;
      goTo([lat, lon], zoom);
    }
  }

  /** Show the scene's bounds as large as they go without the legend covering a region, or the selected line that they are of. */
  function fitHome() {
    const size = map.getSize();
    if (!scene || size.x < 40 || size.y < 40) return; // the frame has no size yet; onResize comes back
    const inside = new Set(scene.areas.filter((area) => area.inside).map((area) => area.id));
    const line = scene.lines && scene.lines.selected_line;
    const course = line && new Map([[scene.lines.selected, { polygons: line.paths.map((path) => [path.map(([lat, lon]) => [lon, lat])]) }]]);
    const own = scene.marks.length ? new Map() : inside.size ? new Map([...regions].filter(([id]) => inside.has(id))) : regions;
    const { centre, zoom } = MEKS.home({ map, bounds: scene.bounds, card: legend.cover(), regions: course || own });
    goTo(centre, zoom);
  }

  function onResize() {
    silently(() => map.invalidateSize({ animate: false, pan: !view.auto }));
    if (scene && view.auto) fitHome();
    layout();
  }

  function onMoveEnd() {
    map.getContainer().classList.remove("meks-zooming");
    if (view.quiet) return;
    view.auto = false;
    layout();
    clearTimeout(view.timer);
    view.timer = setTimeout(() => {
      const key = hereKey();
      if (key === (view.sent[view.sent.length - 1] || view.asked)) return;
      view.sent = [...view.sent.slice(-40), key];
      const [lat, lon, zoom] = key.split(",").map(Number);
      emit({ event: "move", lat, lon, zoom });
    }, MOVE_MS);
  }

  /** Tell the page, and whoever listens to "meks" on the document, what the user did. */
  function emit(what) {
    lastEvent = Math.max(lastEvent + 1, Date.now());
    const value = { ...what, n: lastEvent };
    if (window.Streamlit) window.Streamlit.setComponentValue(value);
    document.dispatchEvent(new CustomEvent("meks", { detail: value }));
  }

  // ---------------------------------------------------------------- labels

  /** Place city marks and names anew: called after each move, resize and update. */
  function layout() {
    if (!scene) return;
    MEKS.layout({ map, scene, sites, cities, works: works.entries(), regions, labels, controls: controlBoxes(), sitePoint, symbolScale, rankZoom: RANK_ZOOM });
  }

  /** Return the rectangles of the controls; measured again only when one may have changed its size. */
  function controlBoxes() {
    const size = map.getSize();
    const key = [size.x, size.y, legend.state(), attribution, lines.state()].join();
    if (key !== controls.key) {
      const elements = [...map.getContainer().querySelectorAll(".leaflet-control")];
      controls.boxes = elements.map((element) => MEKS.frameBox(map, element));
      controls.key = key;
    }
    return controls.boxes;
  }
})();
