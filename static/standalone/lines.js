/* The card of a line of a network, made from its row in the table: the same as `meks_geo/linecards.py` makes. */
(function () {
  "use strict";

  const MEKS = window.MEKS;
  const ORDER = ["wear", "zone", "basis", "operator", "sector", "km", "built", "voltage", "size"];
  const NEVER_EMPTY = ["wear", "zone", "operator", "built"];

  /** Return the card of a row of the table of networks; `names(id)` gives a project's name and status. */
  MEKS.cardOfLine = function ([id, cells, projects, file], { columns, heads }, words, names) {
    const text = (name) => {
      const cell = cells[columns.indexOf(name)];
      return Array.isArray(cell) ? cell[0] : cell;
    };
    const said = ORDER
      .map((name) => [name, name === "wear" ? [text("wear"), text("wear_date")].filter(Boolean).join(" · ") : text(name)])
      .map(([name, value]) => [name, value || (NEVER_EMPTY.includes(name) ? words.unknown : "")])
      .filter(([, value]) => value);
    const [sender, t, d] = file || ["", "", words.revision];
    const source = { s: [text("provenance"), sender].filter(Boolean).join(" · "), t, d };
    const lines = said.map(([name, v], place) => [heads[columns.indexOf(name)], place ? { v } : { v, ...source }, []]);
    return {
      title: `${text("sector")}: ${words.segment.replace("{id}", () => id)}`,
      small: [text("region"), text("provenance") === words.synthetic ? words.made_up : text("provenance") === words.schematic ? words.drawn_course : ""].filter(Boolean),
      newest: text("wear_date") || words.nothing_known,
      sections: [{ id: "", title: "", lines, promises: [], history: [], all: "" }],
      linked: projects.map((one) => {
        const [name, status] = names(one);
        return [[words.project, status].filter(Boolean).join(" · "), one, name];
      }),
      note: "",
    };
  };
})();
