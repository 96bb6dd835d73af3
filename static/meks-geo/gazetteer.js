/* Names and hover texts that a scene does not carry itself: read once from its address, then put into each scene.
   They depend on revision, day and language, never on a filter, so a filter sends none of them again. */
(function () {
  "use strict";

  const MEKS = window.MEKS;

  /** Return `fill(scene)`: puts texts into the scene in place. Gives a promise of whether more of them came later. */
  MEKS.texts = function () {
    let held = null; // {url, sites, labels, stations}
    let wanted = "";
    let loading = Promise.resolve(false);

    function put(scene, texts) {
      for (const [items, known] of [[scene.sites, texts.sites], [scene.stations || [], texts.stations]])
        for (const item of items) [item.title, item.hover] = known[item.id] || [item.id, []];
      scene.labels = texts.labels;
    }

    function fill(scene) {
      const url = scene.texts_url;
      if (!url) return Promise.resolve(false);
      if (held && held.url === url) {
        put(scene, held);
        return Promise.resolve(false);
      }
      put(scene, { sites: {}, stations: {}, labels: held ? held.labels : [] });
      if (wanted !== url) {
        wanted = url;
        loading = read(url);
      }
      return loading.then((came) => {
        if (came && held.url === url) put(scene, held);
        return came;
      });
    }

    function read(url) {
      const given = MEKS.preload[url];
      const answer = given ? Promise.resolve(given) : fetch(url).then((response) => {
        if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
        return response.json();
      });
      return answer.then((found) => {
        if (wanted === url) held = { url, ...found };
        return wanted === url;
      }).catch((error) => {
        if (wanted === url) wanted = ""; // the next update tries again
        console.error(error);
        return false;
      });
    }

    return { fill };
  };
})();
