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
  const LETTER_PX = 11;
  const LETTER_CELL_PX = 88; // one letter of a sector in each square of this side
  const LONG_PX = 18; // a line that is worth a letter
  const MOST_TRIED = 400; // lines of a tile on which a letter may be tried
  const [HOLLOW_PX, HOLLOW_SHARE] = [3, 0.45]; // least width of a line that is not built, and how much of it is left open

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
      colour: sheet.lines.colour[ZONES[zone]],
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
    const { order, starts, group, ahead } = sort(tile, filter);
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
    const { paper } = sheet.palette;
    for (const i of ahead) hollow(tile, i, { ratio, scale: side / tile.extent, paper, ...look(sheet, group[i], zoom) });
    context.putImageData(pen.image, 0, 0);
    const css = tile.extent / (TILE_PX * scale); // units of the tile in a CSS pixel
    context.setTransform(side / tile.extent, 0, 0, side / tile.extent, 0, 0);
    const chosen = selected < 0 ? undefined : order.find((i) => tile.n[i] === selected);
    if (chosen !== undefined) mark(context, tile, chosen, { css, sheet, isHollow: filter.ahead.has(selected), ...look(sheet, group[chosen], zoom) });
    if (letters) write(context, tile, order, { css, letters, sheet });
  };

  /** Draw a line that is not built over itself: two thin strokes, paper between them. */
  function hollow(tile, i, { ratio, scale, paper, colour, width, dash }) {
    const wide = Math.max(width, HOLLOW_PX);
    for (const [ink, px] of [[colour, wide], [paper, wide * HOLLOW_SHARE]]) {
      pen.set(ink, px * ratio, dash.map((length) => length * ratio));
      pen.line(tile, i, scale);
    }
  }

  /** Return the strokes of the selected line, the widest first: thick, with a halo; [colour, width, dash] of each. */
  function marked(sheet, { colour, width, dash, isHollow }) {
    const { accent, paper } = sheet.palette;
    const thick = Math.max(width, sheet.lines.selected_px / 2);
    const open = isHollow ? [[paper, thick * HOLLOW_SHARE, dash]] : [];
    return [[accent, thick + 5, []], [paper, thick + 2, []], [colour, thick, dash], ...open];
  }

  /** Draw the selected line. */
  function mark(context, tile, i, { css, sheet, ...how }) {
    context.lineJoin = "round";
    context.beginPath();
    trace(context, tile, i);
    for (const [ink, px, dash] of marked(sheet, how)) {
      context.lineCap = dash.length ? "butt" : "round"; // a round end would fill the gaps
      context.setLineDash(dash.map((length) => length * css));
      context.strokeStyle = ink;
      context.lineWidth = px * css;
      context.stroke();
    }
  }

  /** Return the strokes, as `marked`, of a selected line that no tile draws: zone and provenance are codes. */
  MEKS.chosenStrokes = (sheet, { zone, v, isHollow }) => (
    marked(sheet, { colour: sheet.lines.colour[ZONES[zone]], width: 0, dash: sheet.lines.dash[PROVENANCES[v]] || [], isHollow })
  );

  /** Write the letters of sectors on the longer lines, each sector's once in a square of the tile. */
  function write(context, tile, order, { css, letters, sheet }) {
    const { box } = tile;
    const cells = Math.ceil(tile.extent / (LETTER_CELL_PX * css));
    const cellOf = (i, x, y) => (tile.s[i] * 64 + Math.floor((x / tile.extent) * cells)) * 64 + Math.floor((y / tile.extent) * cells);
    const about = (i) => cellOf(i, (box[i * 4] + box[i * 4 + 2]) / 2, (box[i * 4 + 1] + box[i * 4 + 3]) / 2);
    const done = new Set();
    const room = new Set();
    let tried = 0;
    const edge = LETTER_PX * css;
    const free = edge * 1.3;
    context.font = `700 ${LETTER_PX * css}px "Noto Sans", sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.setLineDash([]);
    context.lineWidth = 3 * css;
    context.strokeStyle = sheet.palette.paper;
    context.fillStyle = sheet.palette.ink;
    for (let at = order.length - 1; at >= 0 && tried < MOST_TRIED; at -= 1) { // the worst ones first
      const i = order[at];
      const letter = letters[tile.s[i]];
      if (!letter || !isLong(box, i, LONG_PX * css) || done.has(about(i))) continue;
      tried += 1;
      const [x, y] = middle(tile, i);
      if (x < edge || y < edge || x > tile.extent - edge || y > tile.extent - edge) continue;
      const cell = cellOf(i, x, y);
      const [column, row] = [Math.round(x / free), Math.round(y / free)];
      if (done.has(cell) || [-1, 0, 1].some((dx) => [-1, 0, 1].some((dy) => room.has(`${column + dx}/${row + dy}`)))) continue;
      done.add(cell);
      room.add(`${column}/${row}`);
      context.strokeText(letter, x, y);
      context.fillText(letter, x, y);
    }
  }

  const isLong = (box, i, least) => box[i * 4 + 2] - box[i * 4] >= least || box[i * 4 + 3] - box[i * 4 + 1] >= least;

  /** Return the middle of a line's longest segment. */
  function middle({ first, parts, x, y }, i) {
    let longest = 0;
    let place = [-1, -1];
    for (let part = first[i]; part < first[i + 1]; part += 1) {
      for (let j = parts[part] + 1; j < parts[part + 1]; j += 1) {
        const length = Math.hypot(x[j] - x[j - 1], y[j] - y[j - 1]);
        if (length > longest) [longest, place] = [length, [(x[j] + x[j - 1]) / 2, (y[j] + y[j - 1]) / 2]];
      }
    }
    return place;
  }
})();
