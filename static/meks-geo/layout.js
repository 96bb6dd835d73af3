/* Where things go: names, city marks and the first view. Names are placed greedily, weightiest first, nothing
   over anything. All is measured in layer pixels of Leaflet, so the result moves along with a drag. */
(function () {
  "use strict";

  const MEKS = window.MEKS;
  const { svg, textWidth, Room, contains } = MEKS.draw;
  const TAG_PX = 16; // height of a city's mark
  const FLAG_PX = 14; // height of the flag of a work
  const BARE_PX = 9; // side of a city's mark without its figure
  const SIGN_PX = 10; // half the side of a mark's sign
  const ROLL_ZOOM = 7; // from here on the lines themselves can be seen
  const TINY_PX = 26; // a region narrower than this is named beside itself

  // Shifts tried for a region's name, nearest first.
  const SHIFTS = [0, 15, -15, 30, -30, 46, -46, 64, -64]
    .flatMap((dy) => [0, 24, -24, 50, -50, 80, -80].map((dx) => [dx, dy]))
    .sort((a, b) => Math.hypot(...a) - Math.hypot(...b));

  // Ways to a flag and how far it stands off, straight up first: [x, y, pixels].
  const FLAG_SPOTS = [7, 13, 20, 29, 40, 54].flatMap((far) => Array.from({ length: 16 }, (_, way) => {
    const turn = (Math.ceil(way / 2) * (way % 2 ? 1 : -1) * Math.PI) / 8;
    return [Math.sin(turn), -Math.cos(turn), far];
  }));

  MEKS.layout = function (stage) {
    const { map, labels } = stage;
    const size = map.getSize();
    const corner = map.containerPointToLayerPoint([0, 0]);
    const room = new Room([corner.x + 3, corner.y + 3, corner.x + size.x - 3, corner.y + size.y - 3]);
    for (const [left, top, right, bottom] of stage.controls) {
      room.add([left + corner.x - 3, top + corner.y - 3, right + corner.x + 3, bottom + corner.y + 3]);
    }
    const scale = stage.symbolScale();
    for (const { data } of stage.sites.values()) {
      const at = stage.sitePoint(data);
      const reach = (data.size_px / 2 + (data.at_city ? 4 : 1)) * scale;
      room.add([at.x - reach, at.y - reach, at.x + reach, at.y + reach]);
      if (data.status) room.add([at.x, at.y - reach - 4, at.x + reach + 5, at.y]);
    }
    for (const { lat, lon, sign } of stage.scene.marks) {
      const at = map.latLngToLayerPoint([lat, lon]);
      if (sign) room.add([at.x - SIGN_PX, at.y - SIGN_PX, at.x + SIGN_PX, at.y + SIGN_PX]);
    }
    labels.replaceChildren();
    const small = map.getZoom() < 5 ? 1 : 0;
    const named = new Set();
    const name = (area) => { if (nameRegion(stage, room, area, 12 - small)) named.add(area.label); };
    const hasFigure = (area) => area.inside && area.value !== "";
    nameSelected(stage, room);
    for (const entry of stage.works) placeFlag(stage, room, entry);
    stage.scene.areas.filter(hasFigure).forEach(name);
    for (const entry of stage.cities.values()) placeCity(stage, room, entry);
    stage.scene.areas.filter((area) => !hasFigure(area)).forEach(name);
    const places = stage.scene.labels.filter((p) => map.getZoom() >= (stage.rankZoom[p.rank] || 8));
    for (const place of places.sort((a, b) => a.rank - b.rank)) {
      if (!named.has(place.text)) namePlace(stage, room, place, 11.5 - small);
    }
  };

  function boxAt(x, y, width, height) {
    return [x - width / 2 - 2, y - height / 2, x + width / 2 + 2, y + height / 2];
  }

  /** Write one line of text, its middle at x, y; `parts` are [text, class] pairs. */
  function write(labels, parts, x, y, size) {
    const text = svg("text", { x: x.toFixed(1), y: (y + size * 0.35).toFixed(1), "font-size": size }, labels);
    for (const [part, className] of parts) svg("tspan", { class: className }, text).textContent = part;
  }

  function nameSelected({ scene, sites, labels, sitePoint }, room) {
    const entry = sites.get(scene.selected);
    if (!entry) return;
    const { data } = entry;
    const at = sitePoint(data);
    const width = textWidth(data.title, "bold 13px");
    const gap = data.size_px / 2 + (data.at_city ? 5 : 0) + 11;
    const ring = [at.x - gap, at.y - gap, at.x + gap, at.y + gap];
    const aside = gap + width / 2;
    const spots = [[aside, 0], [-aside, 0], [0, -gap - 8], [0, gap + 8], [aside, -14], [aside, 14], [-aside, -14], [-aside, 14]];
    const boxes = spots.map(([dx, dy]) => [at.x + dx, at.y + dy, boxAt(at.x + dx, at.y + dy, width, 17)]);
    const inFrame = ([, , box]) => new Room(room.frame).isFree(box);
    const [x, y, box] = boxes.find((spot) => room.isFree(spot[2])) || boxes.find(inFrame) || boxes[0];
    room.add(box);
    room.add(ring);
    write(labels, [[data.title, "meks-chosen"]], x, y, 13);
  }

  /** A city's mark is never left out: the first free spot, else without its figure, else under the city. */
  function placeCity({ map }, room, { data, label, leader }) {
    const at = map.latLngToLayerPoint([data.lat, data.lon]);
    const fit = (width, height, spots) => spots
      .map(([dx, dy]) => ({ dx, dy, box: boxAt(at.x + dx, at.y + dy, width, height) }))
      .find(({ box }) => room.isFree(box));
    const width = textWidth(data.value, "bold 10.5px") + 11;
    const side = width / 2 + 10;
    const full = fit(width, TAG_PX, [[0, 0], [0, 19], [side, 0], [-side, 0], [0, -19], [side, 16], [-side, 16],
      [side, -16], [-side, -16], [0, 32], [side + 14, 0], [-side - 14, 0], [0, -32], [side + 12, 24], [-side - 12, 24]]);
    const bare = full || fit(BARE_PX, BARE_PX, [[0, 0], [0, 14], [14, 0], [-14, 0], [0, -14], [14, 14], [-14, 14], [14, -14],
      [-14, -14], [0, 22], [22, 0], [-22, 0], [0, -22]]) || { dx: 0, dy: 14, box: boxAt(at.x, at.y + 14, BARE_PX, BARE_PX) };
    room.add(bare.box);
    label.classList.toggle("meks-bare", !full);
    label.style.transform = `translate(-50%, -50%) translate(${bare.dx.toFixed(1)}px, ${bare.dy}px)`;
    leader.setAttribute("x2", bare.dx);
    leader.setAttribute("y2", bare.dy);
  }

  /** A flag is never left out: the nearest free spot, straight over its place first, else right over it. */
  function placeFlag({ map }, room, { data, label, leader }) {
    const at = map.latLngToLayerPoint([data.lat, data.lon]);
    const width = textWidth(data.text, "bold 10.5px") + 9;
    const spot = FLAG_SPOTS.map(([x, y, far]) => [x * (far + width / 2), y * (far + FLAG_PX / 2)])
      .find(([dx, dy]) => room.isFree(boxAt(at.x + dx, at.y + dy, width, FLAG_PX))) || [0, -FLAG_PX];
    room.add(boxAt(at.x + spot[0], at.y + spot[1], width, FLAG_PX));
    label.style.transform = `translate(-50%, -50%) translate(${spot[0].toFixed(1)}px, ${spot[1].toFixed(1)}px)`;
    leader.setAttribute("x2", spot[0].toFixed(1));
    leader.setAttribute("y2", spot[1].toFixed(1));
  }

  /** Return the ways to print a region's name and figure, widest first: each a list of lines of [text, class]. */
  function regionForms(name, value) {
    const text = (part) => [part, "meks-region"];
    const figure = [value, "meks-value"];
    const halves = name.split(/(?<=-)|\s+/);
    const broken = halves.length > 1 ? [[text(halves[0])], [text(halves.slice(1).join(" "))]] : null;
    if (!value) return [[[text(name)]], broken].filter(Boolean);
    return [[[text(name), text(" · "), figure]], [[text(name)], [figure]], broken && [...broken, [figure]]].filter(Boolean);
  }

  /** Name a region where it fits; if its name does not, its figure alone. Return whether the name is there. */
  function nameRegion({ map, regions, labels }, room, area, size) {
    const at = map.latLngToLayerPoint([area.lat, area.lon]);
    if (!isNear(room.frame, at)) return false;
    const value = area.inside ? area.value : "";
    const shape = regions.get(area.id);
    const across = shape ? onScreen(map, shape) : 0;
    const attempt = ({ lines, width, height, px }, limit) => {
      for (const [dx, dy] of SHIFTS) {
        if (Math.hypot(dx, dy) > limit) break;
        const [x, y] = [at.x + dx, at.y + dy];
        const box = boxAt(x, y, width, height);
        if (!room.isFree(box) || (across > TINY_PX && !isInside(map, shape, [area.lat, area.lon], [dx, dy], width))) continue;
        room.add(box);
        lines.forEach((parts, i) => write(labels, parts, x, y + (i - (lines.length - 1) / 2) * (px + 1.5), px));
        return true;
      }
      return false;
    };
    const plain = regionForms(area.label, value);
    const rolled = area.roll && map.getZoom() < ROLL_ZOOM ? plain.map((lines) => [...lines, [[area.roll, "meks-roll"]]]) : [];
    const forms = [...rolled, ...plain];
    const limits = across > TINY_PX ? [[32, size], [56, size], [110, size], [80, size - 1.5]] : [[40, size]];
    for (const [limit, px] of limits) {
      if (forms.some((lines) => attempt(measure(lines, px), limit))) return true;
    }
    if (value) attempt(measure([[[value, "meks-value"]]], size), across > TINY_PX ? 60 : 22);
    return false;
  }

  function measure(lines, px) {
    const font = (className) => (className === "meks-value" ? `bold ${px}px` : `${px}px`);
    const widths = lines.map((parts) => parts.reduce((sum, [text, name]) => sum + textWidth(text, font(name)), 0));
    return { lines, px, width: Math.max(...widths), height: lines.length * (px + 1.5) + 2 };
  }

  function isNear([left, top, right, bottom], { x, y }) {
    return x > left - 90 && x < right + 90 && y > top - 60 && y < bottom + 60;
  }

  function onScreen(map, { layer }) {
    const bounds = layer.getBounds();
    return map.latLngToLayerPoint(bounds.getNorthEast()).x - map.latLngToLayerPoint(bounds.getSouthWest()).x;
  }

  /** Return whether the middle and the ends of a name lie in the region. The answer is kept: a pan does not change it. */
  function isInside(map, { polygons, inside }, at, [dx, dy], width) {
    const zoom = map.getZoom();
    const key = [zoom, dx, dy, width].join();
    if (!inside.has(key)) {
      if (inside.size > 5000) inside.clear();
      inside.set(key, [0, -0.47, 0.47].every((part) => {
        const { lat, lng } = map.unproject(map.project(at, zoom).add([dx + part * width, dy]), zoom);
        return contains(polygons, lng, lat);
      }));
    }
    return inside.get(key);
  }

  function namePlace({ map, labels }, room, place, size) {
    const at = map.latLngToLayerPoint([place.lat, place.lon]);
    if (!isNear(room.frame, at)) return;
    const width = textWidth(place.text, `${place.water ? "italic " : ""}${size}px`);
    const half = width / 2;
    const around = (gap) => [[half + gap, 0], [-half - gap, 0], [0, -gap - 6], [0, gap + 6],
      [half + gap, gap + 2], [half + gap, -gap - 2], [-half - gap, gap + 2], [-half - gap, -gap - 2]];
    const spots = place.water
      ? [[0, 0], [0, 12], [0, -12], [20, 0], [-20, 0]]
      : [6, 12, 19, 27, 36].flatMap(around);
    const spot = spots.find(([dx, dy]) => room.isFree(boxAt(at.x + dx, at.y + dy, width, size + 3)));
    if (!spot) return;
    const dot = [at.x - 2, at.y - 2, at.x + 2, at.y + 2];
    if (!place.water && room.isFree(dot)) {
      svg("circle", { cx: at.x.toFixed(1), cy: at.y.toFixed(1), r: 1.9, class: "meks-dot" }, labels);
      room.add(dot);
    }
    room.add(boxAt(at.x + spot[0], at.y + spot[1], width, size + 3));
    write(labels, [[place.text, place.water ? "meks-water" : "meks-place"]], at.x + spot[0], at.y + spot[1], size);
  }

  // --------------------------------------------------------------- home view

  /** Return centre and zoom that show `bounds` as large as they go while the legend's card covers no region. */
  MEKS.home = function ({ map, bounds: [south, west, north, east], card, regions }) {
    const size = map.getSize();
    const pad = Math.min(14, size.x / 50);
    const bounds = L.latLngBounds([south, west], [north, east]);
    const world = map.options.crs;
    const flat = world.latLngToPoint(bounds.getSouthEast(), 0).subtract(world.latLngToPoint(bounds.getNorthWest(), 0));
    const ratio = Math.min((size.x - 2 * pad) / flat.x, (size.y - 2 * pad) / flat.y);
    const largest = Math.min(map.getMaxZoom(), Math.max(map.getMinZoom(), Math.log2(ratio)));
    for (let less = 0; less <= (card ? 0.8 : 0); less += 0.05) {
      const zoom = largest - less;
      const low = world.latLngToPoint(bounds.getSouthWest(), zoom);
      const high = world.latLngToPoint(bounds.getNorthEast(), zoom);
      const middle = low.add(high).divideBy(2);
      const spareX = Math.max(0, (size.x - (high.x - low.x)) / 2 - pad);
      const spareY = Math.max(0, (size.y - (low.y - high.y)) / 2 - pad);
      for (const [right, up] of [[0, 0], [0.5, 0], [1, 0], [0, 1], [1, 1]]) {
        const at = middle.subtract([right * spareX, -up * spareY]);
        if (!card || !covers(card, regions, at.subtract(size.divideBy(2)), zoom)) {
          return { centre: world.pointToLatLng(at, zoom), zoom };
        }
      }
    }
    return { centre: bounds.getCenter(), zoom: largest };
  };

  /** Return whether the card lies over a region, in a view whose top left is `origin` (world pixels). */
  function covers(card, regions, origin, zoom) {
    const pixels = 256 * 2 ** zoom;
    for (const { polygons } of regions.values()) {
      for (const [outer] of polygons) {
        for (const [lon, lat] of outer) {
          const x = ((lon + 180) / 360) * pixels - origin.x;
          if (x < card[0] || x > card[2]) continue;
          const sine = Math.sin((lat * Math.PI) / 180);
          const y = (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * pixels - origin.y;
          if (y > card[1] && y < card[3]) return true;
        }
      }
    }
    return false;
  }
})();
