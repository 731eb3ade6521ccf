// Claims marked in a text: the page binds its form to a draft, asks what is wrong with it, and sends it once.

import { toCodePoints } from "./codepoints.js";
import { Draft } from "./draft.js";
import { ClaimForms, bind, refresh } from "./claim_forms.js";
import { Selecting } from "./selecting.js";
import { problemsIn } from "./problems.js";
import { suggesting } from "./suggest.js";
import { yaml } from "./yaml.js";

const root = document.getElementById("annotate"), texts = JSON.parse(root.dataset.texts);
const $ = (id) => document.getElementById(id);
const KEPT = ["type", "language", "publisher", "licence", "annotator", "zone", "text_access"];
const CLAIM = ["key", "gist", "quote", "quotes", "modality", "polarity", "hedges", "about", "perpetrators", "targets", "places", "along",
  "in_territory_of", "time", "quantities", "if", "attribution", "alleges", "denies", "asserts_fulfilment"];
const INSTEAD = { title: "?", id: "draft", annotator: "draft", gist: "?", modality: "asserted", type: "other", label: "?" };
const REPORT = ["kind", "id", "type", "title", "language", "publisher", "issued", "url", "licence", "annotator", "zone", "text_extent", "text_access"];
let open = 0, asked = null, timer = null, sent = null;

const empty = () => ({ text: 0, isOwnId: false, report: { type: "news", language: "en" }, events: [], claims: [] });
const isDraft = (now) => now && typeof now.text === "number" && now.report && Array.isArray(now.events) && Array.isArray(now.claims);
const draft = new Draft(empty, (how) => tell($("kept"), texts[{ kept: "keep", full: "not_kept", elsewhere: "elsewhere" }[how]], how !== "kept"), isDraft);

function tell(place, said, isWrong = false) {
  place.textContent = said;
  place.classList.toggle("is-wrong", isWrong);
  if (place.hasAttribute("hidden") || place.classList.contains("wrong")) place.hidden = !said;
}

/** Ask the server something that only who signed in may ask; gives the answer and what it says. */
async function ask(path, body, type, more = {}) {
  const headers = { accept: "application/problem+json, application/json", "content-type": type, "Servanda-CSRF": root.dataset.csrf, ...more.headers };
  const answer = await fetch(path, { method: "POST", body, headers, signal: more.signal });
  const said = await answer.json().catch(() => ({}));
  if (answer.status === 401) said.detail = texts.signed_out;
  return { answer, said };
}

function quoted(one) {
  return one.occurrence ? { exact: one.exact, occurrence: one.occurrence } : one.exact;
}

const pick = (from, names) => Object.fromEntries(names.map((name) => [name, from[name]]));

/** Return the document that the draft is. */
function made() {
  const { report, events, claims } = draft.now;
  const used = new Set(claims.flatMap((claim) => [claim.about, claim.if]));
  return {
    ...pick({ kind: "report", ...report }, REPORT),
    events: events.filter((event) => used.has(event.key)),
    text: draft.text,
    claims: claims.map((claim) => {
      const quotes = (claim.quotes ?? []).map(quoted);
      return pick({ ...claim, hedges: (claim.hedges ?? []).map(quoted), quote: quotes.length === 1 ? quotes[0] : "", quotes: quotes.length > 1 ? quotes : [] }, CLAIM);
    }),
  };
}

const forms = new ClaimForms($("claims"), $("claim-form"), draft, texts, {
  opened: (number) => {
    open = number;
    paint();
  },
  shown: (span) => selecting.reveal(span),
});
const selecting = new Selecting($("text"), (range, caret) => {
  marking();
  tell($("mark-wrong"), "");
  if (range === null && document.activeElement === $("text")) {
    const here = draft.now.claims.findIndex((claim) => (claim.quotes ?? []).some((one) => stands(one, caret)));
    if (here >= 0 && here !== open) forms.open(here, false);
  }
});

function stands(one, caret) {
  const points = toCodePoints(draft.text, caret);
  return one._at[0] <= points && points < one._at[1];
}

function marking() {
  const isChosen = selecting.range !== null, isClaim = draft.now.claims.length > 0;
  $("mark-claim").disabled = !isChosen;
  $("mark-more").disabled = $("mark-hedge").disabled = !(isChosen && isClaim);
}

function paint() {
  const said = [], now = [], hedged = [];
  draft.now.claims.forEach((claim, number) => {
    for (const one of claim.quotes ?? []) (number === open ? now : said).push(one._at);
    for (const one of claim.hedges ?? []) hedged.push(one._at);
  });
  selecting.paint({ said, "said-now": now, hedged });
}

/** Have the server say how the selected words are named in a document; null where it cannot. */
async function pointed() {
  const chosen = selecting.selected();
  if (chosen === null) {
    tell($("mark-wrong"), texts.no_words, true);
    return null;
  }
  try {
    const { answer, said } = await ask("/annotate/quote", JSON.stringify({ text: draft.text, ...chosen }), "application/json");
    if (answer.ok) return { exact: said.exact, occurrence: said.occurrence, _at: [said.start, said.end] };
    tell($("mark-wrong"), said.detail ?? texts.unreachable, true);
  } catch {
    tell($("mark-wrong"), texts.unreachable, true);
  }
  return null;
}

function nextKey(letter, held) {
  const numbers = held.map((one) => Number(/^[a-z](\d+)$/.exec(one.key)?.[1] ?? 0));
  return `${letter}${Math.max(0, ...numbers) + 1}`;
}

async function markClaim() {
  const words = await pointed();
  if (words === null) return;
  draft.change((now) => {
    const last = now.claims.at(-1);
    const begun = { key: nextKey("c", now.claims), quotes: [words], modality: "", attribution: structuredClone(last?.attribution ?? []) };
    const place = now.claims.findIndex((claim) => claim.quotes?.[0] && claim.quotes[0]._at[0] > words._at[0]);
    open = place < 0 ? now.claims.length : place;
    now.claims.splice(open, 0, begun);
  });
  forms.open(open, true);
}

async function markMore(name) {
  const words = await pointed();
  if (words === null || !draft.now.claims[open]) return;
  draft.change((now) => {
    const claim = now.claims[open];
    claim[name] = [...(claim[name] ?? []), words].sort((one, other) => one._at[0] - other._at[0]);
  });
}

function slug(report) {
  const plain = (report.title ?? "").normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const dated = /^\d{4}(?:-\d\d){0,2}$/.test(report.issued ?? "") ? `-${report.issued}` : "";
  return (plain.slice(0, 50) + dated).replace(/^-+|-+$/g, "");
}

/** Return the document with something where a needed field is empty, so that the rest of it can be checked too. */
function provisional(document, missing) {
  const held = structuredClone(document);
  for (const { field } of missing) {
    const [last, ...names] = field.split(/[.[\]]+/).filter(Boolean).reverse();
    const owner = names.reverse().reduce((one, name) => one?.[name], held);
    if (owner && last in INSTEAD) owner[last] = INSTEAD[last];
  }
  return held;
}

/** Ask what is wrong; where needed fields are empty, also what is wrong besides. */
async function looked(document, signal) {
  const found = await ask("/annotate/check", yaml(document), "application/yaml", { signal });
  const missing = (found.said.problems ?? []).filter((one) => one.rule === "document/missing-field");
  if (missing.length === 0 || missing.length < found.said.problems.length) return found;
  const { said } = await ask("/annotate/check", yaml(provisional(document, missing)), "application/yaml", { signal });
  const fields = missing.map((one) => one.field), isOther = (one) => !fields.includes(one.field);
  found.said.problems = [...missing, ...(said.problems ?? []).filter(isOther)];
  found.said.warnings = (said.warnings ?? []).filter(isOther);
  return found;
}

function check() {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    asked?.abort();
    if (!draft.text) return;
    const mine = (asked = new AbortController());
    $("verdict").dataset.state = "checking";
    try {
      const { answer, said } = await looked(made(), mine.signal);
      if (mine !== asked) return;
      if (said.is_there && !$("revise").checked) (said.warnings ??= []).push({ field: "id", message: texts.there_already });
      verdict(answer.ok && said.status !== "refused", said);
    } catch (error) {
      if (error.name !== "AbortError") tell($("verdict"), texts.unreachable, true);
    }
  }, 350);
}

function verdict(isSound, said) {
  const problems = said.problems ?? [], doubts = said.warnings ?? [];
  problemsIn(root, made(), problems, doubts, $("rest"));
  $("verdict").dataset.state = isSound ? "valid" : "wrong";
  const counted = problems.length ? texts.wrong.replace("{n}", problems.length) : isSound ? texts.valid : said.detail ?? said.title ?? texts.unreachable;
  tell($("verdict"), counted + (doubts.length ? ` ${texts.doubts.replace("{n}", doubts.length)}` : ""), !isSound);
}

async function submit() {
  const document = made(), headers = $("revise").checked ? { "if-match": "*" } : { "if-none-match": "*" };
  $("submit").disabled = true;
  try {
    const { answer, said } = await ask("/annotate/submit", yaml(document), "application/yaml", { headers });
    if (!answer.ok) {
      verdict(false, answer.status === 412 && !$("revise").checked ? { problems: [{ field: "id", message: texts.there_already }] } : said);
      root.querySelector("[aria-invalid='true']")?.focus();
      return;
    }
    sent = structuredClone(draft.now);
    const link = Object.assign(window.document.createElement("a"), { href: `/doc/report/${encodeURIComponent(said.id)}`, textContent: draft.now.report.title || said.id });
    const kept = pick(draft.now.report, KEPT);
    draft.forget(() => ({ ...empty(), report: { ...empty().report, ...kept } }));
    open = 0;
    all();
    const place = $("saved");
    place.replaceChildren(said.status === "unchanged" ? `${texts.unchanged} ` : `${texts.saved} `, link);
    place.hidden = $("again").hidden = false;
    place.focus();
  } catch {
    tell($("verdict"), texts.unreachable, true);
  } finally {
    $("submit").disabled = false;
  }
}

function all() {
  $("getting").hidden = Boolean(draft.text);
  $("working").hidden = !draft.text;
  selecting.show(draft.text);
  open = Math.max(0, Math.min(open, draft.now.claims.length - 1));
  forms.show(open);
  refresh($("about-report"), draft.now.report);
  $("no-claims").hidden = draft.now.claims.length > 0;
  steps();
  marking();
  paint();
  check();
}

function steps() {
  $("undo").disabled = draft.past.length === 0;
  $("redo").disabled = draft.future.length === 0;
}

function take(text) {
  if (!text.trim()) return tell($("text-wrong"), texts.no_words, true);
  if (!text.isWellFormed()) return tell($("text-wrong"), texts.broken_text, true);
  $("saved").hidden = $("again").hidden = true;
  tell($("text-wrong"), "");
  draft.change((now) => {
    const number = draft.number(text);
    if (number !== now.text) now.claims = [];
    now.text = number;
  });
  $("paste").value = "";
  $("text").focus();
  return undefined;
}

async function upload(file) {
  try {
    const { answer, said } = await ask("/annotate/text", file, "application/octet-stream");
    if (!answer.ok) return tell($("text-wrong"), said.detail ?? texts.unreachable, true);
    take(said.text);
    if (said.taken_by) tell($("kept"), texts.taken_by.replace("{was}", said.was).replace("{by}", said.taken_by));
  } catch {
    tell($("text-wrong"), texts.unreachable, true);
  }
  return undefined;
}

function download() {
  const address = URL.createObjectURL(new Blob([yaml(made())], { type: "application/yaml" }));
  Object.assign(document.createElement("a"), { href: address, download: `${draft.now.report.id || "report"}.yaml` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

function keys(event) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "z") return;
  event.preventDefault();
  if (event.shiftKey) draft.redo();
  else draft.undo();
}

function begin() {
  $("use").addEventListener("click", () => take($("paste").value));
  $("file").addEventListener("change", () => $("file").files[0] && upload($("file").files[0]));
  $("other-text").addEventListener("click", () => (draft.now.claims.length === 0 || confirm(texts.really_text)) && draft.change((now) => Object.assign(now, { text: draft.number(""), claims: [], events: [] })));
  $("fresh").addEventListener("click", () => confirm(texts.really_new) && draft.renew(() => ({ ...empty(), text: draft.number("") })));
  $("undo").addEventListener("click", () => draft.undo());
  $("redo").addEventListener("click", () => draft.redo());
  $("download").addEventListener("click", download);
  $("submit").addEventListener("click", submit);
  $("revise").addEventListener("change", check);
  $("document").addEventListener("submit", (event) => event.preventDefault());
  $("again").addEventListener("click", () => {
    $("saved").hidden = $("again").hidden = true;
    draft.renew(() => sent);
    $("revise").checked = true;
  });
  $("mark-claim").addEventListener("click", markClaim);
  $("mark-more").addEventListener("click", () => markMore("quotes"));
  $("mark-hedge").addEventListener("click", () => markMore("hedges"));
  $("text").addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const does = { Enter: markClaim, m: () => markMore("quotes"), h: () => markMore("hedges") }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (does) {
      event.preventDefault();
      does();
    }
  });
  document.addEventListener("keydown", keys);
  bind($("about-report"), () => draft.now.report, (path, how) => draft.change((now) => {
    how(now.report);
    if (path === "id") now.isOwnId = now.report.id !== "";
    if (!now.isOwnId && (path === "title" || path === "issued")) now.report.id = slug(now.report);
    if (path !== "id") $("about-report").querySelector("[data-field=id]").value = now.report.id ?? "";
  }, `report.${path}`));
  for (const input of $("about-report").querySelectorAll("[data-suggest]")) suggesting(input, input.dataset.suggest, false);
  draft.listeners.push((isTyping) => {
    if (!isTyping) return all();
    steps();
    forms.summaries();
    return check();
  });
  if (draft.isBad) tell($("kept"), texts.bad_draft, true);
  all();
}

begin();
