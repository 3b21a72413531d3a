// The page: state, what is pressed, and the address fragment that holds the state.
"use strict";

const $ = (id) => document.getElementById(id);
const organizations = unpackRows(data.organizations);
const ofRun = unpackHotspots(data); // the hotspots as the run has them
let hotspots = ofRun; // as they stand at the cut-off
let found = searchable(hotspots);
const [DRAWN_AT_ONCE, REST_MS] = [1000, 120];
const MOST_FIRST = 12; // gaps in the list of the empty panel
const LIMITS = { radius: [0.001, 20004], cutOff: [1, 1000000000] };
const AT_START = {
  radius: data.run.radius_km, cutOff: data.run.smaller_below, search: "", town: null,
  sort: "rank", down: false, rings: true, lines: true, others: true, limit: ROWS_AT_ONCE,
};
const noFilters = () => Object.fromEntries(FACETS.map((facet) => [facet, new Set()]));
const state = { ...AT_START, filters: noFilters() };
let answers = [];
let counts = {};
let rows = [];
let chart = null;
let said = 0;

const asRun = () => state.radius === data.run.radius_km && state.cutOff === data.run.smaller_below;

/** Judge, choose the rows, and draw everything that shows them. */
function update() {
  judgeNow();
  rows = chosenRows(hotspots, answers, found, state);
  drawTable();
  drawFinding();
  drawControls();
  drawChoice();
}

function judgeNow() {
  const before = hotspots;
  hotspots = standing(ofRun, state.cutOff);
  found = found.map((names, at) => (hotspots[at] === before[at] ? names : searchable([hotspots[at]])[0]));
  ({ judged: answers, counts } = judgeAll(hotspots, data.order, state.radius, state.cutOff));
}

/** Draw what hangs on the chosen place; rows stay, so that the focus in them stays. */
function drawChoice() {
  for (const row of $("rows").rows) row.classList.toggle("chosen", row.dataset.id === state.town);
  chart.draw(hotspots, rows, answers, state);
  $("few-lines").textContent = state.lines && !chart.fewLines() ? say("too_many_lines", { most: MOST_LINES }) : "";
  drawTown();
  write();
}

/** Several changes in one frame are drawn once; of many hotspots the finding first, and the rest
 *  when a slider rests. */
let waiting = false;
let resting = 0;
function soon() {
  if (waiting) return;
  waiting = true;
  clearTimeout(resting);
  requestAnimationFrame(() => {
    waiting = false;
    if (hotspots.length <= DRAWN_AT_ONCE) return update();
    judgeNow();
    drawFinding();
    drawControls();
    resting = setTimeout(update, REST_MS);
  });
}

function drawFinding() {
  const partner = plain(data.run.partner_radius_km);
  const line = headline(counts, state.radius);
  const moved = hotspots.some((hotspot, at) => hotspot !== ofRun[at]);
  const sure = certainty(state, counts.gaps, moved);
  $("headline").textContent = line;
  $("certain").textContent = sure ? sure + "." : "";
  $("subline").textContent = asRun() ? data.run.subline : data.run.sublines[Math.min(counts.gaps, 2)];
  $("counts").textContent = say("counts", { ...counts, partner });
  $("certain-why").textContent = aboutCertainty(sure, counts.gaps);
  const rule = { radius: plain(state.radius), cut_off: count(state.cutOff), day: data.run.day };
  $("rule").textContent = say("rule", { ...rule, evidence: say("rule_evidence." + data.run.evidence) });
  const run = { radius: plain(data.run.radius_km), cut_off: count(data.run.smaller_below) };
  $("run-note").textContent = say(asRun() ? "as_run" : "not_as_run", run) + (moved ? " " + say("region_note") : "");
  $("box-note").hidden = asRun();
  // A reader hears the finding once it rests, not at every step of a slider.
  clearTimeout(said);
  said = setTimeout(() => {
    const told = [line + ".", $("certain").textContent, $("shown").textContent].join(" ");
    if ($("live").textContent !== told) $("live").textContent = told;
  }, 700);
  drawLegend(partner);
}

function drawLegend(partner) {
  const marked = (name) => [unpackMark(data.style.marks[name])];
  const hotspot = (asked, type) => looks({ in_question: asked }, { gap: type !== "covered", type });
  const placed = hotspots.filter((h) => h.located && h.in_question).length;
  const apart = hotspots.filter((h) => h.located && !h.in_question).length;
  const support = (kind) => organizations.filter((one) => one.support === kind).length;
  const others = places(organizations.filter((one) => !one.support)).length;
  const apartWord = say("apart." + data.run.evidence);
  const gapsApart = counts.apart_gaps;
  const lines = [
    [hotspot(true, "unfunded_partner"), say("legend_unfunded", { partner, n: counts.unfunded_partner }), counts.unfunded_partner],
    [hotspot(true, "no_known_partner"), say("legend_no_partner", { partner, n: counts.no_known_partner }), counts.no_known_partner],
    [hotspot(true, "covered"), say("legend_other", { n: placed - counts.gaps }), placed - counts.gaps],
    [hotspot(false, gapsApart ? "unfunded_partner" : "covered"), say("legend_apart_" + severalOf(gapsApart), { apart: apartWord, n: apart, gaps: gapsApart }), apart],
    [marked("supported"), say("legend_supported", { n: support("documented") }), support("documented")],
    [marked("probable"), say("legend_probable", { n: support("probable") }), support("probable")],
    [marked("known"), say("legend_others", { n: others }), others],
  ];
  const items = lines.filter(([, , n]) => n).map(([marks, text]) => make("li", {}, drawing(marks), make("span", { text })));
  const withheld = data.known.organizations_restricted;
  if (withheld) items.push(make("li", { class: "plain", text: say("legend_withheld_" + severalOf(withheld), { n: withheld }) }));
  $("legend").replaceChildren(...items);
  const kinds = Object.entries(data.style.kinds).map(([kind, letter]) =>
    make("li", {}, drawing([{ letter, size: 10, fill: data.style.colours.muted, edge: "", width: 0 }]), make("span", { text: say("kinds." + kind) })));
  $("kinds").replaceChildren(...kinds);
}

/** Draw symbols on each other, for the legend. */
function drawing(marks) {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  const set = (node, values) => Object.entries(values).forEach(([name, value]) => node.setAttribute(name, value));
  set(picture, { viewBox: "-13 -13 26 26", width: 26, height: 26, "aria-hidden": "true" });
  for (const { letter, size, fill, edge, width } of marks) {
    const path = document.createElementNS(space, "path");
    const d = symbolPath(letter, size, { x: 0, y: 0 });
    set(path, { d, fill: fill || "none", stroke: edge || "none", "stroke-width": width });
    picture.append(path);
  }
  return picture;
}

function drawTable() {
  drawRows($("rows"), rows, hotspots, answers, state, choose);
  $("shown").textContent = rows.length ? say("shown", { n: count(rows.length), all: count(hotspots.length) }) : say("shown_none");
  const left = rows.length - state.limit;
  $("more").hidden = left <= 0;
  $("more").textContent = say("more_rows", { n: count(Math.min(left, ROWS_AT_ONCE)), left: count(left) });
  for (const heading of document.querySelectorAll("#heading th")) {
    const sorted = heading.dataset.key === state.sort;
    if (sorted) heading.setAttribute("aria-sort", state.down ? "descending" : "ascending");
    else heading.removeAttribute("aria-sort");
  }
}

function drawTown() {
  const at = hotspots.findIndex((hotspot) => hotspot.id === state.town);
  $("town").classList.toggle("empty", at < 0);
  $("close-town").hidden = at < 0;
  if (at >= 0) return drawPanel($("town"), hotspots[at], answers[at], state, counts, asRun());
  $("town").querySelector("h2").textContent = say("town");
  $("town").querySelector(".facts").textContent = "";
  $("town").querySelector(".body").replaceChildren(make("p", { text: say("choose_town") }), firstGaps());
}

/** List the first gaps by rank, each to be chosen. */
function firstGaps() {
  const ranked = hotspots.map((_, at) => at).filter((at) => answers[at].rank && answers[at].rank <= MOST_FIRST);
  const items = ranked.sort((a, b) => answers[a].rank - answers[b].rank).map((at) => {
    const press = (event) => choose(hotspots[at].id, event.detail === 0);
    return make("li", {}, make("button", { type: "button", class: "place", text: placeName(hotspots[at]), dir: "auto", on: { click: press } }));
  });
  return make("ol", { class: "first-gaps" }, ...items);
}

function drawControls() {
  const pairs = [["radius", state.radius, "km"], ["cut-off", state.cutOff, "inhabitants"]];
  for (const [id, value, unit] of pairs) {
    if (document.activeElement !== $(id)) $(id).value = plain(value);
    $(id + "-slider").value = value;
    $(id + "-slider").setAttribute("aria-valuetext", say(unit, { n: count(value, Number.isInteger(value) ? 0 : 3) }));
  }
  if (document.activeElement !== $("search")) $("search").value = state.search;
  for (const name of ["rings", "lines", "others"]) $(name).checked = state[name];
  for (const input of document.querySelectorAll("#facets input")) {
    input.checked = state.filters[input.name].has(input.value);
  }
  const on = FACETS.reduce((sum, facet) => sum + state.filters[facet].size, 0);
  $("filters-word").textContent = on ? say("filters_on", { n: on }) : say("filters");
  $("reset").disabled = asRun();
  $("clear").disabled = !on && !state.search;
}

/** Choose a place; with the keyboard, or where the panel is not beside, go to what is said of it. */
function choose(id, byKeyboard = false) {
  state.town = id;
  drawChoice();
  const hotspot = hotspots.find((one) => one.id === id);
  if (hotspot) chart.show(hotspot);
  const beside = matchMedia("(min-width: 1000px)").matches;
  if (id && (byKeyboard || !beside)) $("town").querySelector("h2").focus();
}

function closeTown() {
  const id = state.town;
  choose(null);
  const row = [...$("rows").rows].find((one) => one.dataset.id === id);
  (row?.querySelector("button") ?? $("search")).focus();
}

/** Take a number if it is one that can be; else keep what was. */
function take(name, input, error) {
  const [least, most] = LIMITS[name];
  const number = Number(input.value);
  const whole = name !== "cutOff" || Number.isInteger(number);
  const good = input.value.trim() !== "" && whole && number >= least && number <= most;
  input.setAttribute("aria-invalid", String(!good));
  error.textContent = good ? "" : say("bad_number", { least, most: count(most), kept: plain(state[name]) });
  if (!good) return;
  state[name] = number;
  soon();
}

/** Write the state into the address, as far as it is not the start. */
function write() {
  const parts = new URLSearchParams();
  if (state.radius !== AT_START.radius) parts.set("radius", String(state.radius));
  if (state.cutOff !== AT_START.cutOff) parts.set("size", String(state.cutOff));
  if (state.search) parts.set("search", state.search);
  for (const facet of FACETS) {
    if (state.filters[facet].size) parts.set("show-" + facet, [...state.filters[facet]].sort().join(","));
  }
  if (state.sort !== AT_START.sort || state.down) parts.set("sort", (state.down ? "-" : "") + state.sort);
  for (const name of ["rings", "lines", "others"]) if (!state[name]) parts.set(name, "0");
  if (state.town) parts.set("town", state.town);
  const fragment = "#" + parts;
  if (fragment !== (location.hash || "#")) history.replaceState(null, "", fragment);
  // The path of a file is nobody else's business.
  $("link").value = location.protocol === "file:" ? fragment : location.href.split("#")[0] + fragment;
}

/** Read the state from the address; what makes no sense is left out. */
function readAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const within = (text, [least, most]) => {
    const number = Number(text);
    return /^\d+(\.\d+)?$/.test(text ?? "") && number >= least && number <= most ? number : null;
  };
  const cutOff = within(parts.get("size"), LIMITS.cutOff);
  const sort = parts.get("sort") ?? AT_START.sort;
  const key = sort.replace(/^-/, "");
  const known = columns.some((column) => column.key === key);
  Object.assign(state, AT_START, {
    radius: within(parts.get("radius"), LIMITS.radius) ?? AT_START.radius,
    cutOff: Number.isInteger(cutOff) ? cutOff : AT_START.cutOff,
    search: (parts.get("search") ?? "").slice(0, 200),
    town: hotspots.find((hotspot) => hotspot.id === parts.get("town"))?.id ?? null,
    sort: known ? key : AT_START.sort, down: known && sort.startsWith("-"), filters: noFilters(),
  });
  for (const name of ["rings", "lines", "others"]) state[name] = parts.get(name) !== "0";
  for (const facet of FACETS) {
    const allowed = facetValues(facet, hotspots);
    const wanted = (parts.get("show-" + facet) ?? "").split(",");
    state.filters[facet] = new Set(wanted.filter((value) => allowed.includes(value)));
  }
}

function fillFacets() {
  for (const facet of FACETS) {
    const group = make("fieldset", {}, make("legend", { text: say(facet) }));
    for (const value of facetValues(facet, hotspots)) {
      const box = make("input", { type: "checkbox", name: facet, value });
      box.addEventListener("change", () => {
        state.filters[facet][box.checked ? "add" : "delete"](value);
        state.limit = ROWS_AT_ONCE;
        update();
      });
      group.append(make("label", {}, box, make("span", { text: facetWord[facet](value) })));
    }
    $("facets").append(group);
  }
}

function fillOrganizations() {
  const items = organizations.map((one) => {
    const line = { name: one.name ?? "", town: one.town ?? "", country: countryName(one.country) };
    const support = say("support." + (one.support ?? "none"));
    const basis = words.basis[one.town_basis];
    const source = [one.source_title, one.source_date, one.source_url].filter(Boolean).join(", ");
    const facts = [support, basis].filter(Boolean).join("; ");
    return make("li", { dir: "auto" }, `${say("organization_line", line)}: ${facts}. `, ...linked(source));
  });
  $("organizations-word").textContent = say("organizations", { n: count(items.length) });
  $("organizations").append(...items);
}

function sortBy(key) {
  state.down = state.sort === key ? !state.down : false;
  state.sort = key;
  update();
}

async function copyLink() {
  $("link").select();
  const copied = await navigator.clipboard?.writeText($("link").value).then(() => true, () => false);
  $("copy-said").textContent = say(copied ? "copied" : "not_copied");
}

/** A page of paper has a map of its own size. */
function listenForPrint() {
  const resize = () => {
    chart.map.invalidateSize({ animate: false, pan: false });
    chart.whole();
  };
  addEventListener("beforeprint", () => {
    listenForPrint.view = [chart.map.getCenter(), chart.map.getZoom()];
    document.documentElement.classList.add("on-paper");
    resize();
  });
  addEventListener("afterprint", () => {
    document.documentElement.classList.remove("on-paper");
    chart.map.invalidateSize({ animate: false, pan: false });
    chart.map.setView(...listenForPrint.view, { animate: false });
  });
}

function start() {
  document.documentElement.classList.add("js");
  readAddress();
  fillFacets();
  fillOrganizations();
  drawHeading($("heading"), sortBy);
  if (matchMedia("(min-width: 1000px)").matches) $("filters").open = true;
  const farthest = Math.max(0, ...hotspots.map((hotspot) => hotspot.nearest_supported_km ?? 0));
  $("radius-slider").max = Math.ceil(Math.max(200, 2 * data.run.radius_km, farthest + 10) / 50) * 50;
  $("cut-off-slider").max = Math.max(200000, 2 * data.run.smaller_below);

  const listen = (id, event, action) => $(id).addEventListener(event, action);
  for (const [id, name] of [["radius", "radius"], ["cut-off", "cutOff"]]) {
    listen(id, "input", () => take(name, $(id), $(id + "-error")));
    listen(id, "blur", () => soon());
    listen(id + "-slider", "input", (event) => {
      state[name] = Number(event.target.value);
      $(id + "-error").textContent = "";
      $(id).removeAttribute("aria-invalid");
      soon();
    });
  }
  listen("reset", "click", () => {
    Object.assign(state, { radius: AT_START.radius, cutOff: AT_START.cutOff });
    update();
    $("radius-slider").focus();
  });
  listen("search", "input", (event) => {
    Object.assign(state, { search: event.target.value, limit: ROWS_AT_ONCE });
    soon();
  });
  listen("clear", "click", () => {
    Object.assign(state, { search: "", filters: noFilters(), limit: ROWS_AT_ONCE });
    update();
    $("search").focus();
  });
  listen("more", "click", () => {
    const before = state.limit;
    state.limit += ROWS_AT_ONCE;
    update();
    $("rows").rows[before]?.querySelector("button").focus();
  });
  for (const name of ["rings", "lines", "others"]) {
    listen(name, "change", (event) => {
      state[name] = event.target.checked;
      update();
    });
  }
  // A link to a place in the page would be taken for another view.
  listen("skip", "click", (event) => {
    event.preventDefault();
    $("table-title").focus();
  });
  listen("close-town", "click", closeTown);
  listen("town", "keydown", (event) => event.key === "Escape" && state.town && closeTown());
  listen("download", "click", () => save(say("file_name"), csv(tableOf(rows, hotspots, answers, state))));
  listen("copy", "click", copyLink);
  addEventListener("hashchange", () => {
    readAddress();
    update();
  });

  chart = makeMap($("map"), choose);
  $("whole").addEventListener("click", () => chart.whole());
  listenForPrint();
  update();
  document.documentElement.classList.add("ready");
}

start();
