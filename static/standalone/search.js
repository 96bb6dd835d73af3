/* Search: names in three languages, on whichever keyboard. The same spelling rules as `meks_geo/i18n/search.py`. */
(function () {
  "use strict";

  const MEKS = window.MEKS;
  const { html } = MEKS.draw;
  const MOST = 12; // answers
  const KAZAKH = new Map([..."әғқңөұүһі"].map((letter, i) => [letter, "агкноуухи"[i]]));
  const SHORT_I = "\u0439";
  const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;
  const GAP = /[\s"'`_\u00ab\u00b4\u00bb\u02bc\u2010-\u2015\u2018-\u201f\u2039\u203a\u2212-]+/g;

  /** Return the form in which two spellings of a name are equal. */
  MEKS.searchKey = function (text) {
    const plain = text.replace(INVISIBLE, "").normalize("NFC").toLowerCase().replace(/ß/g, "ss").normalize("NFC");
    const bare = [...plain].map((letter) => (letter === SHORT_I ? letter : letter.normalize("NFD").replace(/\p{M}/gu, "")));
    return [...bare.join("")].map((letter) => KAZAKH.get(letter) || letter).join("").replace(GAP, " ").trim();
  };

  /** Return the ids in whose names every word begins a word, in the order of the file; null for no word. */
  MEKS.find = function (text) {
    const words = MEKS.searchKey(text).split(" ").filter(Boolean).map((word) => ` ${word}`);
    if (!words.length) return null;
    return MEKS.file.search.filter(([, , key]) => words.every((word) => key.includes(word))).map(([id, sort]) => [id, sort]);
  };

  /** Return the field of search: `say(words)`. `told(id)` gives [name, beside], `open(id)` opens, `onChange(ids)` narrows. */
  MEKS.search = function (box, { told, open, onChange }) {
    const input = html("input", "", box);
    const list = html("ul", "answers", box);
    const status = html("div", "unseen", box);
    let [found, active, words] = [[], -1, {}];
    input.type = "search";
    input.autocomplete = "off";
    input.maxLength = 200;
    list.id = "answers";
    list.hidden = true;
    status.setAttribute("role", "status");
    list.setAttribute("role", "listbox");
    for (const [name, value] of [["role", "combobox"], ["aria-controls", "answers"], ["aria-expanded", "false"], ["aria-autocomplete", "list"]]) {
      input.setAttribute(name, value);
    }

    function show(isOpen) {
      list.hidden = !isOpen;
      input.setAttribute("aria-expanded", String(isOpen));
      if (!isOpen) input.removeAttribute("aria-activedescendant");
    }

    function look() {
      const all = MEKS.find(input.value);
      found = (all || []).slice(0, MOST);
      active = -1;
      list.replaceChildren();
      found.forEach(([id, sort], place) => {
        const [name, beside] = told(id, sort);
        const item = html("li", "", list);
        item.id = `answer-${place}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        html("b", "", item, name);
        html("span", "", item, beside);
        item.addEventListener("pointerdown", (event) => { event.preventDefault(); take(place); });
      });
      if (all && !all.length) html("li", "none", list, words.nothing_found);
      status.textContent = all ? `${words.found}: ${all.length}` : "";
      show(Boolean(all));
      onChange(all && new Set(all.map(([id]) => id)));
    }

    function take(place) {
      const [id] = found[place];
      input.value = "";
      look();
      open(id);
    }

    function move(by) {
      if (!found.length) return;
      show(true);
      active = (active + by + found.length + (active < 0 && by < 0 ? 1 : 0)) % found.length;
      [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === active)));
      list.children[active].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", `answer-${active}`);
    }

    input.addEventListener("input", look);
    input.addEventListener("focus", () => { if (input.value) look(); });
    input.addEventListener("blur", () => show(false));
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") move(1);
      else if (event.key === "ArrowUp") move(-1);
      else if (event.key === "Enter" && found.length) take(Math.max(active, 0));
      else if (event.key === "Escape" && input.value) { input.value = ""; look(); }
      else return;
      event.preventDefault();
    });

    return {
      say(next) {
        words = next;
        input.placeholder = words.search;
        input.setAttribute("aria-label", words.search);
        list.setAttribute("aria-label", words.results);
        if (input.value) look();
      },
    };
  };
})();
