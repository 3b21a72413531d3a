// The table: columns, order, search and filters, and the rows as a file.
"use strict";

const ROWS_AT_ONCE = 200;
const FACETS = ["country", "kind", "evidence", "size", "type"];
const percent = (share) => (share === null ? null : count(share * 100));

/** Write how far the nearest supported organization is, or why there is no number. */
function far(hotspot) {
  if (hotspot.nearest_supported_km !== null) return count(hotspot.nearest_supported_km, 1);
  return hotspot.nearest_supported_band ?? (hotspot.located ? say("none_placed") : "");
}

/** Return where a word stands among its kind: in the order of the list of words. */
const placeIn = (list, word) => Object.keys(words[list]).indexOf(word);

/** Say the answer; of what would be a gap and is outside the question, that it is apart. */
function answerWord(hotspot, answer) {
  const word = say("types." + answer.type);
  return answer.gap && !hotspot.in_question ? say("apart_answer", { answer: word }) : word;
}

const columns = [
  { key: "rank", sort: (h, a) => a.rank, show: (h, a) => a.rank ?? "", number: true },
  { key: "name", sort: (h) => fold(h.name), show: (h) => placeName(h), head: true },
  { key: "country", sort: (h) => fold(countryName(h.country)), show: (h) => countryName(h.country), wide: 1 },
  { key: "kind", sort: (h) => say("kinds." + h.kind), show: (h) => say("kinds." + h.kind), wide: 2 },
  { key: "people", sort: (h) => h.population, show: (h) => (h.population === null ? "" : count(h.population)), number: true, wide: 1 },
  { key: "size", sort: (h, a) => placeIn("sizes", a.size), show: (h, a) => say("sizes." + a.size), wide: 3 },
  { key: "evidence", sort: (h) => placeIn("evidences", h.evidence), show: (h) => say("evidences." + h.evidence), wide: 2 },
  { key: "type", sort: (h, a) => placeIn("types", a.type) + (h.in_question ? 0 : 9), show: answerWord },
  { key: "supported", sort: (h) => h.nearest_supported_km, show: far, number: true },
  { key: "known", sort: (h) => h.known_within, show: (h) => knownInReach(h) ?? "", number: true, wide: 2 },
  { key: "minutes", sort: (h) => h.travel_min, show: (h) => minutes(h), number: true, wide: 2, only: data.run.by_road },
  { key: "share", sort: (h) => h.flag_share, show: (h) => percent(h.flag_share) ?? "", number: true, wide: 3, only: data.run.scenarios !== null },
].filter((column) => column.only !== false);

function minutes(hotspot) {
  if (hotspot.travel_min !== null) return count(hotspot.travel_min);
  return hotspot.travel ? say("travel." + hotspot.travel) : "";
}

/** Return a country's name, with the star that the note explains. */
function countryName(code) {
  const found = data.country_names[code] ?? code ?? "";
  return code === "XK" ? found + "*" : found;
}

const facetOf = {
  country: (h) => h.country, kind: (h) => h.kind, evidence: (h) => h.evidence,
  size: (h, a) => a.size, type: (h, a) => (h.in_question ? a.type : a.gap ? "apart_gap" : "apart"),
};
const facetWord = {
  country: countryName, kind: (v) => say("kinds." + v), evidence: (v) => say("evidences." + v),
  size: (v) => say("sizes." + v), type: (v) => words.types[v] ?? say("apart_answers." + v),
};

/** Return the values that a filter offers. */
function facetValues(facet, hotspots) {
  if (facet === "size") return Object.keys(words.sizes);
  if (facet === "type") {
    const apart = hotspots.some((hotspot) => !hotspot.in_question);
    return [...Object.keys(words.types), ...(apart ? Object.keys(words.apart_answers) : [])];
  }
  const order = Object.keys(words[facet + "s"] ?? {});
  const present = [...new Set(hotspots.map((hotspot) => hotspot[facet]))].filter(Boolean);
  return present.sort((a, b) => order.indexOf(a) - order.indexOf(b) || (a < b ? -1 : 1));
}

/** Fold the names by which each hotspot can be found, and what they share with another script. */
function searchable(hotspots) {
  return hotspots.map((h) => {
    const names = [h.id, h.name, ...(h.alt_names ?? "").split(";"), h.represented_by ?? ""].map(fold);
    return [...names, ...names.map(acrossScripts)].join("|");
  });
}

/** Return positions of the hotspots that fit search and filters, in the order asked for. */
function chosenRows(hotspots, answers, found, state) {
  const wanted = fold(state.search);
  const bare = acrossScripts(wanted);
  const rows = hotspots.map((_, at) => at).filter((at) => {
    if (wanted && !found[at].includes(wanted) && !found[at].includes(bare)) return false;
    return FACETS.every((facet) => {
      const picked = state.filters[facet];
      return !picked.size || picked.has(facetOf[facet](hotspots[at], answers[at]));
    });
  });
  const column = columns.find(({ key }) => key === state.sort) ?? columns[0];
  const keys = new Map(rows.map((at) => [at, column.sort(hotspots[at], answers[at])]));
  const turn = state.down ? -1 : 1;
  // What has no value comes last in either direction; equal rows keep the order of the ids.
  return rows.sort((a, b) => {
    const [x, y] = [keys.get(a) ?? null, keys.get(b) ?? null];
    if (x === null || y === null) return (x === null) - (y === null) || a - b;
    return (x < y ? -turn : x > y ? turn : 0) || a - b;
  });
}

/** Write the heading: each column sorts when its button is pressed. */
function drawHeading(row, sortBy) {
  for (const column of columns) {
    const values = { partner: plain(data.run.partner_radius_km) };
    const button = make("button", { type: "button", on: { click: () => sortBy(column.key) } });
    button.append(make("span", { text: say("column_" + column.key, values) }), make("span", { class: "arrow", "aria-hidden": "true" }));
    if (column.key === "rank") button.title = say("column_rank_help");
    row.append(make("th", { scope: "col", class: classOf(column), "data-key": column.key }, button));
  }
}

const classOf = (column) => [column.number ? "number" : "", column.wide ? "wide" + column.wide : ""].join(" ").trim() || null;

/** Write the rows. */
function drawRows(body, rows, hotspots, answers, state, choose) {
  const made = rows.slice(0, state.limit).map((at) => {
    const [hotspot, answer] = [hotspots[at], answers[at]];
    const row = make("tr", { "data-id": hotspot.id, class: hotspot.in_question ? null : "apart" });
    for (const column of columns) {
      const shown = String(column.show(hotspot, answer));
      if (!column.head) {
        row.append(make("td", { text: shown, class: classOf(column), "data-key": column.key }));
        continue;
      }
      const press = (event) => choose(hotspot.id, event.detail === 0);
      const button = make("button", { type: "button", class: "place", text: shown, dir: "auto", on: { click: press } });
      row.append(make("th", { scope: "row", "data-key": column.key }, button));
    }
    return row;
  });
  body.replaceChildren(...made);
}

/** Return the rows as a table for a spreadsheet, with the settings they were made at. */
function tableOf(rows, hotspots, answers, state) {
  const yes = { true: "True", false: "False", null: "" };
  const fields = {
    hotspot_id: (h) => h.id, name: (h) => h.name, country: (h) => h.country, kind: (h) => h.kind,
    evidence: (h) => h.evidence, in_question: (h) => yes[Boolean(h.in_question)], population: (h) => h.population,
    size_class: (h, a) => a.size, is_gap: (h, a) => yes[a.gap], gap_type: (h, a) => a.type, rank: (h, a) => a.rank,
    nearest_supported_name: (h) => h.nearest_supported_name, nearest_supported_km: (h) => h.nearest_supported_km,
    nearest_supported_band: (h) => h.nearest_supported_band, nearest_known_name: (h) => h.nearest_known_name,
    nearest_known_km: (h) => h.nearest_known_km, nearest_known_band: (h) => h.nearest_known_band,
    [`known_within_${plain(data.run.partner_radius_km)}km`]: (h) => h.known_within, flag_share: (h) => h.flag_share,
    radius_km: () => state.radius, smaller_below: () => state.cutOff, source: (h) => h.source,
    lat: (h) => h.lat, lon: (h) => h.lon,
  };
  const makers = Object.values(fields);
  return [Object.keys(fields), ...rows.map((at) => makers.map((field) => field(hotspots[at], answers[at])))];
}

/** Let the browser save a text as a file. */
function save(name, text) {
  // The mark tells spreadsheets that this is UTF-8.
  const address = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" }));
  const link = make("a", { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
