// The editor of queries: completes from the vocabulary that the service's description names, and asks nobody else.
"use strict";

const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

const field = document.getElementById("query-text");
const form = document.getElementById("query-form");
if (field && form && window.Yasqe) begin();

function begin() {
  const prefixes = JSON.parse(field.dataset.prefixes);
  const described = once(() => vocabulary(field.dataset.vocabulary));
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
    editorHeight: "auto",
    viewportMargin: Infinity,
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
  described().then(() => { place.dataset.vocabulary = "1"; });
}

function once(get) {
  let held = null;
  return () => (held ??= get());
}

async function vocabulary(address) {
  const answer = await fetch(address, { headers: { Accept: "application/ld+json" } });
  const told = answer.ok ? await answer.json() : [];
  const nodes = Array.isArray(told) ? told : told["@graph"] ?? [];
  const of = (ending) => nodes
    .filter((node) => [node["@type"] ?? node[TYPE]?.map((one) => one["@id"]) ?? []].flat().some((type) => type.endsWith(ending)))
    .map((node) => node["@id"])
    .filter((name) => /^https?:/.test(name))
    .sort();
  return { classes: of("#Class"), properties: of("Property") };
}
