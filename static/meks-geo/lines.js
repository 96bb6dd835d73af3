/* Rules of lines: which pass the filter, the zone of each, which lies under the pointer.
   The same rules as `meks_geo/networks.py`. Works on the columns of `linetiles.js`; knows no Leaflet. */
(function () {
  "use strict";

  const MEKS = window.MEKS;
  const UNKNOWN = 3; // code of the zone
  const HIDDEN = 255;
  const GROUPS = 64; // zone x width class x provenance

  /** Return the wishes of a scene's lines in a form that is quick to ask. */
  function prepare({ at, period, want, ahead = [] }) {
    const named = new Map();
    const projects = want.p && new Set(want.p);
    return {
      at,
      ahead: new Set(ahead),
      first: Math.min(...ahead), // most lines are told apart without a look into the set
      last: Math.max(...ahead),
      period,
      divisor: 4 ** Math.max(period, 0),
      none: want.none,
      sectors: table(want.s),
      regions: table(want.r),
      operators: want.o && new Set(want.o),
      rows: new Set(want.i || []),
      provenances: table(want.v),
      zones: table(want.z),
      wear: want.wear,
      projects,
      /** Whether a text `id;id` names one of the projects. */
      names(text) {
        if (!named.has(text)) named.set(text, text.split(";").some((id) => projects.has(id.trim())));
        return named.get(text);
      },
    };
  }

  /** Return wished codes as a table that is 1 where a code is wished; null for no wish. */
  function table(codes) {
    if (!codes) return null;
    const found = new Uint8Array(256);
    for (const code of codes) found[code] = 1;
    return found;
  }

  const isAhead = ({ n }, i, { ahead, first, last }) => n[i] >= first && n[i] <= last && ahead.has(n[i]);

  const isKnown = (tile, i, filter) => tile.a[i] >= 0 && tile.d[i] <= filter.at;

  function zone(tile, i, filter) {
    if (filter.period < 0 || !isKnown(tile, i, filter)) return UNKNOWN;
    return Math.floor(tile.c[i] / filter.divisor) & 3;
  }

  function isWanted(tile, i, filter) {
    if (filter.none) return false;
    if (filter.sectors && !filter.sectors[tile.s[i]]) return false;
    if (filter.regions && !filter.regions[tile.r[i]]) return false;
    if (filter.provenances && !filter.provenances[tile.v[i]]) return false;
    if (filter.operators && !filter.operators.has(tile.o[i]) && !filter.rows.has(tile.n[i])) return false;
    if (filter.zones && !filter.zones[zone(tile, i, filter)]) return false;
    if (filter.wear) {
      const { unknown, low, high } = filter.wear;
      const known = isKnown(tile, i, filter);
      if (unknown) {
        if (known) return false;
      } else {
        if (!known) return false;
        if (low !== null && low !== undefined && tile.b[i] < low) return false;
        if (high !== null && high !== undefined && tile.a[i] > high) return false;
      }
    }
    return !filter.projects || (tile.p[i] >= 0 && filter.names(String(tile.texts[tile.p[i]])));
  }

  /** Return a tile of one line from the properties that a tile gives it. */
  function alone({ n = -1, s = 255, r = 255, o = -1, v = 255, c = 0, a = -1, b = a, d = 0, p, k = 0 }) {
    return { n: [n], s: [s], r: [r], o: [o], v: [v], c: [c], a: [a], b: [b], d: [d], p: [p ? 0 : -1], k: [k], texts: [p || ""] };
  }

  /** Sort the lines of a tile by the group in which they are drawn, worst last; kept with the tile.

      `order` from `starts[g]` to `starts[g + 1]` are the lines of group g, `group` is 255 for a line
      that does not pass, `ahead` are those of `order` that are not built. */
  function sort(tile, filter) {
    if (tile.sorted && tile.sorted.filter === filter) return tile.sorted;
    const group = new Uint8Array(tile.count);
    const starts = new Uint32Array(GROUPS + 1);
    for (let i = 0; i < tile.count; i += 1) {
      group[i] = isWanted(tile, i, filter)
        ? (UNKNOWN - zone(tile, i, filter)) * 16 + Math.min(tile.k[i], 3) * 4 + Math.min(tile.v[i], 3)
        : HIDDEN;
      if (group[i] !== HIDDEN) starts[group[i] + 1] += 1;
    }
    for (let g = 0; g < GROUPS; g += 1) starts[g + 1] += starts[g];
    const order = new Uint32Array(starts[GROUPS]);
    const next = starts.slice();
    for (let i = 0; i < tile.count; i += 1) if (group[i] !== HIDDEN) order[next[group[i]]++] = i;
    const ahead = filter.ahead.size ? order.filter((i) => isAhead(tile, i, filter)) : [];
    tile.sorted = { filter, group, starts, order, ahead };
    return tile.sorted;
  }

  /** Return [line, distance] of the passing line that is nearest to a place within `reach`, or null; all in units of the tile. */
  function nearest(tile, filter, x, y, reach) {
    const { group } = sort(tile, filter);
    const { box } = tile;
    let found = -1;
    let least = reach * reach;
    for (let i = 0; i < tile.count; i += 1) {
      const at = i * 4;
      if (group[i] === HIDDEN || box[at] > x + reach || box[at + 1] > y + reach || box[at + 2] < x - reach || box[at + 3] < y - reach) continue;
      const squared = distance(tile, i, x, y);
      if (squared < least || (squared === least && found >= 0 && group[i] >= group[found])) [found, least] = [i, squared];
    }
    return found < 0 ? null : [found, Math.sqrt(least)];
  }

  /** Return the squared distance of a place from a line. */
  function distance(tile, i, px, py) {
    let least = Infinity;
    for (let part = tile.first[i]; part < tile.first[i + 1]; part += 1) {
      for (let j = tile.parts[part] + 1; j < tile.parts[part + 1]; j += 1) {
        const x = tile.x[j - 1];
        const y = tile.y[j - 1];
        const dx = tile.x[j] - x;
        const dy = tile.y[j] - y;
        const length = dx * dx + dy * dy;
        const share = length ? Math.max(0, Math.min(1, ((px - x) * dx + (py - y) * dy) / length)) : 0;
        least = Math.min(least, (px - x - share * dx) ** 2 + (py - y - share * dy) ** 2);
      }
    }
    return least;
  }

  MEKS.lines = {
    prepare, sort, nearest, isKnown, zone,
    /** Whether a line (properties as in a tile) passes `{at, period, want}`. */
    passes: (feature, state) => isWanted(alone(feature), 0, prepare(state)),
    /** The zone of a line as of `{at, period, want}`: 0 red, 1 yellow, 2 green, 3 unknown. */
    zoneOf: (feature, state) => zone(alone(feature), 0, prepare(state)),
  };
})();
