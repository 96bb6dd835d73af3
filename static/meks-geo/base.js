/* The base map: neighbours, regions, water, outline, drawn once as SVG paths. */
(function () {
  "use strict";

  const MEKS = window.MEKS;
  const { mix } = MEKS.draw;

  /** Draw the geometry into `group`; return [id, {layer, polygons, painted, inside}] for each region. */
  MEKS.drawBase = function ({ map, group, renderer, sheet: { palette, sizes }, data }) {
    const common = { renderer, interactive: false, smoothFactor: 0.4, fillOpacity: 1 };
    const add = (Shape, places, options) => quick(map, new Shape(places, { ...common, ...options })).addTo(group);
    const area = (features, options) => add(L.Polygon, features.flatMap(polygonsOf), { stroke: false, ...options });
    const line = (color, weight) => ({ stroke: true, color, weight });
    const neighbours = (kind) => data.neighbours.features.filter((feature) => feature.properties.kind === kind);

    area(neighbours("land"), { fillColor: palette.neighbours });
    add(L.Polyline, neighbours("border").flatMap(linesOf), line(palette.border_neighbour, 1));
    const regions = data.regions.features.map((feature) => {
      const layer = area([feature], {
        interactive: true, bubblingMouseEvents: false, fillColor: palette.land, ...line(palette.border, sizes.region_stroke_px),
      });
      const { type, coordinates } = feature.geometry;
      const polygons = type === "Polygon" ? [coordinates] : coordinates;
      return [feature.properties.region, { layer, polygons, painted: "", inside: new Map() }];
    });
    area(data.lakes.features, { fillColor: palette.water, ...line(mix(palette.water, palette.border, 0.45), 0.6) });
    area(data.outline.features, { fill: false, ...line(mix(palette.border, palette.ink, 0.25), sizes.outline_stroke_px) });
    return regions;
  };

  function polygonsOf({ geometry: { type, coordinates } }) {
    return type === "Polygon" ? [L.GeoJSON.coordsToLatLngs(coordinates, 1)] : L.GeoJSON.coordsToLatLngs(coordinates, 2);
  }

  function linesOf({ geometry: { type, coordinates } }) {
    return type === "LineString" ? [L.GeoJSON.coordsToLatLngs(coordinates, 0)] : L.GeoJSON.coordsToLatLngs(coordinates, 1);
  }

  /** Let a path keep its projected points: a zoom then only scales them. */
  function quick(map, path) {
    path._projectLatlngs = function (places, result, bounds) {
      if (places.length && !(places[0] instanceof L.LatLng)) {
        places.forEach((part) => this._projectLatlngs(part, result, bounds));
        return;
      }
      const { crs } = map.options;
      const scale = crs.scale(map.getZoom()) / crs.scale(0);
      const origin = map.getPixelOrigin();
      places.world = places.world || places.map((place) => crs.latLngToPoint(place, 0));
      const ring = places.world.map(({ x, y }) => new L.Point(Math.round(x * scale - origin.x), Math.round(y * scale - origin.y)));
      ring.forEach((point) => bounds.extend(point));
      result.push(ring);
    };
    return path;
  }
})();
