/* What lies over the map inside its frame: legend, hover card, scale bar. */
(function () {
  "use strict";

  const MEKS = window.MEKS;
  const { html, legendSymbol, locale } = MEKS.draw;
  const LONG_LIST = 8;
  const NARROW_PX = 600; // the legend starts folded on a narrower map

  /** The scale bar, metric, in the reader's words. */
  MEKS.Scale = L.Control.Scale.extend({
    units: ["m", "km"],
    _updateMetric(maxMetres) {
      const metres = this._getRoundNum(maxMetres);
      const text = metres < 1000 ? `${metres} ${this.units[0]}` : `${metres / 1000} ${this.units[1]}`;
      this._updateScale(this._mScale, text, metres / maxMetres);
    },
  });

  /** Return the hover card: `show(title, lines, point)` and `hide()`. Texts never become markup. */
  MEKS.tip = function (map) {
    const card = html("div", "meks-tip", map.getContainer());
    let key = "";

    function show(title, lines, at) {
      const next = JSON.stringify([title, lines]);
      if (next !== key) {
        key = next;
        card.replaceChildren();
        html("div", "meks-tip-title", card, title);
        const list = html("dl", "", card);
        for (const [label, value] of lines) {
          html("dt", "", list, label);
          html("dd", "", list, value);
        }
      }
      const room = map.getSize();
      const left = at.x + 16 + card.offsetWidth > room.x ? at.x - 14 - card.offsetWidth : at.x + 16;
      const top = at.y + 14 + card.offsetHeight > room.y ? at.y - 12 - card.offsetHeight : at.y + 14;
      card.style.transform = `translate(${Math.max(4, Math.round(left))}px, ${Math.max(4, Math.round(top))}px)`;
      card.classList.add("meks-shown");
    }

    return { show, hide: () => card.classList.remove("meks-shown") };
  };

  /** Return the legend: `draw(scene)`; `cover()`, its rectangle or null while folded; `state()`, a text that tells its size. */
  MEKS.legend = function (map, onFold) {
    const box = html("div", "meks-legend");
    const button = html("button", "meks-legend-button", box);
    const body = html("div", "meks-legend-body", box);
    let drawn = "";

    function fold(folded) {
      box.classList.toggle("meks-folded", folded);
      button.setAttribute("aria-expanded", String(!folded));
    }

    function drawRow(list, row, lang) {
      const item = html("li", "", list);
      item.appendChild(legendSymbol(row.symbol));
      html("span", "meks-legend-label", item, row.label);
      if (row.count !== null) html("span", "meks-count", item, row.count.toLocaleString(locale(lang)));
    }

    const has = (group, sort) => group.rows.some((row) => row.symbol.startsWith(`${sort}:`));
    const isFill = (group) => has(group, "area");
    const classOf = (group) => (isFill(group) ? "meks-areas" : has(group, "work") ? "meks-works" : "");

    function draw({ legend, words, lang }) {
      const next = JSON.stringify([legend, words.legend]);
      if (next === drawn) return;
      drawn = next;
      button.textContent = words.legend || "";
      body.replaceChildren();
      for (const group of legend) {
        const block = html("section", classOf(group), body);
        html("h3", "", block, group.title);
        const list = html("ul", group.rows.length > LONG_LIST ? "meks-columns" : "", block);
        for (const row of group.rows) drawRow(list, row, lang);
      }
      const notes = html("div", "meks-notes", body);
      for (const group of legend) if (group.note) html("p", isFill(group) ? "meks-areas" : "", notes, group.note);
      box.hidden = legend.length === 0;
    }

    function cover() {
      return box.hidden || box.classList.contains("meks-folded") ? null : MEKS.frameBox(map, box);
    }

    button.type = "button";
    button.addEventListener("click", () => {
      fold(!box.classList.contains("meks-folded"));
      onFold();
    });
    fold(map.getSize().x < NARROW_PX);
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
    const control = L.control({ position: "bottomleft" });
    control.onAdd = () => box;
    control.addTo(map);
    // The other controls of the lower edge stand on the legend where it spans the whole width.
    const rest = () => map.getContainer().style.setProperty("--meks-legend", `${spansMap() ? box.offsetHeight + 10 : 0}px`);
    const spansMap = () => box.offsetWidth > map.getSize().x - 40;
    new ResizeObserver(rest).observe(box);
    return { draw, cover, state: () => box.className + drawn };
  };

  /** Return an element's rectangle [left, top, right, bottom] in pixels of the map's frame. */
  MEKS.frameBox = function (map, element) {
    const outer = map.getContainer().getBoundingClientRect();
    const inner = element.getBoundingClientRect();
    return [inner.left - outer.left, inner.top - outer.top, inner.right - outer.left, inner.bottom - outer.top];
  };
})();
