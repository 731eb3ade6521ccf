// The graph: who says what of whom. What an edge means is told in words, with its direction, beside the picture.
// All words from data become text, never markup.
"use strict";

const MOST = 20000; // edges that are drawn, the heaviest
const TOLD = 12; // edges between the same two that are told when one is pointed at
const place = document.getElementById("graph");
const said = document.getElementById("graph-said");
const edges = document.getElementById("graph-edges");
const pointed = document.getElementById("graph-pointed");
if (place) show().catch((error) => {
  place.hidden = true;
  said.textContent = `${place.dataset.failed} (${error.message})`;
});

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function hex(given) {
  return /^#[0-9a-fA-F]{6}$/.test(given ?? "") ? given : "#888888";
}

async function given(address, tries = 5) {
  const answer = await fetch(address);
  if (answer.status === 503 && tries > 1) {
    await new Promise((done) => { setTimeout(done, 1000); });
    return given(address, tries - 1);
  }
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  return answer.json();
}

async function show() {
  if (!window.Sigma || !window.graphology) throw new Error("sigma");
  const told = await given(place.dataset.graph);
  const kept = [...told.edges].sort((one, other) => other.weight - one.weight).slice(0, MOST);
  const named = new Map(told.nodes.map((node) => [node.id, node.label || node.id]));
  const graph = made(told, kept);
  place.hidden = false;
  const picture = drawn(graph, kept.length);
  document.getElementById("graph-picture").hidden = true;
  const state = { node: "", until: null, edge: null };
  const redraw = () => { tell(state, kept, told.edges.length, named); picture.refresh(); };
  picture.setSetting("nodeReducer", (node, data) => (
    state.node && node !== state.node && !graph.areNeighbors(node, state.node) ? { ...data, color: colour("--line"), label: "" } : data));
  picture.setSetting("edgeReducer", (edge, data) => ({
    ...data,
    size: edge === state.edge ? data.size + 3 : data.size,
    zIndex: edge === state.edge ? 1 : 0,
    hidden: !within(data, state.until) || Boolean(state.node && !graph.hasExtremity(edge, state.node)),
  }));
  choosing(state, named, redraw, picture);
  pointing(graph, state, kept, named, picture);
  sliding(state, kept, redraw);
  redraw();
  place.dataset.drawn = `${graph.order} ${graph.size}`;
}

function made(told, kept) {
  const graph = new graphology.MultiDirectedGraph();
  const used = new Set(kept.flatMap((edge) => [edge.source, edge.target]));
  const many = told.nodes.length;
  for (const node of told.nodes) {
    if (many > MOST && !used.has(node.id)) continue;
    graph.addNode(node.id, {
      x: node.x, y: -node.y, size: 3 + Math.sqrt(node.size ?? 4) * (many > 500 ? 0.5 : 1.1), color: hex(node.color), label: node.label || node.id,
    });
  }
  for (const [number, edge] of kept.entries()) {
    graph.addDirectedEdgeWithKey(number, edge.source, edge.target, {
      size: Math.min(5, 1 + edge.weight), color: hex(edge.color), type: edge.directed === false ? "line" : "arrow",
      first: edge.first_date ?? null,
    });
  }
  return graph;
}

function drawn(graph, number) {
  return new Sigma(graph, place, {
    renderEdgeLabels: false, // they would be cut, and lie on each other: who accuses whom is told in whole sentences
    enableEdgeEvents: number <= 5000,
    defaultEdgeType: "arrow",
    labelColor: { color: colour("--ink") },
    labelRenderedSizeThreshold: number > 2000 ? 12 : 5,
    hideEdgesOnMove: number > 5000,
    zIndex: true,
    stagePadding: 60,
    defaultDrawNodeHover: () => {},
  });
}

function within(edge, until) {
  return until === null || !edge.first || edge.first <= until;
}

function choosing(state, named, redraw, picture) {
  const choice = document.getElementById("graph-node");
  for (const [id, label] of [...named].sort((one, other) => one[1].localeCompare(other[1])).slice(0, 5000)) {
    choice.append(new Option(label, id));
  }
  const choose = (node) => { state.node = node; choice.value = node; redraw(); };
  choice.addEventListener("change", () => choose(choice.value));
  picture.on("clickNode", ({ node }) => choose(node));
  picture.on("clickStage", () => choose(""));
}

function sliding(state, kept, redraw) {
  document.getElementById("graph-tools").hidden = false;
  const days = [...new Set(kept.map((edge) => edge.first_date).filter(Boolean))].sort();
  const slider = document.getElementById("graph-until");
  const day = document.getElementById("graph-day");
  slider.max = String(days.length);
  slider.value = slider.max;
  slider.disabled = days.length === 0;
  slider.addEventListener("input", () => {
    state.until = days[+slider.value] ?? null;
    day.textContent = state.until ?? "";
    slider.setAttribute("aria-valuetext", state.until ?? "—");
    redraw();
  });
}

function tell(state, kept, all, named) {
  const d = place.dataset;
  const seen = kept.filter((edge) => within({ first: edge.first_date }, state.until));
  const number = seen.length.toLocaleString();
  const sampled = kept.length < all ? " " + d.sampled.replace("{shown}", kept.length.toLocaleString()).replace("{all}", all.toLocaleString()) : "";
  said.textContent = `${d.edges.replace("{n}", number)}${sampled}${state.node ? "" : ` ${d.nobody}`}`;
  const own = state.node ? seen.filter((edge) => edge.source === state.node || edge.target === state.node) : [];
  edges.replaceChildren(...own.slice(0, 200).map((edge) => told(edge, named)));
}

// Who an edge is from, what it says and of whom, whole.
function told(edge, named) {
  const line = document.createElement("li");
  line.append(linked(edge.source, named), " ");
  const what = document.createElement("i");
  what.textContent = edge.directed === false ? `— ${edge.label} —` : `— ${edge.label} →`;
  line.append(what, " ", linked(edge.target, named));
  if (edge.first_date) line.append(` (${edge.first_date}${edge.last_date && edge.last_date !== edge.first_date ? ` – ${edge.last_date}` : ""})`);
  return line;
}

// Edges between the same two lie on each other: all of them are told when one is pointed at, both ways.
function pointing(graph, state, kept, named, picture) {
  const point = (edge) => {
    state.edge = edge;
    picture.refresh({ skipIndexation: true });
    if (edge === null) return;
    const ends = graph.extremities(edge);
    const between = graph.edges(...ends).concat(ends[0] === ends[1] ? [] : graph.edges(ends[1], ends[0]));
    const several = [...new Set(between)].map((key) => kept[Number(key)]).filter((one) => within({ first: one.first_date }, state.until));
    pointed.replaceChildren(...several.slice(0, TOLD).map((one) => told(one, named)));
    if (several.length > TOLD) {
      const more = document.createElement("li");
      more.textContent = place.dataset.more.replace("{n}", several.length - TOLD);
      pointed.append(more);
    }
  };
  picture.on("enterEdge", ({ edge }) => point(edge));
  picture.on("leaveEdge", () => point(null));
  picture.on("clickEdge", ({ edge }) => point(edge));
}

function linked(id, named) {
  const name = document.createElement("b");
  const link = document.createElement("a");
  link.href = "/doc/" + id.split("/").map(encodeURIComponent).join("/");
  link.textContent = named.get(id) ?? id;
  const apart = document.createElement("bdi");
  apart.append(link);
  name.append(apart);
  return name;
}
