// The panel: one place, why, what would change that, how sure it is, and where it is from.
"use strict";

/** Say the answer at the settings of the page. */
function verdict(hotspot, answer, state) {
  const values = { radius: plain(state.radius) };
  if (answer.elsewhere) return say("say_town_not_told");
  if (!hotspot.located) return say("say_not_located");
  if (answer.untold) return say("say_untold");
  if (answer.type === "unknown") return say("say_size_unknown");
  if (answer.type === "covered") return say("say_covered", values);
  if (answer.type !== "not_asked") return say("say_gap", values);
  const people = ["larger_town", "capital"].includes(answer.size);
  if (people) return say("say_not_asked", { size: say("sizes." + answer.size) });
  return say("say_not_asked_kind", { kind: say("kinds." + hotspot.kind) });
}

/** Name an organization with its distance, or with its band alone if its name is withheld. */
function nearest(hotspot, word) {
  const km = hotspot[`nearest_${word}_km`];
  const band = hotspot[`nearest_${word}_band`];
  if (km !== null) return say("distance", { name: hotspot[`nearest_${word}_name`], km: count(km, 1) });
  return band ? say("withheld_band", { band }) : say(hotspot.located ? "none_placed" : "not_known_value");
}

/** Count who is known in reach; of withheld ones it is told that there are some, not how many. */
function knownInReach(hotspot) {
  const hidden = hotspot.known_within && hotspot.nearest_known_km === null;
  return hidden ? say("some_withheld") : hotspot.known_within;
}

function sureness(hotspot) {
  const said = [];
  if (hotspot.flag_share === null) said.push(say(data.run.scenarios === null ? "no_scenarios" : "no_answer"));
  else {
    const shares = { share: percent(hotspot.flag_share), scenarios: count(hotspot.scenarios ?? 0) };
    said.push(say("share", shares));
    if (hotspot.rank_best !== null) said.push(say("ranks", { best: hotspot.rank_best, worst: hotspot.rank_worst }));
  }
  if (data.certainty?.missing) said.push(say("missing_" + severalOf(data.certainty.missing), data.certainty));
  return said.join(" ");
}

/** Write what would change the answer; kinds of evidence in the words of the page. */
function flipWord(flip) {
  const level = flip.match(/^evidence (\w+)$/)?.[1];
  return level in words.evidences ? say("flip_evidence", { evidence: say("evidences." + level) }) : flip;
}

function around(hotspot) {
  if (hotspot.people_within === null) return null;
  const people = count(Number(hotspot.people_within.toPrecision(3))); // estimates, from large cells
  const share = hotspot.people_known_share;
  return share === null || share >= 0.995 ? people : say("part_known", { people, share: percent(share) });
}

function population(hotspot) {
  if (hotspot.population === null) return hotspot.kind === "border_crossing" ? null : say("not_known_value");
  return say("population_from", { population: count(hotspot.population), source: hotspot.population_source ?? say("not_known_value") });
}

/** Write a list that is held in one text. */
const listed = (text) => text?.replaceAll("_", " ").replaceAll(/;\s*/g, ", ");

/** Fill the panel with one place. */
function drawPanel(node, hotspot, answer, state, counts, asRun) {
  const partner = { partner: plain(data.run.partner_radius_km) };
  const reach = { reach: plain(data.run.radius_km) };
  const rank = answer.rank ? say("rank_of", { rank: answer.rank, gaps: counts.gaps }) : null;
  const apart = hotspot.in_question ? null : say("counted_apart", { evidence: say("evidences." + hotspot.evidence) });
  const by = hotspot.travel_min === null ? null : say("minutes", { minutes: count(hotspot.travel_min), name: hotspot.nearest_supported_by_road_name });
  const flip = hotspot.flip ? say("flip", { flip: flipWord(hotspot.flip) }) : say("no_flip");
  const rows = [
    [say("verdict"), [verdict(hotspot, answer, state), ...[rank, apart].filter(Boolean)].join(" ").trim(), "verdict"],
    [say(asRun ? "why" : "why_run"), hotspot.reason, "why"],
    [say("what_would_change"), data.run.scenarios === null || !hotspot.located ? null : flip],
    [say("certainty"), sureness(hotspot)],
    [say("nearest_supported"), nearest(hotspot, "supported")],
    [say("nearest_known"), nearest(hotspot, "known")],
    [say("known_within", partner), knownInReach(hotspot)],
    [say("by_road"), by ?? (hotspot.travel ? say("travel." + hotspot.travel) : null)],
    [say("column_people"), population(hotspot)],
    [say("people_within", partner), around(hotspot)],
    [say("site"), hotspot.site_order === null ? null : say("site_order", { order: hotspot.site_order })],
    [say("markets"), listed(hotspot.crime_markets)],
    [say("answered_by_supported", reach), listed(hotspot.answered_by_supported)],
    [say("answered_by_known", reach), listed(hotspot.answered_by_known)],
    [say("not_answered_by_known", reach), listed(hotspot.not_answered_by_known)],
    [say("not_known_for_known", reach), listed(hotspot.not_known_for_known)],
    [say("other_names"), listed(hotspot.alt_names)],
    [say("stands_for"), hotspot.represented_by],
    [say("place_from"), hotspot.location_source],
    [say("sources"), hotspot.source],
  ];
  const list = make("dl");
  for (const [term, value, name] of rows) {
    if (value === null || value === undefined || value === "") continue;
    list.append(make("dt", { text: term }), make("dd", { dir: "auto", class: name ?? null }, ...linked(String(value))));
  }
  const facts = [say("kinds." + hotspot.kind), countryName(hotspot.country), say("evidences." + hotspot.evidence)];
  node.querySelector("h2").textContent = placeName(hotspot);
  node.querySelector(".facts").textContent = facts.join(" · ");
  node.querySelector(".body").replaceChildren(list);
}
