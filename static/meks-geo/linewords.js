/* What a tip says about a line of a tile. Numbers and dates are written as the reader's language does. */
(function () {
  "use strict";

  const MEKS = window.MEKS;
  const { isKnown, zone } = MEKS.lines;
  const OFFICIAL = 0;
  const RETRY_MS = 3000;
  const lists = new Map(); // address -> names of the operators by code, empty till they have come

  /** Return a number as a language writes it. */
  MEKS.lineNumber = (lang, value, options) => new Intl.NumberFormat(MEKS.draw.locale(lang), options).format(value);

  /** Read the names of the operators of an address, when they are not here or on their way; a tip without them has no operator. */
  MEKS.lineOperators = async function (url) {
    if (!url || lists.has(url)) return;
    lists.set(url, []);
    try {
      const answer = MEKS.preload[url] || (await fetch(url));
      if (answer instanceof Response && !answer.ok) throw new Error(`${url}: HTTP ${answer.status}`);
      lists.set(url, answer instanceof Response ? await answer.json() : answer);
    } catch (error) {
      setTimeout(() => lists.delete(url), RETRY_MS); // the next tip asks again
      console.error(error);
    }
  };

  /** Return [title, rows] about line i of a tile; `lines` as in the scene. A line of the backbone has a name and facts of its own. */
  MEKS.describeLine = function (tile, i, { lines, filter, lang }) {
    const { sectors, zones, provenance, words } = lines.names;
    const [title, facts] = (lines.shipped || {})[tile.n[i]] || [sectors[tile.s[i]] || "", []];
    MEKS.lineOperators(lines.operators_url);
    const operators = lists.get(lines.operators_url) || [];
    const rows = [
      ...facts,
      [words.wear, wear(tile, i, filter, words, lang)],
      [words.zone, zones[zone(tile, i, filter)]],
      [words.operator, operators[tile.o[i]]],
    ];
    if (filter.ahead.has(tile.n[i])) rows.push([words.built, words.ahead]);
    if (tile.v[i] !== OFFICIAL) rows.push([words.provenance, provenance[tile.v[i]]]);
    return [title, rows.filter(([, value]) => value).map(([label, value]) => [label || "", value])];
  };

  function wear(tile, i, filter, words, lang) {
    if (!isKnown(tile, i, filter)) return words.unknown;
    const text = `${interval(tile.a[i], tile.b[i], lang)} %`;
    return tile.d[i] ? [text, words.on, day(tile.d[i], lang)].filter(Boolean).join(" ") : text;
  }

  /** A wear in hundredths of a percent; a bound such as ">80" begins a hundredth above it. */
  function interval(low, high, lang) {
    const write = (value) => MEKS.lineNumber(lang, value / 100, { maximumFractionDigits: 2 });
    if (low === high) return write(low);
    if (high === 10000 && low % 10 === 1) return `>${write(low - 1)}`;
    if (low === 0 && high % 10 === 9) return `<${write(high + 1)}`;
    return `${write(low)}–${write(high)}`;
  }

  /** A day (YYYYMMDD) in words; the last of a year or month may stand for all of it, and is written so. */
  function day(written, lang) {
    const [year, month, date] = [Math.floor(written / 1e4), Math.floor(written / 100) % 100, written % 100];
    if (month === 12 && date === 31) return String(year);
    const isLast = date === new Date(Date.UTC(year, month, 0)).getUTCDate();
    const words = isLast ? { year: "numeric", month: "long" } : { dateStyle: "long" };
    const figures = { year: "numeric", month: "2-digit", ...(isLast ? {} : { day: "2-digit" }) };
    const format = MEKS.draw.locale(lang) === lang ? words : figures; // never the months of another language
    return new Intl.DateTimeFormat(MEKS.draw.locale(lang), { ...format, timeZone: "UTC" }).format(new Date(Date.UTC(year, month - 1, date)));
  }
})();
