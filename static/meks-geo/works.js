/* Works of a plan: flags with the year in which they begin, tied to their places. Dark where the place is known, open where
   only the region is: no colour of wear is meant. */
(function () {
  "use strict";

  const MEKS = window.MEKS;
  const { svg, html, flag } = MEKS.draw;

  /** Return the layer of works: `draw(scene)` makes it hold those of the scene; `entries()` are what a layout places. */
  MEKS.works = function ({ map, tip, emit }) {
    const group = L.layerGroup().addTo(map);
    let drawn = "[]";
    let entries = [];

    function add(work) {
      const element = html("div", "meks-city");
      const leader = svg("line", { class: "meks-pole" }, svg("svg", { width: 1, height: 1 }, element));
      const label = element.appendChild(flag(work.text, work.at_region));
      const icon = L.divIcon({ html: element, className: "meks-icon", iconSize: [0, 0], iconAnchor: [0, 0] });
      const marker = L.marker([work.lat, work.lon], { icon, pane: "meks-cities", keyboard: true });
      const show = (point) => tip.show(work.title, work.hover, point);
      const choose = () => emit({ event: "select", id: work.link });
      marker.on({
        mouseover: (event) => show(map.mouseEventToContainerPoint(event.originalEvent)),
        mousemove: (event) => show(map.mouseEventToContainerPoint(event.originalEvent)),
        mouseout: tip.hide,
        click: choose,
        keydown: ({ originalEvent }) => { if (originalEvent.key === "Enter") choose(); },
      }).addTo(group);
      const place = marker.getElement();
      place.setAttribute("aria-label", [work.year, work.title, work.cost].join(". "));
      place.addEventListener("focus", () => {
        if (place.matches(":focus-visible")) show(map.latLngToContainerPoint(marker.getLatLng()));
      });
      place.addEventListener("blur", tip.hide);
      return { data: work, label, leader };
    }

    function draw({ works = [] }) {
      const next = JSON.stringify(works);
      if (next === drawn) return;
      drawn = next;
      group.clearLayers();
      entries = works.map(add);
    }

    return { draw, entries: () => entries };
  };
})();
