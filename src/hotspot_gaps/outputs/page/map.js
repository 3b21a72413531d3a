// The map: everything that is drawn, with Leaflet. Names are set as text, never as HTML.
"use strict";

const MOST_LABELS = 60;
const MOST_LINES = 200;
const LONG_LABEL = 120; // pixels
const MANY_GAPS = 25; // symbols shrink where there are more, as on the printed map
const SMALLEST = 0.16; // of their area, so that a symbol is still seen
const FARTHEST_RING_KM = 2000;
const PIXELS = 1.45; // of the page, to a point of the printed map
const MARK_OF = { documented: "supported", probable: "probable" };

/** Say whether two boxes of west, north, east, south do not touch. */
const apart = (a, b) => a[2] < b[0] || a[0] > b[2] || a[3] < b[1] || a[1] > b[3];

/** Return how far a point is from a box. */
const away = ([west, north, east, south], [x, y]) => Math.hypot(Math.max(west - x, 0, x - east), Math.max(north - y, 0, y - south));

/** Return an SVG path of a symbol at a point. */
function symbolPath(letter, size, { x, y }) {
  const steps = data.style.symbols[letter] ?? data.style.symbols.o;
  const write = (value, at) => (at === 0 ? value : (value * size + (at % 2 ? x : y)).toFixed(2));
  return steps.map((step) => step.map(write).join(" ")).join(" ");
}

const MapSymbol = L.CircleMarker.extend({
  _updatePath() {
    const { letter, size } = this.options;
    this._renderer._setPath(this, this._empty() ? "M0 0" : symbolPath(letter, size, this._point));
  },
});

/** Return how a mark of the common style is drawn: letter, size and width in pixels, colours. */
function unpackMark([letter, area, fill, edge, width], scale = 1) {
  return { letter, size: Math.sqrt(area * scale) * PIXELS, fill, edge, width: width * Math.sqrt(scale) * PIXELS };
}

/** Return a mark as Leaflet's options; what has no fill can be pressed all the same. */
function asPath({ letter, size, fill, edge, width }) {
  const filled = fill ? { fillColor: fill, fillOpacity: 1 } : { fillOpacity: 0 };
  return { letter, size, radius: size / 2, fill: true, stroke: Boolean(edge), color: edge, weight: width, ...filled };
}

/** Say how a hotspot is drawn: the rings around it, and its symbol. */
function looks(hotspot, answer, scale = 1) {
  const gap = answer.gap === true;
  const name = !hotspot.in_question ? "apart" : gap ? "gap" : "no_gap";
  const rings = !gap ? [] : data.style.rings[hotspot.in_question ? answer.type : "apart"];
  const symbol = unpackMark(data.style.marks[name], scale);
  symbol.letter = data.style.kinds[hotspot.kind] ?? symbol.letter;
  return [...rings.map((ring) => unpackMark(ring, scale)), symbol];
}

/** Tell what a symbol is while the pointer is on it. The keyboard has the table for that: a hundred
 *  stops without a name would be in its way. */
function tell(layer, words, above) {
  layer.on("add", () => layer.getElement().setAttribute("tabindex", "-1"));
  return layer.bindTooltip(() => make("span", { text: words() }), { direction: "top", offset: [0, -above] });
}

/** Group organizations by the place they are drawn at, supported ones first. */
function places(organizations) {
  const groups = new Map();
  for (const one of organizations) {
    const key = [one.lat, one.lon, one.support].join();
    if (!groups.has(key)) groups.set(key, { ...one, names: [] });
    groups.get(key).names.push(one.name ?? "");
  }
  return [...groups.values()];
}

/** Make the map; `choose` is called with the id of a hotspot that is pressed. */
function makeMap(node, choose) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(node, {
    attributionControl: false, zoomControl: false, zoomSnap: 0.25, minZoom: 2, maxZoom: 12,
    scrollWheelZoom: false, zoomAnimation: !still, fadeAnimation: false, markerZoomAnimation: !still,
  });
  L.control.zoom({ zoomInTitle: say("zoom_in"), zoomOutTitle: say("zoom_out") }).addTo(map);
  L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
  // The wheel scrolls the page until the map is in use.
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());

  const pane = (name, above, renderer = true) => {
    const element = map.createPane(name);
    element.style.zIndex = above;
    return renderer ? L.svg({ pane: name, padding: 0.3 }) : null;
  };
  const drawn = {
    land: pane("land", 150), countries: pane("countries", 300), rings: pane("rings", 320), lines: pane("lines", 340),
    organizations: pane("organizations", 400), hotspots: pane("hotspots", 420),
  };
  pane("names", 310, false);
  pane("labels", 630, false);
  for (const name of ["land", "countries", "rings", "lines", "names", "labels"]) {
    map.getPane(name).style.pointerEvents = "none";
  }
  const layers = Object.fromEntries(
    ["rings", "lines", "others", "labels", "chosen"].map((name) => [name, L.layerGroup().addTo(map)]),
  );

  const [west, south, east, north] = data.view;
  const whole = () => map.fitBounds([[south, west], [north, east]], { animate: false, padding: [6, 6] });
  whole();
  node.classList.toggle("no-sea", !data.sea);
  drawGround(map, drawn);
  const support = drawOrganizations(map, layers.others, drawn.organizations);
  const shapes = data.hotspots.id.map(() => ({ key: "", layers: [] }));
  const last = { rows: [], answers: [], shown: new Set(), state: null };
  let hotspots = [];

  /** Draw what is to be shown: hotspots, which of them, their answers, and what is switched on. */
  function draw(all, rows, answers, state) {
    hotspots = all;
    Object.assign(last, { rows, answers, shown: new Set(rows), state });
    const flagged = answers.filter((answer) => answer.rank).length;
    const scale = Math.max(SMALLEST, Math.min(1, MANY_GAPS / Math.max(flagged, 1)));
    shapes.forEach((shape, at) => drawHotspot(shape, at, scale));
    layers.rings.clearLayers();
    if (state.rings) drawRings(state.radius);
    drawLines();
    map[state.others ? "addLayer" : "removeLayer"](layers.others);
    drawChosen();
    drawLabels();
  }

  function drawHotspot(shape, at, scale) {
    const [hotspot, answer, seen] = [hotspots[at], last.answers[at], last.shown.has(at)];
    const key = [seen, hotspot.row, answer.gap, answer.type, scale].join();
    if (key === shape.key) return;
    shape.key = key;
    shape.layers.forEach((layer) => layer.remove());
    shape.layers = [];
    if (!seen || !hotspot.located) return;
    const common = { pane: "hotspots", renderer: drawn.hotspots, bubblingMouseEvents: false };
    shape.layers = looks(hotspot, answer, scale).map((mark) => new MapSymbol([hotspot.lat, hotspot.lon], { ...common, ...asPath(mark) }));
    const told = () => [placeName(hotspots[at]), answerWord(hotspots[at], last.answers[at])].join(": ");
    for (const layer of shape.layers) {
      tell(layer, told, 8);
      layer.on("click", () => choose(hotspot.id));
      layer.addTo(map);
    }
  }

  function drawRings(radiusKm) {
    if (radiusKm > FARTHEST_RING_KM) return;
    const { colour, opacity, width, dashes } = data.style.radius;
    const look = { color: colour, weight: width * PIXELS, fillOpacity: opacity, dashArray: dashes.map((one) => one * PIXELS).join(" ") };
    for (const { lat, lon } of support) {
      const corners = circle(lon, lat, radiusKm * 1000);
      L.polygon(corners, { ...look, pane: "rings", renderer: drawn.rings, interactive: false }).addTo(layers.rings);
    }
  }

  function drawLines() {
    layers.lines.clearLayers();
    const flagged = last.rows.filter((at) => last.answers[at].rank);
    const few = flagged.length <= MOST_LINES;
    const chosen = hotspots.findIndex((hotspot) => hotspot.id === last.state.town);
    const wanted = last.state.lines && few ? new Set(flagged) : new Set();
    if (chosen >= 0) wanted.add(chosen);
    for (const at of wanted) {
      const hotspot = hotspots[at];
      const to = organizations.find((one) => one.organization_id === hotspot.nearest_supported_id);
      if (!to || !hotspot.located) continue;
      const look = { color: data.style.colours.ink, weight: at === chosen ? 2.2 : 1, opacity: at === chosen ? 0.9 : 0.45 };
      const points = greatCircle([hotspot.lat, hotspot.lon], [to.lat, to.lon]);
      L.polyline(points, { ...look, pane: "lines", renderer: drawn.lines, interactive: false }).addTo(layers.lines);
    }
  }

  function drawChosen() {
    layers.chosen.clearLayers();
    const hotspot = hotspots.find((one) => one.id === last.state.town);
    if (!hotspot || !hotspot.located) return;
    const look = { radius: 17, color: data.style.colours.proposed, weight: 3, fill: false, interactive: false };
    L.circleMarker([hotspot.lat, hotspot.lon], { ...look, pane: "hotspots", renderer: drawn.hotspots }).addTo(layers.chosen);
  }

  /** Label the chosen place, gaps by rank and support, each where it covers nothing. */
  function drawLabels() {
    layers.labels.clearLayers();
    const wanted = last.rows
      .filter((at) => hotspots[at].located && (last.answers[at].rank || hotspots[at].id === last.state.town))
      .sort((a, b) => (last.answers[a].rank ?? 0) - (last.answers[b].rank ?? 0))
      .map((at) => ({ text: placeName(hotspots[at]), place: [hotspots[at].lat, hotspots[at].lon], name: "gap-label", room: 15 }));
    const helped = support.map((one) => ({ text: one.town ?? "", place: [one.lat, one.lon], name: "support-label", room: 13 }));
    const texts = new Set();
    const labels = [...wanted.slice(0, MOST_LABELS), ...helped.slice(0, MOST_LABELS)].filter(({ text }) => {
      const fresh = text && !texts.has(text);
      texts.add(text);
      return fresh;
    });
    const taken = labels.map(({ place }) => {
      const { x, y } = map.latLngToContainerPoint(place);
      return [x - 9, y - 9, x + 9, y + 9];
    });
    const located = last.rows.map((at) => hotspots[at]).filter((hotspot) => hotspot.located);
    const drawnAt = [...located, ...support].map(({ lat, lon }) => [lat, lon]);
    const marks = drawnAt.map((place) => map.latLngToContainerPoint(place)).map(({ x, y }) => [x, y]);
    for (const label of labels) placeLabel(label, taken, marks);
    hideNames(taken);
  }

  /** Hide names of countries that would run through a label, or through each other. */
  function hideNames(taken) {
    const frame = node.getBoundingClientRect();
    const boxes = [...taken];
    for (const name of node.querySelectorAll(".country-name")) {
      const { left, top, right, bottom } = name.getBoundingClientRect();
      const box = [left - frame.left, top - frame.top, right - frame.left, bottom - frame.top];
      const free = boxes.every((t) => apart(box, t));
      name.classList.toggle("covered", !free);
      if (free) boxes.push(box);
    }
  }

  /** Place a label where it covers nothing, and no other symbol is nearer to it than its own. */
  function placeLabel({ text, place, name, room }, taken, marks) {
    const short = text.length > 34 ? text.slice(0, 33).trimEnd() + "…" : text;
    const node = make("span", { class: "map-label " + name, text: short, dir: "auto" });
    const icon = L.divIcon({ html: node, className: "label-anchor", iconSize: [0, 0] });
    const marker = L.marker(place, { icon, pane: "labels", interactive: false, keyboard: false }).addTo(layers.labels);
    const [wide, high] = [node.offsetWidth, node.offsetHeight];
    const size = map.getSize();
    const { x, y } = map.latLngToContainerPoint(place);
    const right = [[room, -high / 2], [room * 0.7, -room * 0.5 - high], [room * 0.7, room * 0.5]];
    const left = right.map(([x, y]) => [-x - wide, y]);
    const middle = [[-wide / 2, -room - high], [-wide / 2, room]];
    // A long name to the left starts so far from its place that it seems to belong to another.
    const spots = wide > LONG_LABEL ? [...right, ...middle, ...left] : [...right, ...left, ...middle];
    for (const [east, south] of spots) {
      const box = [x + east, y + south, x + east + wide, y + south + high];
      const inside = box[0] > 2 && box[1] > 2 && box[2] < size.x - 2 && box[3] < size.y - 2;
      const free = taken.every((t) => apart(box, t));
      if (!inside || !free) continue;
      const own = away(box, [x, y]);
      if (marks.some((mark) => away(box, mark) < own - 1)) continue;
      taken.push(box);
      node.style.left = east + "px";
      node.style.top = south + "px";
      return;
    }
    marker.remove();
  }

  map.on("zoomend resize", () => last.state && drawLabels());
  return {
    map, draw, whole,
    fewLines: () => last.answers.filter((answer) => answer.rank).length <= MOST_LINES,
    show(hotspot) {
      if (hotspot.located && !map.getBounds().pad(-0.05).contains([hotspot.lat, hotspot.lon])) {
        map.panTo([hotspot.lat, hotspot.lon], { animate: !still });
      }
    },
  };
}

/** Draw relief, countries and their names. */
function drawGround(map, drawn) {
  if (data.relief) {
    const [south, west, north, east] = data.relief.bounds;
    L.imageOverlay(data.relief.image, [[south, west], [north, east]], { alt: "", pane: "tilePane" }).addTo(map);
  }
  const common = { pane: "countries", renderer: drawn.countries, interactive: false };
  for (const country of [...data.countries].sort((a, b) => a.own - b.own)) {
    const rings = country.rings.map((polygon) => polygon.map(unpackRing));
    const { neighbour_border, veil, border, paper, land } = data.style.colours;
    // Where the relief ends, land must not look like sea.
    const ground = { pane: "land", renderer: drawn.land, interactive: false, stroke: false };
    L.polygon(rings, { ...ground, fillColor: land, fillOpacity: 1 }).addTo(map);
    const pale = { color: neighbour_border, weight: 1, fillColor: veil, fillOpacity: data.style.veil_opacity };
    const plainly = { color: border, weight: 1.4, fill: false };
    L.polygon(rings, { ...common, color: paper, weight: 3, opacity: 0.6, fill: false }).addTo(map);
    L.polygon(rings, { ...common, ...(country.own ? plainly : pale) }).addTo(map);
    if (!country.at) continue;
    const html = make("span", { class: country.own ? "country-name own" : "country-name", text: country.label });
    const icon = L.divIcon({ html, className: "label-anchor", iconSize: [0, 0] });
    L.marker(country.at, { icon, pane: "names", interactive: false, keyboard: false }).addTo(map);
  }
}

/** Draw public organizations at their towns; return the supported ones. */
function drawOrganizations(map, others, renderer) {
  const common = { pane: "organizations", renderer, bubblingMouseEvents: false };
  const grouped = places(organizations);
  for (const place of grouped.reverse()) {
    const look = asPath(unpackMark(data.style.marks[MARK_OF[place.support] ?? "known"]));
    const symbol = new MapSymbol([place.lat, place.lon], { ...common, ...look });
    const names = place.names.slice(0, 8).join("; ") + (place.names.length > 8 ? "; …" : "");
    const told = () => say("tooltip_organizations", { town: place.town ?? "", names });
    tell(symbol, told, 6).addTo(place.support ? map : others);
  }
  return grouped.filter((place) => place.support === "documented");
}

/** Return a hotspot's name, with the town that stands for a region. */
function placeName(hotspot) {
  return hotspot.represented_by ? say("at_town", { name: hotspot.name, town: hotspot.represented_by }) : hotspot.name;
}
