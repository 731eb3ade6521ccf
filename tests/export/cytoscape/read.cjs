// Runs the code of a page on graph files, in cytoscape.js, and prints what became of them.
//
// node read.cjs CODE NAME FILE...: NAME is the file that the code reads; each FILE takes its place in turn.

"use strict";

const cytoscape = require("cytoscape");

const [code, name, ...files] = process.argv.slice(2);
if (!code.includes(JSON.stringify(name))) throw new Error(`the code does not read ${name}`);

function run(file) {
  const printed = [];
  const print = { log: (...words) => printed.push(words.join(" ")) };
  const here = code.replace(JSON.stringify(name), JSON.stringify(file));
  const given = new Function("require", "console", `"use strict";\n${here}\nreturn { elements, style };`)(require, print);
  // As in a page, but without a window; what draws keeps the process alive until it is destroyed.
  const cy = cytoscape({ headless: true, styleEnabled: true, ...given, layout: { name: "preset" } });
  const found = { printed, nodes: cy.nodes().map(node), edges: cy.edges().map(edge) };
  cy.destroy();
  return found;
}

function node(found) {
  const look = { colour: found.style("background-color"), width: found.numericStyle("width") };
  return { ...found.data(), place: found.position(), shown: found.style("label"), ...look };
}

function edge(found) {
  const look = { colour: found.style("line-color"), line: found.style("line-style") };
  const arrow = found.style("target-arrow-shape");
  const ends = [found.source().id(), found.target().id()];
  return { ...found.data(), ends, shown: found.style("label"), width: found.numericStyle("width"), arrow, ...look };
}

console.log(JSON.stringify(files.map(run)));
