// Reads graph files with the libraries that Gephi Lite uses, with its options, and prints what became of them.
//
// node read.cjs FILE...

"use strict";

const fs = require("node:fs");
const Graph = require("graphology");
const gexf = require("graphology-gexf");
const graphml = require("graphology-graphml");

function read(file) {
  const text = fs.readFileSync(file, "utf8");
  if (file.endsWith(".gexf")) {
    return gexf.parse(Graph, text, { allowUndeclaredAttributes: true, addMissingNodes: false });
  }
  if (file.endsWith(".graphml")) {
    return graphml.parse(Graph, text, { addMissingNodes: false });
  }
  return workspace(JSON.parse(text));
}

// A workspace of Gephi Lite: its graph, with the data and the places put onto nodes and edges.
function workspace({ type, graphDataset }) {
  if (type !== "gephi-lite") throw new Error(`a workspace of type ${type}`);
  const graph = Graph.from(graphDataset.fullGraph);
  graph.forEachNode((node) => {
    graph.replaceNodeAttributes(node, { ...graphDataset.nodeData[node], ...graphDataset.layout[node] });
  });
  graph.forEachEdge((edge) => graph.replaceEdgeAttributes(edge, { ...graphDataset.edgeData[edge] }));
  return graph;
}

const found = process.argv.slice(2).map((file) => {
  const graph = read(file);
  return {
    type: graph.type,
    multi: graph.multi,
    attributes: graph.getAttributes(),
    nodes: graph.mapNodes((node, attributes) => [node, attributes]),
    edges: graph.mapEdges((edge, attributes, source, target, from, to, undirected) => [
      edge,
      source,
      target,
      !undirected,
      attributes,
    ]),
  };
});
console.log(JSON.stringify(found));
