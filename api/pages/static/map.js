// The map: circles of what is said of places, put together where they would lie over each other. No tiles, no network.
// All words from data become text, never markup.
"use strict";

const STEP = 44; // pixels within which places are one circle
const place = document.getElementById("map");
const said = document.getElementById("map-said");
if (place && window.L) draw().catch((error) => { said.textContent = String(error.message); });

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function begun() {
  const found = /^#map=(\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)$/.exec(location.hash);
  return found && { zoom: +found[1], centre: [+found[2], +found[3]] };
}

async function draw() {
  place.hidden = false;
  const map = L.map(place, { attributionControl: false, preferCanvas: true, maxZoom: 12, minZoom: 1, worldCopyJump: true });
  const [told, world] = await Promise.all([place.dataset.places, place.dataset.outlines].map((address) => given(address)));
  const lines = { color: colour("--soft"), weight: 0.8, fill: false, interactive: false };
  L.geoJSON(topojson.mesh(world, world.objects.countries), { style: lines }).addTo(map);
  const points = told.features.map((one) => ({
    ...one.properties, lng: one.geometry.coordinates[0], lat: one.geometry.coordinates[1],
  }));
  const from = begun();
  if (from) map.setView(from.centre, from.zoom);
  else if (points.length) map.fitBounds(L.latLngBounds(points.map((one) => [one.lat, one.lng])).pad(0.25), { maxZoom: 8 });
  else map.setView([30, 20], 2);
  const layer = L.layerGroup().addTo(map);
  const again = () => circles(map, layer, points, told);
  map.on("zoomend", again);
  map.on("moveend", () => {
    const { lat, lng } = map.getCenter();
    history.replaceState(null, "", `#map=${map.getZoom()}/${lat.toFixed(3)}/${lng.toFixed(3)}`);
  });
  again();
}

async function given(address, tries = 5) {
  const answer = await fetch(address);
  if (answer.status === 503 && tries > 1) { // what it is counted from is being made
    await new Promise((done) => { setTimeout(done, 1000); });
    return given(address, tries - 1);
  }
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  return answer.json();
}

function circles(map, layer, points, told) {
  layer.clearLayers();
  const cells = new Map();
  for (const one of points) {
    const at = map.project([one.lat, one.lng]);
    const cell = `${Math.floor(at.x / STEP)} ${Math.floor(at.y / STEP)}`;
    if (!cells.has(cell)) cells.set(cell, []);
    cells.get(cell).push(one);
  }
  const most = Math.max(1, ...points.map((one) => Math.max(one.alleged, one.candidates)));
  let joined = 0;
  for (const several of cells.values()) {
    if (several.length > 1) joined += several.length;
    mark(map, layer, several, most);
  }
  const d = place.dataset;
  const filled = (words, n, m) => (n ? words.replace("{n}", n.toLocaleString()).replace("{m}", String(m)) : "");
  const wider = [...cells.values()].filter((one) => one.length > 1).length;
  said.textContent = [
    filled(d.several, points.length), filled(d.joined, joined, wider),
    filled(d.without, told.places_without_outline), filled(d.left, told.places_left_off),
  ].filter(Boolean).join(" ");
  place.dataset.drawn = String(cells.size);
}

function mark(map, layer, several, most) {
  const sum = (name) => several.reduce((all, one) => all + one[name], 0);
  const mean = (name) => several.reduce((all, one) => all + one[name], 0) / several.length;
  const where = [mean("lat"), mean("lng")];
  const size = (number) => 5 + 15 * Math.sqrt(Math.min(1, number / most));
  const alleged = sum("alleged"), candidates = sum("candidates");
  const open = () => L.popup().setLatLng(where).setContent(words(map, several)).openOn(map);
  if (alleged) {
    L.circleMarker(where, {
      radius: size(alleged), weight: several.length > 1 ? 4 : 2, color: colour("--alleged-line"),
      fillColor: colour("--alleged-line"), fillOpacity: 0.45,
    }).on("click", open).addTo(layer);
  }
  if (candidates) { // beside it and hollow, so that nobody takes one for the other
    L.circleMarker(where, {
      radius: size(candidates) + (alleged ? 5 : 0), weight: several.length > 1 ? 4 : 2, dashArray: "4 4",
      color: colour("--candidate-line"), fill: true, fillOpacity: alleged ? 0 : 0.08, fillColor: colour("--candidate-line"),
    }).on("click", open).addTo(layer);
    if (alleged) layer.getLayers().at(-1).bringToBack();
  }
}

function words(map, several) {
  const d = place.dataset;
  const box = document.createElement("div");
  for (const one of several.slice(0, 12)) {
    const line = document.createElement("p");
    const name = document.createElement(one.page && one.page.startsWith("/doc/") ? "a" : "b");
    if (name instanceof HTMLAnchorElement) name.href = one.page;
    name.textContent = one.label;
    const denied = (number) => (number ? ` (${number} ${d.denied})` : "");
    const only = document.createElement("a");
    const address = new URL(location.href);
    address.searchParams.delete("cursor");
    address.searchParams.set("place", one.place);
    only.href = address.pathname + address.search;
    only.textContent = d.only;
    line.append(
      name, document.createElement("br"),
      `${one.alleged} ${d.alleged}${denied(one.alleged_denied)}, ${one.candidates} ${d.candidates}${denied(one.candidates_denied)}`,
      document.createElement("br"), only);
    box.append(line);
  }
  if (several.length > 12) box.append(`… ${several.length - 12}`);
  return box;
}
