/* Lines of a tile on its canvas: group after group, the worst zone on top. Knows no Leaflet. */
(function () {
  "use strict";

  const MEKS = window.MEKS;
  const { sort } = MEKS.lines;
  const ZONES = ["red", "yellow", "green", "unknown"]; // by code, as the next two
  const PROVENANCES = ["official", "press", "schematic", "synthetic"];
  const UNKNOWN = 3;
  const TILE_PX = 256;
  const THINNEST_PX = 0.8;
  const WIDTHS = [[5, 0.5], [12, 1], [14, 1.3]]; // zoom, share of the width
  const LETTER_ZOOM = 13;
  const LETTER_PX = 11;
  const LETTER_CELL_PX = 88; // one letter of a sector in each square of this side
  const LONG_PX = 18; // a line that is worth a letter

  /** Return how much of its full width a line has at a zoom. */
  function share(zoom) {
    const [[from, least]] = WIDTHS;
    if (zoom <= from) return least;
    for (let i = 1; i < WIDTHS.length; i += 1) {
      const [[z0, s0], [z1, s1]] = [WIDTHS[i - 1], WIDTHS[i]];
      if (zoom <= z1) return s0 + ((zoom - z0) / (z1 - z0)) * (s1 - s0);
    }
    return WIDTHS[WIDTHS.length - 1][1];
  }

  function look(sheet, group, zoom) {
    const zone = UNKNOWN - (group >> 4);
    const width = zone === UNKNOWN ? sheet.lines.hairline_px : sheet.lines.width_px[(group >> 2) & 3] * share(zoom);
    return {
      colour: zone === UNKNOWN ? sheet.zones.unknown.edge : sheet.zones[ZONES[zone]].symbol,
      width: Math.max(width, THINNEST_PX),
      dash: sheet.lines.dash[PROVENANCES[group & 3]] || [],
    };
  }

  function trace(context, { first, parts, x, y }, i) {
    for (let part = first[i]; part < first[i + 1]; part += 1) {
      const end = parts[part + 1];
      let j = parts[part];
      context.moveTo(x[j], y[j]);
      for (j += 1; j < end; j += 1) context.lineTo(x[j], y[j]);
    }
  }

  let pen = null; // one for all tiles: they are of one size

  /** Paint a tile over what its canvas holds.

      `scale` is how much larger than 256 CSS px the tile stands on the screen, `ratio` device pixels
      a CSS pixel; `selected` the row of the selected line, `letters` those of the sectors or null. */
  MEKS.paintLines = function (canvas, tile, { filter, sheet, zoom, scale, ratio, selected, letters }) {
    const side = Math.round(TILE_PX * scale * ratio);
    const context = canvas.getContext("2d", { willReadFrequently: true }); // kept where its pixels are made
    if (canvas.width !== side) canvas.width = canvas.height = side;
    const { order, starts, group } = sort(tile, filter);
    if (!order.length) {
      if (canvas.blank === side) return;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, side, side);
      canvas.blank = side;
      return;
    }
    canvas.blank = 0;
    if (!pen || pen.side !== side) pen = new MEKS.LinePen(side);
    pen.clear();
    for (let g = 0; g < starts.length - 1; g += 1) {
      if (starts[g] === starts[g + 1]) continue;
      const { colour, width, dash } = look(sheet, g, zoom);
      pen.set(colour, width * ratio, dash.map((length) => length * ratio));
      for (let at = starts[g]; at < starts[g + 1]; at += 1) pen.line(tile, order[at], side / tile.extent);
    }
    context.putImageData(pen.image, 0, 0);
    const css = tile.extent / (TILE_PX * scale); // units of the tile in a CSS pixel
    context.setTransform(side / tile.extent, 0, 0, side / tile.extent, 0, 0);
    const chosen = selected < 0 ? -1 : order.findIndex((i) => tile.n[i] === selected);
    if (chosen >= 0) mark(context, tile, order[chosen], { css, sheet, ...look(sheet, group[order[chosen]], zoom) });
    if (letters && zoom >= LETTER_ZOOM) write(context, tile, order, { css, letters, sheet });
  };

  /** Draw the selected line thick, with a halo. */
  function mark(context, tile, i, { css, sheet, colour, width }) {
    const { accent, paper } = sheet.palette;
    const thick = Math.max(width, sheet.lines.selected_px / 2);
    context.lineJoin = context.lineCap = "round";
    context.setLineDash([]);
    context.beginPath();
    trace(context, tile, i);
    for (const [ink, px] of [[accent, thick + 5], [paper, thick + 2], [colour, thick]]) {
      context.strokeStyle = ink;
      context.lineWidth = px * css;
      context.stroke();
    }
  }

  /** Write the letters of sectors on the longer lines, each sector's once in a square of the tile. */
  function write(context, tile, order, { css, letters, sheet }) {
    const cells = Math.ceil(tile.extent / (LETTER_CELL_PX * css));
    const done = new Set();
    const room = new Set();
    const edge = LETTER_PX * css;
    const free = edge * 1.3;
    context.font = `700 ${LETTER_PX * css}px "Noto Sans", sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.setLineDash([]);
    context.lineWidth = 3 * css;
    context.strokeStyle = sheet.palette.paper;
    context.fillStyle = sheet.palette.ink;
    for (let at = order.length - 1; at >= 0; at -= 1) { // the worst ones first
      const i = order[at];
      const letter = letters[tile.s[i]];
      const place = letter && middle(tile, i, LONG_PX * css);
      if (!place) continue;
      const [x, y] = place;
      if (x < edge || y < edge || x > tile.extent - edge || y > tile.extent - edge) continue;
      const cell = `${tile.s[i]}/${Math.floor((x / tile.extent) * cells)}/${Math.floor((y / tile.extent) * cells)}`;
      const [column, row] = [Math.round(x / free), Math.round(y / free)];
      if (done.has(cell) || [-1, 0, 1].some((dx) => [-1, 0, 1].some((dy) => room.has(`${column + dx}/${row + dy}`)))) continue;
      done.add(cell);
      room.add(`${column}/${row}`);
      context.strokeText(letter, x, y);
      context.fillText(letter, x, y);
    }
  }

  /** Return the middle of a line's longest segment, or null when that is shorter than `least`. */
  function middle({ first, parts, x, y, box }, i, least) {
    const at = i * 4;
    if (box[at + 2] - box[at] < least && box[at + 3] - box[at + 1] < least) return null;
    let longest = 0;
    let place = null;
    for (let part = first[i]; part < first[i + 1]; part += 1) {
      for (let j = parts[part] + 1; j < parts[part + 1]; j += 1) {
        const length = Math.hypot(x[j] - x[j - 1], y[j] - y[j - 1]);
        if (length > longest) [longest, place] = [length, [(x[j] + x[j - 1]) / 2, (y[j] + y[j - 1]) / 2]];
      }
    }
    return place;
  }
})();
