// The forms of claims: copies of one template, each bound to its claim.

import { suggesting } from "./suggest.js";

let number = 0;
const terms = new Map();

const get = (from, path) => path.split(".").reduce((held, name) => held?.[name], from);

function set(to, path, value) {
  const names = path.split("."), last = names.pop();
  const held = names.reduce((one, name) => (one[name] ??= {}), to);
  held[last] = value;
}

const shown = (value) => (Array.isArray(value) ? value.join(", ") : (value ?? ""));
const ids = (text) => text.split(",").map((one) => one.trim()).filter(Boolean);

/** Tie labels and what is wrong to the fields of a form that was copied. */
function name(form) {
  for (const field of form.querySelectorAll(".field")) {
    const input = field.querySelector("input, select"), label = field.querySelector("label"), wrong = field.querySelector(".wrong");
    if (!input || !label || input.id) continue;
    input.id = `field-${(number += 1)}`;
    label.htmlFor = input.id;
    wrong.id = `${input.id}-wrong`;
  }
}

const own = (form, selector) => [...form.querySelectorAll(selector)].filter((input) => input.closest("[data-rows] .one, [data-bound]") === (form.matches(".one, [data-bound]") ? form : null));

/** Show what a claim, a row or a report holds in the fields of its form. */
export function refresh(form, held) {
  for (const input of own(form, "[data-field]")) {
    const value = shown(get(held, input.dataset.field));
    if (input.value !== value) input.value = value;
  }
}

/** Have the fields of a form change what they are of; `change` is given the path and how. */
export function bind(form, held, change) {
  form.dataset.bound = "";
  name(form);
  refresh(form, held());
  for (const input of own(form, "[data-field]")) {
    const path = input.dataset.field, isList = input.dataset.as === "ids";
    const take = () => change(path, (one) => set(one, path, isList ? ids(input.value) : input.value.trim()));
    input.addEventListener(input.tagName === "SELECT" ? "change" : "input", take);
    if (input.dataset.list === "terms") numbered(input, () => held()?.agreement);
  }
}

/** Offer the numbers of an agreement's terms. */
function numbered(input, agreement) {
  const list = Object.assign(document.createElement("datalist"), { id: `${input.id}-terms` });
  input.after(list);
  input.setAttribute("list", list.id);
  input.addEventListener("focus", async () => {
    const asked = agreement();
    if (!asked || list.dataset.of === asked) return;
    if (!terms.has(asked)) {
      const found = await fetch(`/api/v1/terms?${new URLSearchParams({ agreement: asked, limit: "200" })}`, { headers: { accept: "application/json" } })
        .then((answer) => (answer.ok ? answer.json() : { items: [] })).catch(() => ({ items: [] }));
      terms.set(asked, found.items.map((one) => one.number));
    }
    list.dataset.of = asked;
    list.replaceChildren(...terms.get(asked).map((one) => Object.assign(document.createElement("option"), { value: one })));
  });
}

const option = (value, label) => Object.assign(document.createElement("option"), { value, textContent: label });

export class ClaimForms {
  constructor(place, template, draft, texts, heard) {
    Object.assign(this, { place, template, draft, texts, heard });
  }

  /** Make the forms anew; the focus stays where it was. */
  show(open) {
    const focused = document.activeElement, path = this.place.contains(focused) ? this.#path(focused) : null;
    this.place.replaceChildren(...this.draft.now.claims.map((claim, at) => this.#form(claim, at, at === open)));
    this.summaries();
    if (path) this.place.querySelectorAll("details")[path[0]]?.querySelectorAll("input, select, button, summary")[path[1]]?.focus();
  }

  open(at, isFocused) {
    const every = [...this.place.children];
    every.forEach((form, place) => (form.open = place === at));
    every[at]?.scrollIntoView({ block: "nearest" });
    this.heard.opened(at);
    if (isFocused) every[at]?.querySelector("[data-field=gist]").focus();
  }

  /** Tell in a line of each form what its claim says. */
  summaries() {
    [...this.place.children].forEach((form, at) => {
      const claim = this.draft.now.claims[at];
      if (!claim) return;
      form.querySelector(".key").textContent = claim.key;
      form.querySelector(".sum").textContent = claim.gist || claim.quotes?.[0]?.exact || "";
      this.#events(form, claim);
      for (const select of form.querySelectorAll("[data-claims]")) this.#others(select, at);
    });
  }

  #path(element) {
    const form = element.closest("details");
    return form === null ? null : [[...this.place.children].indexOf(form), [...form.querySelectorAll("input, select, button, summary")].indexOf(element)];
  }

  #claim(at) {
    return this.draft.now.claims[at];
  }

  #form(claim, at, isOpen) {
    const form = this.template.content.cloneNode(true).querySelector("details");
    form.open = isOpen;
    for (const place of form.querySelectorAll("[data-rows]")) this.#rows(place, claim, at);
    this.#events(form, claim);
    bind(form, () => this.#claim(at), (path, how) => this.draft.change((now) => {
      how(now.claims[at]);
      this.#event(now, now.claims[at], path);
    }, path === "about" || path === "if" ? null : `${claim.key}.${path}`));
    for (const input of form.querySelectorAll("[data-event]")) {
      const change = () => this.draft.change((now) => {
        const event = now.events.find((one) => one.key === now.claims[at].about);
        if (event) event[input.dataset.event] = input.value;
      }, `${claim.key}.event.${input.dataset.event}`);
      input.addEventListener(input.tagName === "SELECT" ? "change" : "input", change);
    }
    for (const input of own(form, "[data-suggest]")) suggesting(input, input.dataset.suggest, input.dataset.as === "ids");
    this.#spans(form.querySelector(".spans"), claim, at, "quotes");
    this.#spans(form.querySelector(".hedges"), claim, at, "hedges");
    form.addEventListener("toggle", () => form.open && this.heard.opened(at));
    form.querySelector(".remove").addEventListener("click", () => this.draft.change((now) => now.claims.splice(at, 1)));
    form.querySelector(".show").addEventListener("click", () => claim.quotes?.[0] && this.heard.shown(claim.quotes[0]._at));
    return form;
  }

  /** Make a new event where one is wanted. */
  #event(now, claim, path) {
    if ((path !== "about" && path !== "if") || claim[path] !== "+") return;
    const numbers = now.events.map((one) => Number(/^e(\d+)$/.exec(one.key)?.[1] ?? 0));
    const key = `e${Math.max(0, ...numbers) + 1}`;
    now.events.push({ key, type: "", label: "" });
    claim[path] = key;
  }

  #events(form, claim) {
    const { events } = this.draft.now, wanted = JSON.stringify(events);
    for (const select of form.querySelectorAll("[data-events]")) {
      if (select.dataset.of !== wanted) {
        select.replaceChildren(option("", ""), ...events.map((one) => option(one.key, `${one.key} ${one.label || one.type}`)), option("+", this.texts.new_event));
        select.dataset.of = wanted;
      }
      select.value = claim[select.dataset.events] ?? "";
    }
    const event = events.find((one) => one.key === claim.about), part = form.querySelector(".event-part");
    part.hidden = !event;
    for (const input of part.querySelectorAll("[data-event]")) {
      const value = event?.[input.dataset.event] ?? "";
      if (input.value !== value) input.value = value;
    }
  }

  #others(select, at) {
    const { claims } = this.draft.now, wanted = claims.map((one) => `${one.key} ${one.gist ?? ""}`).join("\n");
    if (select.dataset.of === wanted) return;
    const { value } = select;
    select.replaceChildren(option("", ""), ...claims.filter((_, place) => place !== at).map((one) => option(one.key, `${one.key} ${one.gist || one.quotes?.[0]?.exact || ""}`.slice(0, 80))));
    select.dataset.of = wanted;
    select.value = value || (select.dataset.wanted ?? "");
  }

  #rows(place, claim, at) {
    const path = place.dataset.rows, each = place.querySelector(".each"), template = place.querySelector("template");
    const held = get(claim, path) ?? [];
    each.replaceChildren(...held.map((row, line) => {
      const one = template.content.cloneNode(true).querySelector(".one");
      for (const select of one.querySelectorAll("[data-claims]")) {
        select.dataset.wanted = row.claim ?? "";
        this.#others(select, at);
      }
      bind(one, () => get(this.#claim(at), path)?.[line], (field, how) => this.draft.change((now) => how(get(now.claims[at], path)[line]), `${claim.key}.${path}.${line}.${field}`));
      for (const input of one.querySelectorAll("[data-suggest]")) suggesting(input, input.dataset.suggest, input.dataset.as === "ids");
      one.querySelector(".less").addEventListener("click", () => this.draft.change((now) => get(now.claims[at], path).splice(line, 1)));
      return one;
    }));
    place.querySelector(".add").addEventListener("click", () => {
      this.draft.change((now) => (now.claims[at][path] ??= []).push({}));
      this.place.children[at].querySelector(`[data-rows="${path}"] .one:last-child`)?.querySelector("input, select").focus();
    });
  }

  #spans(list, claim, at, field) {
    list.replaceChildren(...(claim[field] ?? []).map((span, line) => {
      const item = document.createElement("li"), words = document.createElement("q"), less = document.createElement("button");
      words.textContent = span.exact;
      words.dir = "auto";
      Object.assign(less, { type: "button", className: "quiet", textContent: "×" });
      less.setAttribute("aria-label", `× ${span.exact.slice(0, 40)}`);
      less.addEventListener("click", () => this.draft.change((now) => now.claims[at][field].splice(line, 1)));
      item.append(words, " ", less);
      return item;
    }));
  }
}
