/* The substations at which the backbone's lines end: small open squares, so that no colour of wear is meant. */
(function () {
  "use strict";

  const MEKS = window.MEKS;
  const { svg, station } = MEKS.draw;
  const BOX_PX = 14; // under the pointer

  /** Return `draw(scene)`, which shows the substations of a scene. */
  MEKS.stations = function ({ map, tip, sheet }) {
    const group = L.layerGroup().addTo(map);
    let drawn = "";

    function marker({ lat, lon, title, hover }) {
      const half = BOX_PX / 2;
      const element = svg("svg", { width: BOX_PX, height: BOX_PX, viewBox: `${-half} ${-half} ${BOX_PX} ${BOX_PX}`, "aria-hidden": "true" });
      station(element, sheet.sizes.station_px);
      const icon = L.divIcon({ html: element, className: "meks-icon", iconSize: [BOX_PX, BOX_PX] });
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
