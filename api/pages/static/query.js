// The editor of queries: completes from what the service says of itself, and asks nobody else.
"use strict";

const field = document.getElementById("query-text");
const form = document.getElementById("query-form");
if (field && form && window.Yasqe) begin();

function begin() {
  const prefixes = JSON.parse(field.dataset.prefixes);
  const described = once(() => description(field.dataset.description));
  const completer = (kind, get) => Yasqe.forkAutocompleter(
    kind, { name: `own-${kind}`, bulk: true, persistenceId: null, autoShow: false, get }, false);
  completer("prefixes", () => Object.entries(prefixes).map(([name, iri]) => `${name}: <${iri}>`));
  completer("class", async () => (await described()).classes);
  completer("property", async () => (await described()).properties);
  const place = document.createElement("div");
  place.id = "editor";
  field.after(place);
  const editor = new Yasqe(place, {
    value: field.value,
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: () => "",
    showQueryButton: false,
    prefixCcApi: null,
    resizeable: false,
    collapsePrefixesOnLoad: false,
    lineWrapping: true,
    editorHeight: "24rem",
    autocompleters: ["own-prefixes", "own-class", "own-property", "variables"],
  });
  const keys = { Tab: false, "Shift-Tab": false, "Ctrl-Enter": () => form.requestSubmit(), "Cmd-Enter": () => form.requestSubmit() };
  editor.setOption("extraKeys", { ...editor.getOption("extraKeys"), ...keys });
  editor.getInputField().setAttribute("aria-label", document.querySelector("label[for='query-text']").textContent);
  editor.getInputField().setAttribute("aria-describedby", "query-hint");
  editor.query = () => Promise.resolve(form.requestSubmit());
  field.hidden = true;
  form.addEventListener("submit", () => { field.value = editor.getValue(); });
  editor.refresh();
  place.dataset.ready = "1";
  window.editorOfQueries = editor;
}

function once(get) {
  let held = null;
  return () => (held ??= get());
}

async function description(address) {
  const answer = await fetch(address, { headers: { Accept: "application/ld+json" } });
  const found = { classes: new Set(), properties: new Set() };
  if (answer.ok) gather(await answer.json(), found);
  return { classes: [...found.classes].sort(), properties: [...found.properties].sort() };
}

function gather(node, found) {
  if (Array.isArray(node)) node.forEach((one) => gather(one, found));
  else if (node && typeof node === "object") {
    for (const [name, value] of Object.entries(node)) {
      const into = { "http://rdfs.org/ns/void#class": found.classes, "http://rdfs.org/ns/void#property": found.properties }[name];
      if (into) for (const one of [value].flat()) into.add(one["@id"]);
      else gather(value, found);
    }
  }
}
