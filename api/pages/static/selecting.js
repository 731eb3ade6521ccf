// A text of which words are selected, by mouse, finger or keyboard, and in which marked words are shown.
// The field can be edited as far as the browser knows, so that it has a caret; every edit is turned away.

import { toCodePoints, toUnits, whole } from "./codepoints.js";

export class Selecting {
  constructor(place, chosen) {
    this.place = place;
    this.text = "";
    this.range = null;
    const turned = (event) => event.preventDefault();
    for (const name of ["beforeinput", "drop", "paste", "cut", "dragstart"]) place.addEventListener(name, turned);
    new MutationObserver(() => this.#restore()).observe(place, { childList: true, characterData: true, subtree: true });
    document.addEventListener("selectionchange", () => {
      const found = this.#selected();
      if (found === null) return;
      this.range = found.start < found.end ? found : null;
      chosen(this.range, found.start);
    });
  }

  show(text) {
    this.text = text;
    this.range = null;
    this.#restore();
  }

  /** Return what is selected in code points, and its words; null for nothing. */
  selected() {
    const now = this.#selected(); // what was pressed last may have come before its event
    if (now !== null) this.range = now.start < now.end ? now : null;
    if (this.range === null) return null;
    const { start, end } = this.range;
    return { start: toCodePoints(this.text, start), end: toCodePoints(this.text, end), exact: this.text.slice(start, end) };
  }

  /** Show places of the text, by name, each a list of ranges in code points. */
  paint(named) {
    if (typeof Highlight === "undefined" || !CSS.highlights) return;
    for (const [name, spans] of Object.entries(named)) {
      const made = new Highlight();
      for (const span of spans) {
        const range = this.#range(span);
        if (range) made.add(range);
      }
      made.priority = { "said": 0, "said-now": 1, "hedged": 2 }[name] ?? 0;
      CSS.highlights.set(name, made);
    }
  }

  /** Bring words into sight. */
  reveal(span) {
    const box = this.#range(span)?.getBoundingClientRect(), frame = this.place.getBoundingClientRect();
    if (box) this.place.scrollTop += box.top - frame.top - this.place.clientHeight / 3;
  }

  #range([start, end]) {
    const node = this.place.firstChild;
    if (!node) return null;
    const from = toUnits(this.text, start), to = toUnits(this.text, end);
    if (to > node.length) return null;
    const range = new Range();
    range.setStart(node, from);
    range.setEnd(node, to);
    return range;
  }

  #restore() {
    if (this.place.childNodes.length === (this.text ? 1 : 0) && this.place.textContent === this.text) return;
    this.place.textContent = this.text;
  }

  #selected() {
    const selection = getSelection();
    if (selection.rangeCount === 0) return null;
    const range = selection.getRangeAt(0);
    if (!this.place.contains(range.startContainer) || !this.place.contains(range.endContainer)) return null;
    return { start: whole(this.text, this.#units(range.startContainer, range.startOffset)), end: whole(this.text, this.#units(range.endContainer, range.endOffset)) };
  }

  #units(node, offset) {
    if (node === this.place.firstChild) return offset;
    return offset === 0 ? 0 : this.text.length;
  }
}
