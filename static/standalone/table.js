/* Tables: the same things as on the map. A head sorts, a row opens its card. */
(function () {
  "use strict";

  const MEKS = window.MEKS;
  const { html, locale } = MEKS.draw;
  const MOST_ROWS = 200; // drawn at once
  const NONE = "—";

  const textOf = (cell) => (Array.isArray(cell) ? cell[0] : cell);

  /** Compare two cells: by number where they have one, else as words; what is unknown comes last. */
  function order(one, other, down, collator) {
    const isNumber = Array.isArray(one);
    const [a, b] = isNumber ? [one[1], other[1]] : [one, other];
    const unknown = (value) => value === null || value === "";
    if (unknown(a) || unknown(b)) return unknown(a) - unknown(b);
    return (isNumber ? a - b : collator.compare(a, b)) * (down ? -1 : 1);
  }

  /** Return a table: `draw(table, words, lang)`, `filter(ids)` (null for all), `choose(id)`. */
  MEKS.table = function (box, open) {
    const sorted = { column: -1, down: false };
    let [table, words, lang, ids, chosen, all] = [null, {}, "", null, "", false];

    function rows() {
      const found = table.rows.filter(([id]) => !ids || ids.has(id));
      if (sorted.column < 0) return found;
      const collator = new Intl.Collator(lang, { numeric: true });
      return [...found].sort(([, a], [, b]) => order(a[sorted.column], b[sorted.column], sorted.down, collator));
    }

    function head(parent, label, column) {
      const cell = html("th", table.numbers.includes(column) ? "number" : "", parent);
      cell.scope = "col";
      const isSorted = sorted.column === column;
      if (isSorted) cell.setAttribute("aria-sort", sorted.down ? "descending" : "ascending");
      const button = html("button", "", cell, label);
      button.type = "button";
      button.addEventListener("click", () => {
        sorted.down = isSorted && !sorted.down;
        sorted.column = column;
        render();
        box.querySelectorAll("thead button")[column].focus();
      });
    }

    function row(body, [id, cells]) {
      const line = html("tr", id === chosen ? "chosen" : "", body);
      line.dataset.id = id;
      cells.forEach((cell, column) => {
        const text = textOf(cell);
        const place = html(column ? "td" : "th", table.numbers.includes(column) ? "number" : "", line);
        if (column) {
          place.textContent = text || NONE;
          return;
        }
        place.scope = "row";
        const button = html("button", "link", place, text);
        button.type = "button";
      });
    }

    function render() {
      const found = rows();
      const shown = all ? found : found.slice(0, MOST_ROWS);
      box.replaceChildren();
      const number = (count) => count.toLocaleString(locale(lang));
      const whole = html("div", "table", box);
      const made = html("table", "", whole);
      const caption = html("caption", "", made, table.title);
      if (shown.length < table.rows.length) caption.append(` · ${number(shown.length)} / ${number(table.rows.length)}`);
      const top = html("tr", "", html("thead", "", made));
      table.heads.forEach((label, column) => head(top, label, column));
      const body = html("tbody", "", made);
      for (const one of shown) row(body, one);
      if (!found.length) html("p", "note", box, words.nothing_found);
      if (shown.length < found.length) {
        const more = html("button", "more", box, `${words.show_all}: ${number(found.length)}`);
        more.type = "button";
        more.addEventListener("click", () => { all = true; render(); });
      }
    }

    box.addEventListener("click", (event) => {
      const line = event.target.closest("tbody tr");
      if (line) open(line.dataset.id);
    });

    return {
      draw(next, nextWords, language) {
        [table, words, lang] = [next, nextWords, language];
        render();
      },
      filter(next) {
        ids = next;
        if (table) render();
      },
      choose(id) {
        chosen = id;
        for (const line of box.querySelectorAll("tbody tr")) line.classList.toggle("chosen", line.dataset.id === id);
      },
    };
  };
})();
