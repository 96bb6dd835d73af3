/* Tiles of lines: read from a PMTiles archive, decoded into columns, kept while there is room.
   A tile holds one number a line in each column, so that a filter runs over it without asking again. */
(function () {
  "use strict";

  const MEKS = window.MEKS;
  const LAYER = "networks";
  const HEADER = 16384; // bytes that are asked for first: header and root directory
  const TILES_KEPT = 200;
  const LINES_KEPT = 1.5e6;
  const PASSING = [429, 500, 502, 504]; // HTTP: may be better the next time
  const OUTSIDE = 416; // HTTP: the archive ends before
  const FAST = 2 ** 14; // coordinates of a tile of this extent fit into 16 bits

  /** Columns of a tile and what a line has that lacks them; `p` is a place in `texts`. */
  const COLUMNS = {
    n: [Int32Array, -1], s: [Uint8Array, 255], r: [Uint8Array, 255], o: [Int32Array, -1], v: [Uint8Array, 255],
    c: [Float64Array, 0], a: [Int16Array, -1], b: [Int16Array, -1], d: [Int32Array, 0], p: [Int32Array, -1], k: [Uint8Array, 0],
  };

  // ---------------------------------------------------------------- archive

  /** An archive that cannot be read; `status` is that of HTTP, or 0. `isPassing`: it may be another time. */
  class ArchiveError extends Error {
    constructor(text, status = 0, isPassing = PASSING.includes(status)) {
      super(text);
      this.status = status;
      this.isPassing = isPassing;
    }
  }

  /** The bytes of an archive: from the page itself, or by HTTP Range. */
  class Source {
    constructor(url, given) {
      this.url = url;
      this.given = given;
      this.cache = "default";
    }

    getKey() {
      return this.url;
    }

    async getBytes(offset, length, signal, etag) {
      const found = this.given ? { data: this.given.slice(offset, offset + length) } : await this.ask(offset, length, signal, etag);
      if (found.data.byteLength < length && offset > 0) throw new ArchiveError(`${this.url}: ends before byte ${offset + length}`);
      return found;
    }

    /** Bytes of an archive with another ETag than that of the directory in use are refused: the library then reads the directory anew. */
    async ask(offset, length, signal, expected) {
      const range = `bytes=${offset}-${offset + length - 1}`;
      const lost = (error) => { // the line may go while the answer is on its way, too
        throw error.name === "AbortError" ? error : new ArchiveError(`${this.url}: ${error}`, 0, true);
      };
      const answer = await fetch(this.url, { signal, cache: this.cache, headers: { Range: range } }).catch(lost);
      const etag = answer.headers.get("etag") || undefined;
      if (expected && (answer.status === OUTSIDE || (etag && etag !== expected))) {
        this.cache = "reload"; // what the browser keeps may be of the archive before
        if (answer.body) answer.body.cancel().catch(() => {}); // it may be all of the archive
        throw new window.pmtiles.EtagMismatch(`${this.url}: ${etag} in place of ${expected}`);
      }
      if (!answer.ok) throw new ArchiveError(`${this.url}: HTTP ${answer.status}`, answer.status);
      const data = await answer.arrayBuffer().catch(lost);
      return { data: answer.status === 206 ? data : data.slice(offset, offset + length), etag };
    }
  }

  /** Return a reader of tiles: `get(z, x, y)` gives a decoded tile or a promise of one, `drop(z, x, y)` stops waiting for it. */
  MEKS.lineTiles = function (url) {
    const source = new Source(url, MEKS.preload[url]);
    const open = () => new window.pmtiles.PMTiles(source);
    let archive = open();
    const kept = new Map(); // in the order of last use
    const asked = new Map();
    let lines = 0;

    function get(z, x, y) {
      const key = `${z}/${x}/${y}`;
      const found = kept.get(key);
      if (found) {
        kept.delete(key);
        kept.set(key, found);
        return found;
      }
      if (!asked.has(key)) {
        const control = new AbortController();
        asked.set(key, { control, tile: load(key, [z, x, y], control.signal) });
      }
      return asked.get(key).tile;
    }

    async function load(key, place, signal) {
      try {
        const answer = await archive.getZxy(...place, signal);
        const tile = decode(answer ? new Uint8Array(answer.data) : new Uint8Array(0));
        keep(key, tile);
        return tile;
      } catch (error) {
        if (error.name !== "AbortError") archive = open(); // it keeps its failures
        throw error;
      } finally {
        if (asked.has(key) && asked.get(key).control.signal === signal) asked.delete(key);
      }
    }

    function keep(key, tile) {
      kept.set(key, tile);
      lines += tile.count;
      for (const [oldest, { count }] of kept) {
        if (kept.size <= TILES_KEPT && lines <= LINES_KEPT) break;
        kept.delete(oldest);
        lines -= count;
      }
    }

    function drop(z, x, y) {
      const waiting = asked.get(`${z}/${x}/${y}`);
      if (!waiting) return;
      asked.delete(`${z}/${x}/${y}`);
      waiting.control.abort();
    }

    return { url, get, drop };
  };

  // ----------------------------------------------------------------- decode

  /** A reader of the wire format of protocol buffers. */
  class Wire {
    constructor(bytes, pos = 0, end = bytes.length) {
      this.bytes = bytes;
      this.pos = pos;
      this.end = end;
    }

    get view() {
      return new DataView(this.bytes.buffer, this.bytes.byteOffset + this.pos);
    }

    varint() {
      const first = this.bytes[this.pos++];
      if (first < 128) return first;
      const second = this.bytes[this.pos++];
      if (second < 128) return (first & 127) | (second << 7);
      this.pos -= 2;
      let found = 0;
      let factor = 1;
      for (let count = 0; count < 10; count += 1) {
        const byte = this.bytes[this.pos++];
        found += (byte & 127) * factor;
        if (byte < 128) return found;
        factor *= 128;
      }
      throw new ArchiveError("a tile is damaged");
    }

    /** Call `on(field, wire type)` for each field; `on` returns true when it has read it. */
    fields(on) {
      while (this.pos < this.end) {
        const tag = this.varint();
        if (!on(tag >>> 3, tag & 7)) this.skip(tag & 7);
      }
      if (this.pos > this.end) throw new ArchiveError("a tile is damaged");
    }

    skip(type) {
      if (type === 0) this.varint();
      else if (type === 1) this.pos += 8;
      else if (type === 2) this.part();
      else if (type === 5) this.pos += 4;
      else throw new ArchiveError("a tile is damaged");
    }

    /** Return a reader of the message at this place, and go behind it. */
    part() {
      const length = this.varint();
      const found = new Wire(this.bytes, this.pos, this.pos + length);
      this.pos += length;
      if (this.pos > this.end) throw new ArchiveError("a tile is damaged");
      return found;
    }

    text() {
      const { bytes, pos, end } = this.part();
      return new TextDecoder().decode(bytes.subarray(pos, end));
    }
  }

  /** Tags of a feature's fields: number * 8 + wire type. */
  const [TAGS, GEOMETRY] = [2 * 8 + 2, 4 * 8 + 2];

  const signed = (number) => (number % 2 ? -(number + 1) / 2 : number / 2);

  function value(wire) {
    let found = 0;
    wire.fields((field) => {
      if (field === 1) found = wire.text();
      else if (field === 2) { found = wire.view.getFloat32(0, true); wire.pos += 4; }
      else if (field === 3) { found = wire.view.getFloat64(0, true); wire.pos += 8; }
      else if (field === 6) found = signed(wire.varint());
      else found = wire.varint();
      return true;
    });
    return found;
  }

  /** Return the columns of a tile (see `COLUMNS`), its geometry and the box of each line.

      The points of line i are those of the parts `first[i]` to `first[i + 1]`; part j goes from point
      `parts[j]` to `parts[j + 1]`. Coordinates run from 0 to `extent`, and beyond at the edges. */
  function decode(bytes) {
    const layer = { name: "", keys: [], values: [], features: [], extent: 4096 };
    const root = new Wire(bytes);
    root.fields((field) => {
      if (field !== 3) return false;
      const wire = root.part();
      const found = { name: "", keys: [], values: [], features: [], extent: 4096 };
      wire.fields((inner) => {
        if (inner === 1) found.name = wire.text();
        else if (inner === 2) found.features.push(wire.part());
        else if (inner === 3) found.keys.push(wire.text());
        else if (inner === 4) found.values.push(value(wire.part()));
        else if (inner === 5) found.extent = wire.varint();
        else return false;
        return true;
      });
      if (found.name === LAYER) Object.assign(layer, found);
      return true;
    });
    return columns(layer);
  }

  function columns({ keys, values, features, extent }) {
    const count = features.length;
    const Place = extent > FAST ? Int32Array : Int16Array;
    const room = features.reduce((sum, { pos, end }) => sum + end - pos, 0);
    const tile = { count, extent, texts: values, first: new Uint32Array(count + 1), box: new Place(count * 4) };
    for (const name in COLUMNS) tile[name] = new COLUMNS[name][0](count).fill(COLUMNS[name][1]);
    const path = { x: new Place((room >> 1) + 1), y: new Place((room >> 1) + 1), points: 0, parts: [0] };
    const byKey = keys.map((name) => (name in COLUMNS ? tile[name] : null));
    features.forEach((wire, i) => {
      while (wire.pos < wire.end) {
        const tag = wire.varint();
        if (tag !== TAGS && tag !== GEOMETRY) {
          wire.skip(tag & 7);
          continue;
        }
        const end = wire.varint() + wire.pos;
        if (end > wire.end) throw new ArchiveError("a tile is damaged");
        if (tag === GEOMETRY) trace(wire, end, path);
        while (wire.pos < end) {
          const column = byKey[wire.varint()];
          const at = wire.varint();
          if (column) column[i] = column === tile.p ? at : values[at];
        }
      }
      if (tile.b[i] < 0) tile.b[i] = tile.a[i];
      tile.first[i + 1] = path.parts.length - 1;
      surround(tile.box, i, path, path.parts[tile.first[i]]);
    });
    tile.parts = Uint32Array.from(path.parts);
    tile.x = path.x.slice(0, path.points);
    tile.y = path.y.slice(0, path.points);
    return tile;
  }

  /** Add the parts of a geometry to a path. */
  function trace(wire, end, path) {
    let x = 0;
    let y = 0;
    while (wire.pos < end) {
      const command = wire.varint();
      if ((command & 7) === 7) continue;
      if ((command & 7) === 1 && path.points > path.parts[path.parts.length - 1]) path.parts.push(path.points);
      for (let count = command >>> 3; count > 0 && wire.pos < end; count -= 1) {
        x += signed(wire.varint());
        y += signed(wire.varint());
        path.x[path.points] = x;
        path.y[path.points++] = y;
      }
    }
    if (path.points > path.parts[path.parts.length - 1]) path.parts.push(path.points);
  }

  function surround(box, i, { x, y, points }, from) {
    let left = x[from];
    let right = left;
    let top = y[from];
    let bottom = top;
    for (let j = from + 1; j < points; j += 1) {
      if (x[j] < left) left = x[j];
      else if (x[j] > right) right = x[j];
      if (y[j] < top) top = y[j];
      else if (y[j] > bottom) bottom = y[j];
    }
    box[i * 4] = left;
    box[i * 4 + 1] = top;
    box[i * 4 + 2] = right;
    box[i * 4 + 3] = bottom;
  }

  MEKS.decodeLines = decode;
})();
