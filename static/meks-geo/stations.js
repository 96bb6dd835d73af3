/* The substations at which the backbone's lines end: small open squares, so that no colour of wear is meant.
   One that is placed at a town has a dashed ring, as a plant has there. */
(function () {
  "use strict";

  const MEKS = window.MEKS;
  const { svg, station } = MEKS.draw;
  const BOX_PX = 14; // under the pointer

  /** Return `draw(scene)`, which shows the substations of a scene. */
  MEKS.stations = function ({ map, tip, sheet }) {
    const group = L.layerGroup().addTo(map);
    let drawn = "";

    function marker({ lat, lon, title, hover, at_city }) {
      const { station_px: side, ring_px: gap } = sheet.sizes;
      const box = at_city ? side + 2 * gap + 2 : BOX_PX;
      const element = svg("svg", { width: box, height: box, viewBox: `${-box / 2} ${-box / 2} ${box} ${box}`, "aria-hidden": "true" });
      station(element, side, at_city);
      const icon = L.divIcon({ html: element, className: "meks-icon", iconSize: [box, box] });
      const made = L.marker([lat, lon], { icon, pane: "meks-marks", keyboard: false });
      const show = (event) => tip.show(title, hover, map.mouseEventToContainerPoint(event.originalEvent));
      return made.on({ mouseover: show, mousemove: show, mouseout: tip.hide });
    }

    function draw({ stations = [] }) {
      const next = JSON.stringify(stations);
      if (next === drawn) return;
      drawn = next;
      group.clearLayers();
      for (const one of stations) group.addLayer(marker(one));
    }

    return { draw };
  };
})();
