// The rule: which hotspots are gaps at a radius and a cut-off, as `find_gaps` in Python says.
"use strict";

/** Unpack a column of values that are written once: where they stand is one number for all rows,
 *  or not told where each row has its own. */
function unpack({ values, at }, rows) {
  if (at === undefined) return values;
  const places = typeof at === "number" ? Array(rows).fill(at) : at;
  return places.map((place) => (place < 0 ? null : values[place]));
}

/** Return the rows of a table, whose columns are given, as a list of objects. Each row has an id or
 *  a number of its own in the first column. */
function unpackRows(columns) {
  const [first] = Object.values(columns);
  const rows = (first.values ?? first).length;
  const unpacked = Object.entries(columns)
    .map(([name, column]) => [name, Array.isArray(column) ? column : unpack(column, rows)]);
  return unpacked[0][1].map((_, at) => Object.fromEntries(unpacked.map(([name, list]) => [name, list[at]])));
}

// What was measured for the town of the run alone.
const OF_RUN_TOWN = [
  "travel_min", "travel", "nearest_supported_by_road_name", "people_within", "people_known_share",
  "answered_by_supported", "answered_by_known", "not_answered_by_known", "not_known_for_known",
];

/** Return the hotspots as a list of objects. `row` is the place in the order of ranks. A region has
 *  what stands for it at other cut-offs, by `stands_above`. */
function unpackHotspots({ hotspots: columns, stand_ins: others, run }) {
  const hotspots = unpackRows(columns).map((hotspot, row) => ({ ...hotspot, row }));
  const without = Object.fromEntries(OF_RUN_TOWN.map((name) => [name, null]));
  unpackRows(others).forEach((other, at) => {
    const hotspot = hotspots[other.of];
    const row = hotspots.length + at;
    hotspot.stand_ins = hotspot.stand_ins ?? [];
    hotspot.stand_ins.push({ ...hotspot, ...without, ...other, stand_ins: null, row });
  });
  for (const hotspot of hotspots.filter((one) => one.stand_ins)) {
    const now = lastBelow(hotspot.stand_ins, run.smaller_below);
    hotspot.stands_above = hotspot.stand_ins[now].stands_above;
    hotspot.stand_ins[now] = hotspot;
  }
  return hotspots;
}

/** Return the position of what stands for a region at a cut-off; they are in order. */
function lastBelow(standIns, cutOff) {
  return standIns.filter((one) => one.stands_above < cutOff).length - 1;
}

/** Return the hotspots as they are at a cut-off: a region by the town that stands for it there. */
function standing(hotspots, cutOff) {
  return hotspots.map((one) => (one.stand_ins ? one.stand_ins[lastBelow(one.stand_ins, cutOff)] : one));
}

/** Say how large a hotspot is at a cut-off. */
function sizeOf(hotspot, cutOff) {
  if (hotspot.fixed_size) return hotspot.fixed_size;
  return hotspot.population < cutOff ? "smaller_town" : "larger_town";
}

/** Judge one hotspot: its size, whether it is a gap (null if not known), and the type. */
function judge(hotspot, radiusKm, cutOff) {
  const size = sizeOf(hotspot, cutOff);
  if (hotspot.told === 0) return { size: "unknown", gap: null, type: "unknown", elsewhere: true };
  const may = hotspot.kind === "border_crossing" || size === "smaller_town";
  if (!hotspot.located || (size === "unknown" && !may)) return { size, gap: null, type: "unknown" };
  if (!may) return { size, gap: false, type: "not_asked" };
  const metres = radiusKm * 1000;
  if (hotspot.covered_m !== null && hotspot.covered_m <= metres) {
    return { size, gap: false, type: "covered" };
  }
  if (hotspot.untold_m !== null && hotspot.untold_m < metres) {
    return { size, gap: null, type: "unknown", untold: true };
  }
  return { size, gap: true, type: hotspot.partner ? "unfunded_partner" : "no_known_partner" };
}

/** Judge all hotspots as they stand at the cut-off, rank the gaps of the question, and count. */
function judgeAll(hotspots, order, radiusKm, cutOff) {
  const judged = hotspots.map((hotspot) => ({ ...judge(hotspot, radiusKm, cutOff), rank: null }));
  const positions = new Map(hotspots.map((hotspot, at) => [hotspot.row, at]));
  let rank = 0;
  for (const row of order) {
    const at = positions.get(row);
    if (at !== undefined && judged[at].gap && hotspots[at].in_question) judged[at].rank = ++rank;
  }
  const counts = { asked: 0, gaps: rank, covered: 0, untold: 0, in_question: 0 };
  Object.assign(counts, { unfunded_partner: 0, no_known_partner: 0, apart_gaps: 0 });
  judged.forEach((answer, at) => {
    if (!hotspots[at].in_question) {
      counts.apart_gaps += answer.gap ? 1 : 0;
      return;
    }
    counts.in_question += 1;
    if (answer.gap || answer.type === "covered") counts.asked += 1;
    if (answer.type === "unknown") counts.untold += 1;
    else if (answer.type in counts) counts[answer.type] += 1;
  });
  return { judged, counts };
}

/** State the finding in one line, as `headline` in Python does. */
function headline(counts, radiusKm) {
  const { asked, gaps, untold } = counts;
  if (asked === 0) {
    const some = say(untold > 1 ? "hotspots_many" : "hotspots_one", { n: untold });
    const told = counts.in_question > untold || !untold;
    return told ? say("headline_nothing_asked") : say("headline_none_judged", { some });
  }
  const many = asked === 1 ? "one" : "many";
  const values = { asked, gaps, radius: plain(radiusKm), places: say("places_" + many), day: data.run.day };
  if (data.known.supported_placed === 0) return say("headline_no_support_" + many, values);
  if (asked === 1) return say(gaps ? "headline_one_gap" : "headline_one_covered", values);
  if (gaps === 0) return say("headline_all_covered", values);
  if (gaps === asked) return say("headline_all_gaps", values);
  return say(gaps === 1 ? "headline_some_one" : "headline_some_many", values);
}

/** Say how many of the gaps are certain; an empty text where that is not known.
 *
 *  It is computed for the run. If there none is certain, none is with a larger radius or a smaller
 *  cut-off either: fewer towns are flagged then, and each place is near as many of them. That does
 *  not hold where another town stands for a region. */
function certainty(state, gaps, moved) {
  const sure = data.certainty;
  if (!sure || !gaps) return "";
  const { radius_km: radius, smaller_below: cutOff } = data.run;
  const same = state.radius === radius && state.cutOff === cutOff;
  const less = state.radius >= radius && state.cutOff <= cutOff && !moved;
  if (!same && !(less && sure.certain === 0)) return "";
  const form = (gaps === 1 ? "certain_only_" : "certain_") + severalOf(sure.certain);
  return say(form, { ...sure, flagged: gaps });
}

/** Say what certain means, or why it is not told how many are. */
function aboutCertainty(said, gaps) {
  if (!data.certainty) return say("certain_not_computed");
  if (!gaps) return "";
  if (!said) return say("certain_elsewhere");
  return say("certain_why_" + severalOf(data.certainty.missing), data.certainty);
}
