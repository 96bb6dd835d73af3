/* Marks: what was added, changed or removed, and what is wrong with a file. Told by form alone. */
(function () {
  "use strict";

  const MEKS = window.MEKS;
  const { svg, sign } = MEKS.draw;
  const BOX_PX = 26;

  /** Return the layer of marks: `draw(scene)` makes it hold those of the scene. */
  MEKS.marks = function ({ map, tip, sheet: { palette } }) {
    const LINES = {
      added: { color: palette.accent, weight: 4 },
      changed: { color: palette.ink, weight: 2.4 },
      removed: { color: palette.ink, weight: 2.4, dashArray: "7 6" },
      error: { color: palette.ink, weight: 3.2 },
      warning: { color: palette.ink_soft, weight: 2.4 },
    };
    const renderer = L.svg({ pane: "meks-marks", padding: 0.4 });
    const group = L.layerGroup().addTo(map);
    let drawn = "[]";

    function show(mark, event) {
      tip.show(mark.title, mark.hover, map.mouseEventToContainerPoint(event.originalEvent));
    }

    function listen(layer, mark) {
      layer.on({ mouseover: (event) => show(mark, event), mousemove: (event) => show(mark, event), mouseout: tip.hide });
      layer.addTo(group);
    }

    function drawLine(mark) {
      if (mark.paths.length === 0) return;
      const common = { renderer, smoothFactor: 0.6, bubblingMouseEvents: false };
      L.polyline(mark.paths, { ...common, color: palette.paper, weight: 6.5, opacity: 0.85, interactive: false }).addTo(group);
      listen(L.polyline(mark.paths, { ...common, ...LINES[mark.state] }), mark);
    }

    function drawSign(mark) {
      const root = svg("svg", { width: BOX_PX, height: BOX_PX, viewBox: `${-BOX_PX / 2} ${-BOX_PX / 2} ${BOX_PX} ${BOX_PX}`, "aria-hidden": "true" });
      sign(svg("g", { class: "meks-mark" }, root), mark.state);
      const icon = L.divIcon({ html: root, className: "meks-icon", iconSize: [BOX_PX, BOX_PX], iconAnchor: [BOX_PX / 2, BOX_PX / 2] });
      const marker = L.marker([mark.lat, mark.lon], { icon, keyboard: true });
      listen(marker, mark);
      const element = marker.getElement();
      element.setAttribute("aria-label", [mark.title, ...mark.hover.map((line) => line.join(": "))].join(". "));
      element.addEventListener("focus", () => {
        if (element.matches(":focus-visible")) tip.show(mark.title, mark.hover, map.latLngToContainerPoint(marker.getLatLng()));
      });
      element.addEventListener("blur", tip.hide);
    }

    function draw({ marks }) {
      const next = JSON.stringify(marks);
      if (next === drawn) return;
      drawn = next;
      group.clearLayers();
      marks.forEach(drawLine);
      marks.filter((mark) => mark.sign).forEach(drawSign);
    }

    return { draw };
  };
})();
