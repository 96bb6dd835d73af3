/* The card of a thing: what is said of it, by whom and when, and how the promises changed. Texts never become markup. */
(function () {
  "use strict";

  const MEKS = window.MEKS;
  const { html } = MEKS.draw;
  const FIRST_LINES = 4; // before the promises
  const MOST_LINKED = 12;

  /** Add the source of a statement: a link where it has an address of the web, else its title too. */
  function source(parent, said) {
    const text = [said.s, said.u ? "" : said.t, said.d].filter(Boolean).join(" · ");
    if (!said.u) {
      parent.append(text);
      return;
    }
    const link = html("a", "", parent, text);
    link.href = said.u;
    link.title = said.t || "";
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  }

  function value(parent, said) {
    html("div", "value", parent, said.v || "");
    if (!said.s) return; // the source of the line above
    const under = html("div", "src", parent);
    if (said.w) html("em", "standing", under, said.w);
    source(under, said);
  }

  function facts(parent, lines, words) {
    if (!lines.length) return;
    const list = html("dl", "facts", parent);
    for (const [label, said, conflicts] of lines) {
      html("dt", "", list, label);
      const place = html("dd", "", list);
      value(place, said);
      for (const other of conflicts) {
        const line = html("div", "conflict", place, `${words.conflict}: `);
        html("b", "", line, other.v || "");
        line.append(" ");
        source(line, other);
      }
    }
  }

  function step(body, said, label) {
    const row = html("tr", said.f ? "faint" : "", body);
    html("td", "", row, said.d || "");
    const cell = html("td", "", row);
    if (label) cell.append(`${label}: `);
    html("b", "", cell, said.v || "");
    if (said.w && !label) html("em", "standing", cell, said.w);
    source(html("div", "src", cell), said);
    if (said.n && !label) html("div", "note", cell, said.n);
  }

  function promise(parent, { title, change, chart, told, steps }) {
    const block = html("div", "promise", parent);
    const head = html("h4", "", block, title);
    if (change) html("span", "change", head, change);
    if (chart) {
      const picture = html("img", "", block);
      picture.alt = told;
      picture.src = `data:image/svg+xml,${encodeURIComponent(chart)}`;
    }
    const table = html("tbody", "", html("table", "steps", block));
    for (const said of steps) step(table, said, "");
  }

  function section(parent, one, words, open) {
    if (one.title) link(parent, one.title, one.id, open);
    facts(parent, one.lines.slice(0, FIRST_LINES), words);
    for (const each of one.promises) promise(parent, each);
    facts(parent, one.lines.slice(FIRST_LINES), words);
    if (!one.lines.length && !one.promises.length) html("p", "note", parent, words.nothing);
    if (!one.history.length) return;
    const more = html("details", "", parent);
    html("summary", "", more, one.all);
    const table = html("tbody", "", html("table", "steps", more));
    more.addEventListener("toggle", () => {
      if (more.open && !table.childElementCount) for (const [label, said] of one.history) step(table, said, label);
    });
  }

  /** Add the name of a thing: a button that opens its card, or the name alone where the file has no card of it. */
  function link(parent, text, id, open) {
    if (!open.has(id)) return html("div", "name", parent, text);
    const button = html("button", "link", parent, text);
    button.type = "button";
    button.addEventListener("click", () => open(id));
    return button;
  }

  /** Return the place of the card: `draw(card, {words, isChosen, latest})`, `focus()`. `open(id)` opens another one, `open.has(id)` tells whether there is one. */
  MEKS.card = function (box, open) {
    let head = null;

    function draw(card, { words, isChosen, latest }) {
      box.replaceChildren();
      const top = html("div", "card-head", box);
      head = html("h2", "", top, card.title);
      head.tabIndex = -1;
      if (isChosen) {
        const close = html("button", "close", top, "\u00d7");
        close.type = "button";
        close.addEventListener("click", () => open(""));
        close.title = words.close;
        close.setAttribute("aria-label", words.close);
      }
      for (const line of card.small) html("div", "small", box, line);
      html("b", "", html("div", "small", box, `${words.newest}: `), card.newest);
      for (const one of card.sections) section(box, one, words, open);
      for (const [relation, id, name] of card.linked.slice(0, MOST_LINKED)) {
        html("div", "relation", box, relation);
        link(box, name, id, open);
      }
      const rest = card.linked.length - MOST_LINKED;
      if (rest > 0) html("div", "note", box, words.more.replace("{count}", rest));
      if (card.note) html("p", "note", box, card.note);
      if (latest.length) html("h4", "", box, words.latest);
      for (const [id, name, attribute, said, day] of latest) {
        link(box, name, id, open);
        html("b", "", html("div", "small", box, `${day} · ${attribute}: `), said);
      }
      box.scrollTop = 0;
    }

    return { draw, focus: () => head && head.focus({ preventScroll: true }) };
  };
})();
