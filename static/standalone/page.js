/* The page of the file: the frame around the map, what is chosen, layers, languages, print.
   The map is that of the product; here its events are answered where otherwise a server does. */
(function () {
  "use strict";

  const MEKS = window.MEKS;
  const { file, inLanguage } = MEKS;
  const { html, locale } = MEKS.draw;
  const CENTRE = [48, 67];
  const ZOOM = 5;
  const PAPER = { width: "277mm", height: "142mm" };

  /** The layer that a row of the legend speaks of, by the sort of its symbol. */
  const LAYER_OF = {
    zone: "plants", kind: "plants", hollow: "plants", ring: "plants", status: "projects", area: "regions", city: "cities",
    line: "networks", dash: "networks", station: "networks", letter: "networks", "hollow:line": "networks", "ring:station": "networks",
  };

  const cards = new Map(file.cards.map(([id, mark, place, card]) => [id, { mark: mark || id, place, card }]));
  const rows = new Map(file.lines.id.map((id, row) => [id, row]));
  const codes = file.langs.map(([code]) => code);
  const state = { lang: file.lang, chosen: "", layers: new Set(file.layers), moved: false };
  const read = new Map(); // by language: page, scene, tables, cards
  const parts = {};
  let map, card, search, regions;
  const tables = new Map();

  const words = () => texts().page.words;

  function texts() {
    const { lang } = state;
    if (!read.has(lang)) {
      const [page, scene, all] = [file.page, file.scene, file.tables].map((one) => inLanguage(one, lang));
      read.set(lang, { page, scene, tables: all, cards: new Map() });
    }
    return read.get(lang);
  }

  const has = (id) => cards.has(id) || rows.has(id);

  function cardOf(id) {
    const known = texts().cards;
    if (!known.has(id)) known.set(id, cards.has(id) ? inLanguage(cards.get(id).card, state.lang) : cardOfLine(id));
    return known.get(id);
  }

  function cardOfLine(id) {
    const { networks, projects } = texts().tables;
    const names = (one) => {
      const listed = projects.rows.find(([project]) => project === one);
      return [cards.has(one) ? cardOf(one).title : one, listed ? listed[1][1][0] : ""];
    };
    return MEKS.cardOfLine(networks.rows[rows.get(id)], networks, words(), names);
  }

  // ------------------------------------------------------------------ frame

  function build() {
    const page = document.getElementById("page");
    parts.stamp = html("div", "stamp", page);
    const header = html("header", "", page);
    parts.brand = html("h1", "", header);
    parts.day = html("div", "day", header);
    const field = html("div", "search", header);
    field.setAttribute("role", "search");
    search = MEKS.search(field, { told, open: (id) => choose(id, { show: true }), onChange: narrow });
    parts.langs = html("div", "langs", header);
    parts.langs.setAttribute("role", "group");
    for (const [code, label] of file.langs) {
      const button = addButton(parts.langs, () => speak(code), label);
      button.lang = code;
      button.dataset.lang = code;
    }
    parts.title = html("h2", "title", page);
    parts.snapshot = html("p", "snapshot", page);
    parts.totals = html("div", "totals", page);
    const body = html("div", "body", page);
    buildMap(html("section", "left", body));
    parts.card = html("aside", "card", body);
    const open = (id) => choose(id, { show: true });
    open.has = has;
    card = MEKS.card(parts.card, open);
    buildTables(html("section", "tables", page));
    parts.about = html("section", "about", page);
  }

  function addButton(parent, act, text = "") {
    const button = html("button", "", parent, text);
    button.type = "button";
    button.addEventListener("click", act);
    return button;
  }

  function buildMap(left) {
    const bar = html("div", "bar", left);
    parts.layers = html("fieldset", "layers", bar);
    parts.skip = addButton(bar, () => parts.tables.querySelector("button").focus());
    parts.skip.className = "skip";
    parts.home = addButton(bar, home);
    parts.home.className = "home";
    parts.print = addButton(bar, () => window.print());
    parts.map = html("div", "map", left);
    parts.notes = html("div", "notes", left);
    parts.foot = html("div", "foot", left);
  }

  function buildTables(section) {
    parts.tables = section;
    const bar = html("div", "tabs", section);
    for (const name of Object.keys(texts().tables)) {
      const button = addButton(bar, () => showTable(name));
      button.dataset.table = name;
      const box = html("div", "tab", section);
      tables.set(name, { button, box, said: "", table: MEKS.table(box, (id) => choose(id, { show: true, look: true })) });
    }
    showTable("plants");
  }

  function showTable(name) {
    for (const [other, { button, box }] of tables) {
      box.classList.toggle("off", other !== name);
      button.setAttribute("aria-pressed", String(other === name));
    }
    if (parts.isSaid) sayTable(name);
  }

  /** Draw a table in the language, if it is not. */
  function sayTable(name) {
    const one = tables.get(name);
    if (one.said !== state.lang) one.table.draw(texts().tables[name], words(), state.lang);
    one.said = state.lang;
  }

  // ------------------------------------------------------------------ words

  function speak(lang) {
    state.lang = lang;
    say();
    draw();
    remember();
  }

  /** Put the words of the language on the page. */
  function say() {
    const { page, tables: all } = texts();
    const own = page.words;
    document.documentElement.lang = state.lang;
    document.title = [page.stamp, own.brand, page.title].filter(Boolean).join(" · ");
    parts.stamp.textContent = page.stamp;
    parts.stamp.hidden = !page.stamp;
    parts.brand.textContent = own.brand;
    parts.day.textContent = page.as_of;
    parts.title.textContent = page.title;
    parts.snapshot.textContent = own.snapshot;
    parts.print.textContent = own.print;
    parts.skip.textContent = own.show_table;
    parts.home.textContent = own.home;
    parts.langs.setAttribute("aria-label", own.language);
    for (const button of parts.langs.children) button.setAttribute("aria-pressed", String(button.dataset.lang === state.lang));
    parts.card.setAttribute("aria-label", own.to_card);
    parts.tables.setAttribute("aria-label", own.show_table);
    search.say(own);
    sayTotals(page.totals);
    sayLayers(page.layers, own.layers);
    parts.notes.replaceChildren(...page.notes.map((note) => html("p", "", null, note)));
    for (const [name, { button }] of tables) button.textContent = all[name].title;
    if (parts.isSaid) sayBelow();
  }

  /** Put the words of the language below the map; the first time after the map is drawn. */
  function sayBelow() {
    parts.isSaid = true;
    for (const [name, { box }] of tables) if (!box.classList.contains("off")) sayTable(name);
    sayAbout(texts().page);
  }

  function sayTotals(totals) {
    parts.totals.replaceChildren();
    for (const [name, value, side] of totals) {
      const tile = html("div", "tile", parts.totals);
      html("div", "tile-name", tile, name);
      const figure = html("div", "tile-value", tile, value);
      if (side) html("small", "", figure, ` ${side}`);
    }
  }

  function sayLayers(layers, title) {
    parts.layers.replaceChildren(html("legend", "", null, title));
    for (const [code, label] of layers) {
      const line = html("label", "", parts.layers);
      const box = html("input", "", line);
      box.type = "checkbox";
      box.checked = state.layers.has(code);
      box.name = code;
      line.append(label);
      box.addEventListener("change", () => {
        if (box.checked) state.layers.add(code);
        else state.layers.delete(code);
        draw();
      });
    }
  }

  function sayAbout(page) {
    parts.about.replaceChildren(html("h2", "", null, page.words.about));
    const list = html("dl", "", parts.about);
    for (const [label, value] of page.passport) {
      html("dt", "", list, label);
      const place = html("dd", "", list);
      if (/^https?:\/\//.test(value)) addLink(place, value, value);
      else place.textContent = value;
    }
    const more = html("details", "", parts.about);
    html("summary", "", more, `${page.words.sources}: ${page.sources.length.toLocaleString(locale(state.lang))}`);
    const all = html("ol", "", more);
    for (const [publisher, title, url, day] of page.sources) {
      const item = html("li", "", all);
      const text = [publisher, title === publisher ? "" : title, day].filter(Boolean).join(" · ");
      if (url) addLink(item, text, url);
      else item.textContent = text;
    }
  }

  function addLink(parent, text, url) {
    const link = html("a", "", parent, text);
    link.href = url;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  }

  function told(id, sort) {
    const { title, small } = cardOf(id);
    const { page } = texts();
    const label = page.layers.find(([code]) => code === sort);
    return [title, [label && label[1], small[0]].filter(Boolean).join(" · ")];
  }

  function narrow(ids) {
    for (const { table } of tables.values()) table.filter(ids);
  }

  // -------------------------------------------------------------------- map

  function startMap() {
    const base = MEKS.baseOfFile();
    regions = new Map(base.regions.features.map(({ properties, geometry: { type, coordinates } }) => (
      [properties.region, { polygons: type === "Polygon" ? [coordinates] : coordinates }])));
    MEKS.preload.base = base;
    map = L.map(parts.map, { center: CENTRE, zoom: ZOOM, zoomSnap: 0.25, trackResize: false, worldCopyJump: false });
    const width = () => parts.map.style.setProperty("--map-width", `${parts.map.clientWidth}px`);
    new ResizeObserver(width).observe(parts.map);
    width();
    MEKS.init(map, { style: file.style });
    MEKS.describeLine = (tile, i) => {
      const { title, sections } = cardOf(file.lines.id[tile.n[i]]);
      return [title, sections[0].lines.slice(0, 4).map(([label, said]) => [label, said.v || ""])];
    };
    document.addEventListener("meks", ({ detail }) => heard(detail));
  }

  function heard({ event, id, row }) {
    if (event === "move") state.moved = true;
    if (event === "ready") sayBelow();
    const chosen = event === "line" ? file.lines.id[row] : id;
    if (["select", "city", "region", "line"].includes(event)) choose(chosen === state.chosen ? "" : chosen, {});
  }

  /** Return the scene with the layers that are on and what is chosen. */
  function shown() {
    const { scene } = texts();
    const on = (layer) => state.layers.has(layer);
    const { mark } = cards.get(state.chosen) || { mark: "" };
    const isOn = (symbol) => [LAYER_OF[symbol] || LAYER_OF[symbol.split(":")[0]]].every((layer) => !layer || on(layer)); // a plan is on no layer
    const legend = scene.legend
      .map((group) => ({ ...group, rows: group.rows.filter(({ symbol }) => isOn(symbol)) }))
      .filter((group) => group.rows.length);
    return {
      ...scene,
      legend: on("plants") ? legend : legend.filter((group) => !group.rows.some(({ symbol }) => symbol.startsWith("status:"))),
      selected: mark,
      areas: on("regions") ? scene.areas.map((area) => (on("networks") ? area : { ...area, roll: "" })) : [],
      cities: on("cities") ? scene.cities : [],
      sites: on("plants") ? scene.sites.map((site) => (on("projects") ? site : { ...site, status: "" })) : [],
      stations: on("networks") ? scene.stations : [],
      lines: on("networks") && scene.lines ? { ...scene.lines, selected: rows.has(state.chosen) ? rows.get(state.chosen) : -1 } : null,
    };
  }

  function draw() {
    const scene = shown();
    const { page } = texts();
    MEKS.update(scene);
    const drawn = page.words.counts.replace("{drawn}", scene.sites.length.toLocaleString(locale(state.lang)));
    parts.foot.replaceChildren(...[drawn, ...page.foot, page.words.attribution].map((text) => html("span", "", null, text)));
    const subject = state.chosen || file.start;
    card.draw(cardOf(subject), { words: page.words, isChosen: state.chosen !== "", latest: state.chosen ? [] : page.latest });
    for (const { table } of tables.values()) table.choose(state.chosen);
  }

  /** Open the card of a thing, or the first one for "". `show` brings it into the map's frame, `look` the card onto the screen. */
  function choose(id, { show = false, look = false }) {
    if (id && !has(id)) return;
    state.chosen = id;
    remember();
    draw();
    if (id && show) bring(id);
    if (look) parts.card.scrollIntoView({ block: "nearest" });
    if (show) card.focus();
  }

  function bring(id) {
    const { place } = cards.get(id) || {};
    const area = regions.get(id);
    const inside = map.getBounds().pad(-0.08);
    if (rows.has(id)) {
      const bounds = MEKS.boundsOfLine(rows.get(id));
      if (!inside.contains(bounds)) map.fitBounds(bounds.pad(0.3), { animate: false, maxZoom: 13 });
    } else if (area) {
      const bounds = L.latLngBounds(area.polygons.flat(2).map(([lon, lat]) => [lat, lon]));
      if (!map.getBounds().contains(bounds)) map.fitBounds(bounds, { animate: false });
    } else if (place && !inside.contains(place)) map.panTo(place, { animate: false });
  }

  /** Show the whole map again, as at the beginning. */
  function home() {
    const folded = parts.map.querySelector(".meks-folded");
    const legend = parts.map.querySelector(".meks-legend");
    const cover = folded || legend.hidden ? null : MEKS.frameBox(map, legend);
    const { scene } = texts();
    const inside = new Set(scene.areas.filter((area) => area.inside).map(({ id }) => id));
    const own = inside.size ? new Map([...regions].filter(([id]) => inside.has(id))) : regions;
    const { centre, zoom } = MEKS.home({ map, bounds: scene.bounds, card: cover, regions: own });
    const step = map.options.zoomSnap;
    map.options.zoomSnap = 0;
    map.setView(centre, zoom, { animate: false });
    map.options.zoomSnap = step;
  }

  // ---------------------------------------------------------------- address

  /** Language and what is chosen stand behind the # of the address, so that Back works and a copy can be bookmarked. */
  function remember() {
    const wanted = new URLSearchParams({ lang: state.lang });
    if (state.chosen) wanted.set("sel", state.chosen);
    if (window.location.hash !== `#${wanted}`) window.location.hash = String(wanted);
  }

  function recall() {
    const said = new URLSearchParams(window.location.hash.slice(1));
    const lang = codes.includes(said.get("lang")) ? said.get("lang") : file.lang;
    const chosen = said.has("lang") ? said.get("sel") || "" : file.chosen;
    return { lang, chosen: has(chosen) ? chosen : "" };
  }

  function follow() {
    const { lang, chosen } = recall();
    if (lang === state.lang && chosen === state.chosen) return;
    const isNew = lang !== state.lang;
    Object.assign(state, { lang, chosen });
    if (isNew) say();
    draw();
  }

  // ------------------------------------------------------------------ print

  /** The map has to be as large as it is on the sheet before the sheet is made. */
  function onPaper() {
    if (parts.before) return;
    sayBelow();
    for (const name of tables.keys()) sayTable(name);
    const legend = parts.map.querySelector(".meks-legend");
    parts.before = { centre: map.getCenter(), zoom: map.getZoom(), folded: legend.classList.contains("meks-folded") };
    const bounds = map.getBounds();
    legend.classList.remove("meks-folded");
    parts.about.querySelector("details").open = true;
    document.body.classList.add("printing");
    Object.assign(parts.map.style, PAPER);
    parts.map.style.setProperty("--map-width", `${parts.map.clientWidth}px`);
    map.invalidateSize({ animate: false, pan: false });
    if (state.moved) map.fitBounds(bounds, { animate: false });
    else home();
    parts.map.style.setProperty("--meks-legend", `${legend.offsetHeight + 10}px`);
    map.fire("moveend");
  }

  function onScreen() {
    const { before } = parts;
    if (!before) return;
    parts.before = null;
    parts.map.querySelector(".meks-legend").classList.toggle("meks-folded", before.folded);
    document.body.classList.remove("printing");
    Object.assign(parts.map.style, { width: "", height: "" });
    parts.map.style.setProperty("--map-width", `${parts.map.clientWidth}px`);
    map.invalidateSize({ animate: false, pan: false });
    map.setView(before.centre, before.zoom, { animate: false });
  }

  // ------------------------------------------------------------------ start

  build();
  Object.assign(state, recall());
  startMap();
  say();
  draw();
  window.addEventListener("hashchange", follow);
  window.addEventListener("beforeprint", onPaper);
  window.addEventListener("afterprint", onScreen);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && state.chosen && !event.defaultPrevented) choose("", {});
  });
  document.getElementById("failed").remove();
})();
