/* Drawing helpers of the map: symbols as SVG, text widths, placing of labels. Knows no Leaflet.
   Everything is built with createElementNS and textContent, so data can never become markup. */
(function () {
  "use strict";

  const MEKS = (window.MEKS = window.MEKS || {});
  const SVG = "http://www.w3.org/2000/svg";
  const HATCH = "meks-hatch";
  let style = null;

  function svg(tag, attributes, parent) {
    const element = document.createElementNS(SVG, tag);
    for (const name in attributes) element.setAttribute(name, attributes[name]);
    if (parent) parent.appendChild(element);
    return element;
  }

  function html(tag, className, parent, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    if (parent) parent.appendChild(element);
    return element;
  }

  /** Take the style sheet; put the hatch pattern and the colours into the page. */
  function setStyle(sheet) {
    style = sheet;
    const root = document.documentElement.style;
    for (const name in sheet.palette) root.setProperty("--" + name.replace("_", "-"), sheet.palette[name]);
    root.setProperty("--water-ink", mix(sheet.palette.water, sheet.palette.ink_soft, 0.62));
    const box = svg("svg", { width: 0, height: 0, style: "position:absolute" }, document.body);
    const pattern = svg("pattern", {
      id: HATCH, width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)",
    }, svg("defs", {}, box));
    svg("rect", { width: 7, height: 7, fill: sheet.palette.land }, pattern);
    svg("rect", { width: 1.1, height: 7, fill: sheet.palette.hatch }, pattern);
  }

  /** Return the colour that lies `share` of the way from `from` to `to`. */
  function mix(from, to, share) {
    const channel = (colour, i) => parseInt(colour.slice(i, i + 2), 16);
    const part = (i) => Math.round(channel(from, i) * (1 - share) + channel(to, i) * share);
    return "#" + [1, 3, 5].map((i) => part(i).toString(16).padStart(2, "0")).join("");
  }

  function zone(code) {
    return style.zones[code] || style.zones.unknown;
  }

  /** Return the fill of a region of that class: a colour or the hatch pattern. */
  function areaFill(code) {
    return zone(code).hatched ? `url(#${HATCH})` : zone(code).area;
  }

  function shape(parent, kind, size, attributes) {
    const points = style.shapes[kind];
    const radius = size / 2;
    if (!Array.isArray(points)) return svg("circle", { r: radius, ...attributes }, parent);
    const text = points.map(([x, y]) => `${(x * radius).toFixed(2)},${(y * radius).toFixed(2)}`);
    return svg("polygon", { points: text.join(" "), "stroke-linejoin": "round", ...attributes }, parent);
  }

  function solid(colour) {
    return { fill: colour, stroke: style.palette.paper, "stroke-width": style.sizes.symbol_stroke_px };
  }

  function hollow(colour) {
    return { fill: style.palette.paper, stroke: colour, "stroke-width": style.sizes.hollow_stroke_px };
  }

  function ring(parent, radius) {
    svg("circle", {
      r: radius, fill: "none", stroke: style.palette.ink_soft, "stroke-width": 1.1, "stroke-dasharray": "2.4 2.4",
    }, parent);
  }

  /** Draw the status disc: the filled share is how far the project is; two bars mean suspended. */
  function disc(parent, status, x, y, diameter) {
    const share = style.statuses[status];
    if (share === undefined) return;
    const { ink, paper } = style.palette;
    const at = svg("g", { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` }, parent);
    const r = diameter / 2;
    svg("circle", { r: r + 1, fill: paper }, at);
    svg("circle", { r: r - 0.6, fill: share >= 1 ? ink : paper, stroke: ink, "stroke-width": 1.2 }, at);
    if (share < 0) {
      for (const left of [-r * 0.44, r * 0.12]) {
        svg("rect", { x: left, y: -r * 0.45, width: r * 0.32, height: r * 0.9, fill: ink }, at);
      }
    } else if (share > 0 && share < 1) {
      const end = 2 * Math.PI * share;
      const to = `${(r * Math.sin(end)).toFixed(2)} ${(-r * Math.cos(end)).toFixed(2)}`;
      svg("path", { d: `M0 0V${-r}A${r} ${r} 0 ${share > 0.5 ? 1 : 0} 1 ${to}Z`, fill: ink }, at);
    }
  }

  /** Return a plant's symbol, centred in a square of `box` pixels. */
  function symbol(site, box, selected) {
    const { palette, sizes } = style;
    const root = svg("svg", {
      width: box, height: box, viewBox: `${-box / 2} ${-box / 2} ${box} ${box}`, "aria-hidden": "true",
    });
    if (site.dx_px || site.dy_px) {
      svg("line", { x2: -site.dx_px, y2: -site.dy_px, class: "meks-leader" }, root);
    }
    const mark = svg("g", { class: "meks-mark" }, root);
    const reach = site.size_px / 2 + (site.at_city ? sizes.ring_px : 0);
    if (selected) {
      svg("circle", { r: reach + 5.5, fill: palette.paper, "fill-opacity": 0.55 }, mark);
      svg("circle", { r: reach + 5.5, fill: "none", stroke: palette.accent, "stroke-width": 2.6 }, mark);
    }
    if (site.at_city) ring(mark, reach);
    const paint = site.hollow ? hollow(zone(site.zone).edge) : solid(zone(site.zone).symbol);
    shape(mark, site.kind, site.size_px, paint);
    const corner = site.size_px * 0.36 + sizes.status_px * 0.22;
    disc(mark, site.status, corner, -corner, sizes.status_px);
    return root;
  }

  /** Return a city's mark: a tag that prints its figure, framed in its wear class. */
  function tag(text, code, selected) {
    const element = html("span", "meks-tag", null, text);
    element.style.borderColor = zone(code).symbol;
    element.style.color = zone(code).edge;
    if (selected) element.classList.add("meks-selected");
    return element;
  }

  /** Return the flag of a work: the year in which it begins; open where only its region is known. */
  function flag(text, atRegion) {
    return html("span", atRegion ? "meks-flag meks-open" : "meks-flag", null, text);
  }

  /** Draw the sign of a mark around the origin: a change is a circle, a fault of a file a triangle. */
  function sign(parent, state) {
    const { palette } = style;
    const stroke = (color, width) => ({ fill: "none", stroke: color, "stroke-width": width, "stroke-linecap": "round" });
    if (state === "added") {
      svg("circle", { r: 8, fill: palette.paper, stroke: palette.accent, "stroke-width": 3 }, parent);
      svg("path", { d: "M-4 0H4M0 -4V4", ...stroke(palette.accent, 2.4) }, parent);
    } else if (state === "removed") {
      svg("circle", { r: 8, fill: palette.paper, stroke: palette.ink, "stroke-width": 1.6, "stroke-dasharray": "3 2.6" }, parent);
      svg("path", { d: "M-3.2 -3.2L3.2 3.2M-3.2 3.2L3.2 -3.2", ...stroke(palette.ink, 2) }, parent);
    } else if (state === "changed") {
      svg("circle", { r: 7.6, fill: palette.paper, "fill-opacity": 0.01, stroke: palette.paper, "stroke-width": 6 }, parent);
      svg("circle", { r: 7.6, ...stroke(palette.ink, 3) }, parent);
    } else {
      const isError = state === "error";
      const corners = { points: "0,-9.5 9.5,7.5 -9.5,7.5", "stroke-linejoin": "round" };
      svg("polygon", { ...corners, fill: isError ? palette.ink : palette.paper, stroke: isError ? palette.paper : palette.ink, "stroke-width": 1.5 }, parent);
      svg("path", { d: "M0 -3.6V1.8M0 4.9V5", ...stroke(isError ? palette.paper : palette.ink, 2) }, parent);
    }
  }

  /** Add a substation: a small open square, so that no colour of wear is meant; with a ring where it is placed at a town. */
  function station(parent, side, atCity) {
    if (atCity) ring(parent, side / 2 + style.sizes.ring_px);
    svg("rect", {
      x: -side / 2, y: -side / 2, width: side, height: side, fill: style.palette.paper, stroke: style.palette.ink, "stroke-width": 1.2,
    }, parent);
  }

  /** Return the picture of a legend row; `code` is `sort:code` as in the scene. */
  function legendSymbol(code) {
    const [sort, what] = code.split(":");
    const root = svg("svg", { width: 24, height: 17, viewBox: "-12 -8.5 24 17", "aria-hidden": "true" });
    const { palette, sizes } = style;
    if (sort === "zone") {
      svg("rect", { x: -6, y: -6, width: 12, height: 12, rx: 3, fill: zone(what).symbol }, root);
    } else if (sort === "area") {
      svg("rect", {
        x: -10, y: -6, width: 20, height: 12, rx: 1.5, fill: areaFill(what), stroke: palette.border, "stroke-width": 0.8,
      }, root);
    } else if (sort === "city") {
      svg("rect", { x: -10.5, y: -6, width: 21, height: 12, rx: 3, fill: palette.paper,
        stroke: zone(what).symbol, "stroke-width": 1.5 }, root);
      svg("text", { y: 3.2, "text-anchor": "middle", "font-size": 8.5, "font-weight": 700, fill: zone(what).edge },
        root).textContent = "%";
    } else if (sort === "kind") {
      shape(root, what, 13, solid(palette.ink_soft));
    } else if (code === "hollow:line") {
      const across = { x1: -11, x2: 11, y1: 0, y2: 0 };
      svg("line", { ...across, stroke: palette.ink_soft, "stroke-width": 4 }, root);
      svg("line", { ...across, stroke: palette.paper, "stroke-width": 1.8 }, root);
    } else if (sort === "hollow") {
      shape(root, what, 12, hollow(palette.ink_soft));
    } else if (sort === "ring") {
      if (what === "station") station(root, sizes.station_px, true);
      else {
        shape(root, "chp", 7, solid(palette.ink_soft));
        ring(root, 7.5);
      }
    } else if (sort === "status") {
      disc(root, what, 0, 0, sizes.status_px + 3);
    } else if (sort === "line" || sort === "dash") {
      const unknown = sort === "dash" || what === "unknown";
      svg("line", {
        x1: -11, x2: 11, y1: 0, y2: 0, stroke: style.lines.colour[unknown ? "unknown" : what],
        "stroke-width": unknown ? 1.4 : style.lines.width_px[2],
        "stroke-dasharray": sort === "dash" ? style.lines.dash[what].join() : "none",
      }, root);
    } else if (sort === "letter") {
      svg("text", { y: 4, "text-anchor": "middle", "font-size": 11, "font-weight": 700, fill: palette.ink }, root).textContent = what;
    } else if (sort === "station") {
      station(root, sizes.station_px + 2);
    } else if (sort === "work") {
      const [open, year] = [what.startsWith("-"), what.replace("-", "")];
      svg("rect", { x: -8, y: -6, width: 16, height: 12, rx: 1.5, fill: open ? palette.paper : palette.ink, stroke: palette.ink, "stroke-width": 1.2 }, root);
      svg("text", { y: 3.2, "text-anchor": "middle", "font-size": 9, "font-weight": 700, fill: open ? palette.ink : palette.paper }, root).textContent = year;
    } else if (sort === "mark") {
      sign(svg("g", { transform: "scale(0.8)" }, root), what);
    }
    return root;
  }

  /** Return the language in which the browser writes numbers: Chromium claims to know Kazakh and writes it as
      English; Russian groups digits as Kazakh does. */
  function locale(lang) {
    return lang === "kk" ? "ru" : lang || "en";
  }

  const canvas = document.createElement("canvas").getContext("2d");
  const widths = new Map();

  /** Return the width of a text in CSS pixels. */
  function textWidth(text, font) {
    const key = font + "|" + text;
    if (!widths.has(key)) {
      canvas.font = `${font} "Noto Sans", sans-serif`;
      widths.set(key, canvas.measureText(text).width);
    }
    return widths.get(key);
  }

  /** A set of rectangles [left, top, right, bottom] that labels must keep clear of. */
  class Room {
    constructor(frame) {
      this.frame = frame;
      this.taken = [];
    }

    add(box) {
      this.taken.push(box);
    }

    isFree([left, top, right, bottom]) {
      const [x0, y0, x1, y1] = this.frame;
      if (left < x0 || top < y0 || right > x1 || bottom > y1) return false;
      return !this.taken.some((b) => left < b[2] && right > b[0] && top < b[3] && bottom > b[1]);
    }
  }

  /** Return whether a point in degrees lies inside GeoJSON polygon coordinates (even-odd rule). */
  function contains(polygons, lon, lat) {
    let inside = false;
    for (const rings of polygons) {
      for (const points of rings) {
        let last = points[points.length - 1];
        for (const point of points) {
          const isAcross = point[1] > lat !== last[1] > lat;
          if (isAcross && lon < ((last[0] - point[0]) * (lat - point[1])) / (last[1] - point[1]) + point[0]) inside = !inside;
          last = point;
        }
      }
    }
    return inside;
  }

  Object.assign(MEKS, {
    draw: { svg, html, setStyle, mix, areaFill, symbol, station, sign, tag, flag, legendSymbol, locale, textWidth, widths, Room, contains },
  });
})();
