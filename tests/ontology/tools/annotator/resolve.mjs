// Reads {text, targets: [{selectors: [...]}]} and prints, for each selector, the words that a client finds by it alone.
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

const { document, Node, NodeFilter, Range } = new JSDOM("<pre></pre>").window;
Object.assign(globalThis, { document, Node, NodeFilter, Range });
const { createTextPositionSelectorMatcher, createTextQuoteSelectorMatcher } = await import("@apache-annotator/dom");

const matchers = {
  TextQuoteSelector: createTextQuoteSelectorMatcher,
  TextPositionSelector: createTextPositionSelectorMatcher,
};

async function found(selector, scope) {
  const words = [];
  for await (const range of matchers[selector.type](selector)(scope)) words.push(range.toString());
  return words;
}

const sent = JSON.parse(readFileSync(0, "utf-8"));
const scope = document.querySelector("pre");
scope.textContent = sent.text;
const answers = [];
for (const target of sent.targets) {
  answers.push(await Promise.all(target.map((selector) => found(selector, scope))));
}
process.stdout.write(JSON.stringify(answers));
