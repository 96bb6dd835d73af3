/* Plants, substations, regions, names and lines of the backbone that a scene does not carry itself: read once from its address,
   then put into each scene, which tells ids and what a filter changes. They depend on revision, day and language, never on a filter. */
(function () {
  "use strict";

  const MEKS = window.MEKS;

  /** Return `fill(scene)`: makes a scene whole in place. Gives true when it is at once, else a promise of it;
      the promise is false where the address gave nothing: the scene then has no plants. */
  MEKS.gazetteer = function () {
    let held = null; // {url, sites, stations, areas, labels, line_names, shipped}
    let wanted = "";
    let loading = null;

    function put(scene, known) {
      const pick = (ids, all) => ids.map((id) => all[id]).filter(Boolean);
      scene.sites = pick(scene.sites, known.sites).map((site) =>
        ({ ...site, dx_px: scene.shifts[site.id] || 0, status: scene.statuses ? site.status : "" }));
      scene.stations = pick(scene.stations, known.stations);
      scene.areas = scene.areas.filter(({ id }) => known.areas[id]).map((area) => ({ ...area, ...known.areas[area.id] }));
      scene.labels = known.labels;
      if (scene.lines) Object.assign(scene.lines, { names: known.line_names, shipped: known.shipped });
      return true;
    }

    function fill(scene) {
      const url = scene.gazetteer_url;
      if (!url) return true;
      if (held && held.url === url) return put(scene, held);
      if (wanted !== url) {
        wanted = url;
        loading = read(url);
      }
      return loading.then((found) => {
        if (found) return put(scene, found);
        put(scene, { sites: {}, stations: {}, areas: {}, labels: [], line_names: null });
        scene.lines = null;
        return false;
      });
    }

    /** Give what the address holds, or null. */
    function read(url) {
      const given = MEKS.preload[url];
      const answer = given ? Promise.resolve(given) : fetch(url).then((response) => {
        if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
        return response.json();
      });
      return answer.then((found) => {
        if (wanted === url) held = { url, ...found };
        return found;
      }).catch((error) => {
        if (wanted === url) wanted = ""; // the next update tries again
        console.error(error);
        return null;
      });
    }

    return { fill };
  };
})();
