/* Lines of the file cut into the tiles that the layer of lines asks for; there is no archive to read. */
(function () {
  "use strict";

  const MEKS = window.MEKS;
  const EXTENT = 4096; // units of a tile's side
  const TILE_PX = 256;
  const EDGE_PX = 8; // a line this near to a tile is drawn in it too
  const STUB_PX = 3; // what is shorter from afar is drawn this long
  const CLOSE_ZOOM = 13; // from here on every line has its own length
  const KEPT = 300;

  /** Return the lines on the world's square, 0 to 1 from its north-west corner, each with its box. */
  function onWorld({ paths, degree }) {
    return paths.map((parts) => {
      const box = [Infinity, Infinity, -Infinity, -Infinity];
      const world = parts.map((part) => MEKS.unpack(part, degree).map(([lon, lat]) => {
        const x = lon / 360 + 0.5;
        const y = 0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI);
        box[0] = Math.min(box[0], x);
        box[1] = Math.min(box[1], y);
        box[2] = Math.max(box[2], x);
        box[3] = Math.max(box[3], y);
        return [x, y];
      }));
      return { parts: world, box };
    });
  }

  /** Return the paths of a line at a zoom: its own, or a stub about its middle. */
  function pathsAt({ parts, box }, zoom) {
    const pixels = TILE_PX * 2 ** zoom;
    if (zoom >= CLOSE_ZOOM || Math.hypot(box[2] - box[0], box[3] - box[1]) * pixels >= STUB_PX) return parts;
    const [from, to] = [parts[0][0], parts[0][parts[0].length - 1]];
    const far = Math.hypot(to[0] - from[0], to[1] - from[1]);
    const [dx, dy] = far ? [(to[0] - from[0]) / far, (to[1] - from[1]) / far] : [1, 0];
    const half = STUB_PX / pixels / 2;
    const [x, y] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
    return [[[x - dx * half, y - dy * half], [x + dx * half, y + dy * half]]];
  }

  function cut(lines, shapes, { z, x, y }) {
    const scale = 2 ** z * EXTENT;
    const reach = (EDGE_PX / TILE_PX / 2 ** z);
    const [left, top] = [x / 2 ** z - reach, y / 2 ** z - reach];
    const [right, bottom] = [(x + 1) / 2 ** z + reach, (y + 1) / 2 ** z + reach];
    const rows = [];
    shapes.forEach(({ box }, i) => {
      const isNear = box[0] < right && box[2] > left && box[1] < bottom && box[3] > top;
      if (isNear && (lines.z[i] >> z) & 1) rows.push(i);
    });
    const tile = { count: rows.length, extent: EXTENT, texts: [], first: [0], parts: [0], x: [], y: [], box: [] };
    for (const i of rows) {
      const from = tile.x.length;
      for (const path of pathsAt(shapes[i], z)) {
        for (const [u, v] of path) {
          tile.x.push(u * scale - x * EXTENT);
          tile.y.push(v * scale - y * EXTENT);
        }
        tile.parts.push(tile.x.length);
      }
      tile.first.push(tile.parts.length - 1);
      const [across, down] = [tile.x.slice(from), tile.y.slice(from)];
      tile.box.push(Math.min(...across), Math.min(...down), Math.max(...across), Math.max(...down));
    }
    const column = (values) => rows.map((i) => values[i]);
    const all = (value) => rows.map(() => value);
    return {
      ...tile, n: rows, s: column(lines.s), v: column(lines.v), k: column(lines.k), c: column(lines.c),
      a: all(0), b: all(0), d: all(0), r: all(0), o: all(-1), p: all(-1),
    };
  }

  let shapes = null; // made when they are first asked for

  /** Return a reader of tiles as that of `meks-geo/linetiles.js`; all its tiles are there at once. */
  MEKS.lineTiles = function (url) {
    const { lines } = MEKS.file;
    shapes = shapes || onWorld(lines);
    const kept = new Map();
    return {
      url,
      get(z, x, y) {
        const key = `${z}/${x}/${y}`;
        if (!kept.has(key)) {
          if (kept.size >= KEPT) kept.clear();
          kept.set(key, cut(lines, shapes, { z, x, y }));
        }
        return kept.get(key);
      },
      drop() { /* nothing is on its way */ },
    };
  };

  /** Return the bounds of a line of the file. */
  MEKS.boundsOfLine = function (row) {
    const { paths, degree } = MEKS.file.lines;
    return L.latLngBounds(paths[row].flatMap((path) => MEKS.unpack(path, degree)).map(([lon, lat]) => [lat, lon]));
  };
})();
