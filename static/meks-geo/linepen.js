/* A pen that draws many short strokes into the pixels of a square, smooth at their edges.
   The browser's own pen takes several times as long for a city's streets. */
(function () {
  "use strict";

  const MEKS = window.MEKS;
  const SKIP_PX = 0.6; // a point this near to the last one does not show

  /** Return [red, green, blue] of "#rrggbb" as the low bytes of a pixel. */
  function ink(colour) {
    const [red, green, blue] = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
    return red | (green << 8) | (blue << 16);
  }

  /** Lay `under` beneath a colour of that opacity (0 to 255). */
  function blend(under, colour, opacity) {
    const below = ((under >>> 24) * (255 - opacity)) / 255;
    const sum = opacity + below;
    const part = opacity / sum;
    const r = under & 255;
    const g = (under >>> 8) & 255;
    const b = (under >>> 16) & 255;
    const red = r + ((colour & 255) - r) * part + 0.5;
    const green = g + (((colour >>> 8) & 255) - g) * part + 0.5;
    const blue = b + (((colour >>> 16) & 255) - b) * part + 0.5;
    return red | (green << 8) | (blue << 16) | ((sum + 0.5) << 24);
  }

  /** How much of a dash covers the place `at` along a line: 0 to 1. */
  function dashed(at, on, period) {
    const place = at % period;
    const inside = place < on ? Math.min(place, on - place) : -Math.min(place - on, period - place);
    return inside >= 0.5 ? 1 : inside <= -0.5 ? 0 : inside + 0.5;
  }

  MEKS.LinePen = class {
    constructor(side) {
      this.side = side;
      this.image = new ImageData(side, side);
      this.pixels = new Int32Array(this.image.data.buffer);
    }

    clear() {
      this.pixels.fill(0);
    }

    /** Choose colour, width and [drawn, left out] lengths, in pixels; an empty dash is a full line. */
    set(colour, width, dash) {
      this.ink = ink(colour);
      this.half = width / 2;
      this.on = dash.length ? dash[0] : 0;
      this.period = dash.length ? dash[0] + dash[1] : 0;
    }

    /** Draw a line of a tile, one stroke a part; `scale` is pixels in a unit of the tile. */
    line({ first, parts, x, y }, i, scale) {
      let along = 0;
      for (let part = first[i]; part < first[i + 1]; part += 1) {
        const last = parts[part + 1] - 1;
        let fromX = x[parts[part]] * scale;
        let fromY = y[parts[part]] * scale;
        for (let j = parts[part] + 1; j <= last; j += 1) {
          const toX = x[j] * scale;
          const toY = y[j] * scale;
          const length = Math.sqrt((toX - fromX) ** 2 + (toY - fromY) ** 2);
          if (length < SKIP_PX && j < last) continue;
          this.stroke(fromX, fromY, toX - fromX, toY - fromY, length, along);
          along += length;
          fromX = toX;
          fromY = toY;
        }
      }
    }

    /** Draw a straight piece (dx, dy) from a place; `along` is how far the line has come. */
    stroke(x0, y0, dx, dy, length, along) {
      const { side, pixels, half, period, on } = this;
      const colour = this.ink;
      const full = colour | (255 << 24);
      const reach = half + 0.5;
      const top = Math.max(0, Math.floor(Math.min(y0, y0 + dy) - reach));
      const bottom = Math.min(side - 1, Math.ceil(Math.max(y0, y0 + dy) + reach));
      const left = Math.max(0, Math.floor(Math.min(x0, x0 + dx) - reach));
      const right = Math.min(side - 1, Math.ceil(Math.max(x0, x0 + dx) + reach));
      if (top > bottom || left > right) return;
      const ux = length ? dx / length : 1;
      const uy = length ? dy / length : 0;
      const isSteep = Math.abs(uy) > 1e-6;
      const wide = isSteep ? reach / Math.abs(uy) : 0;
      const isShort = period > 0 && length < 0.5;
      for (let row = top; row <= bottom; row += 1) {
        const ry = row + 0.5 - y0;
        const centre = isSteep ? x0 + (ry * ux) / uy : 0;
        const from = isSteep ? Math.max(left, Math.floor(centre - wide - 0.5)) : left;
        const to = isSteep ? Math.min(right, Math.ceil(centre + wide)) : right;
        for (let column = from; column <= to; column += 1) {
          const rx = column + 0.5 - x0;
          const forth = rx * ux + ry * uy;
          let away = Math.abs(rx * uy - ry * ux);
          const beyond = forth < 0 ? -forth : forth - length;
          if (beyond > 0) away = Math.sqrt(away * away + beyond * beyond);
          let cover = reach - away;
          if (cover <= 0) continue;
          if (cover > 1) cover = 1;
          if (period > 0 && !isShort) {
            if (beyond > 0.5) continue;
            cover *= dashed(along + (forth < 0 ? 0 : forth > length ? length : forth), on, period);
          }
          const opacity = (cover * 255 + 0.5) | 0;
          if (opacity === 0) continue;
          const at = row * side + column;
          const under = pixels[at];
          if (opacity === 255 || under === 0) pixels[at] = colour | (opacity << 24);
          else if (under !== full) pixels[at] = blend(under, colour, opacity);
        }
      }
    }
  };
})();
