/* What the file holds: texts in three languages, of which one is read at a time, and shapes as short numbers. */
(function () {
  "use strict";

  const MEKS = (window.MEKS = window.MEKS || {});
  const file = JSON.parse(document.getElementById("document").textContent);
  const places = new Map(file.langs.map(([code], place) => [code, place]));

  /** Return a value of the document in a language: `{"$": n}` stands for entry n of the texts. */
  function inLanguage(value, lang) {
    const at = places.get(lang);
    const read = (one) => {
      if (Array.isArray(one)) return one.map(read);
      if (one === null || typeof one !== "object") return one;
      if ("$" in one) {
        const entry = file.texts[one.$];
        return Array.isArray(entry) ? entry[at] : entry;
      }
      return Object.fromEntries(Object.entries(one).map(([name, part]) => [name, read(part)]));
    };
    return read(value);
  }

  /** Return the points [x, y] of a path that tells each by its distance from the one before it. */
  function unpack(numbers, degree) {
    const points = [];
    let [x, y] = [0, 0];
    for (let i = 0; i < numbers.length; i += 2) {
      x += numbers[i];
      y += numbers[i + 1];
      points.push([x / degree, y / degree]);
    }
    return points;
  }

  /** Return the geometry of the base map as GeoJSON. */
  function base() {
    const { degree, ...layers } = file.base;
    const nested = (value) => (typeof value[0] === "number" ? unpack(value, degree) : value.map(nested));
    const feature = ([code, type, coordinates]) => ({
      properties: { region: code, kind: code }, geometry: { type, coordinates: nested(coordinates) },
    });
    return Object.fromEntries(Object.entries(layers).map(([name, list]) => [name, { features: list.map(feature) }]));
  }

  Object.assign(MEKS, { file, inLanguage, unpack, baseOfFile: base });
})();
