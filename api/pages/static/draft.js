// A draft: what is being written, every step back and forth, and a copy in the browser that outlives the page.
// The copy holds the text and what was marked in it, and nothing by which anybody could sign in.

const NAME = "servanda-draft";
const MOST = 100;
const TOGETHER = 1500;

export class Draft {
  /** `empty` makes a new draft; `kept` is told whether the copy was made: "kept", "full" or "elsewhere". */
  constructor(empty, kept, isDraft) {
    this.empty = empty;
    this.kept = kept;
    this.listeners = [];
    this.mark = null;
    const found = this.#read();
    this.isBad = found === undefined;
    const sound = found && isDraft(found.now) && Array.isArray(found.past) && Array.isArray(found.texts);
    if (found && !sound) this.isBad = true;
    this.now = sound ? found.now : empty();
    this.past = sound ? found.past : [];
    this.future = sound && Array.isArray(found.future) ? found.future : [];
    this.texts = sound ? found.texts : [""];
    this.mark = found?.mark ?? null;
    this.last = { group: null, at: 0 };
    this.timer = null;
    addEventListener("pagehide", () => this.save());
    addEventListener("storage", (event) => {
      if (event.key === NAME && event.newValue !== null && this.#markIn(event.newValue) !== this.mark) this.kept("elsewhere");
    });
  }

  get text() {
    return this.texts[this.now.text] ?? "";
  }

  /** Take another text in; the earlier one stays for who takes that back. */
  number(text) {
    const found = this.texts.indexOf(text);
    return found >= 0 ? found : this.texts.push(text) - 1;
  }

  /** Change the draft; changes of one group that follow each other quickly are taken back together. */
  change(how, group = null) {
    const before = JSON.stringify(this.now);
    how(this.now);
    if (JSON.stringify(this.now) === before) return;
    const at = Date.now();
    if (group === null || group !== this.last.group || at - this.last.at > TOGETHER) {
      this.past.push(before);
      if (this.past.length > MOST) this.past.shift();
    }
    this.last = { group, at };
    this.future = [];
    this.#changed(group !== null);
  }

  undo() {
    this.#step(this.past, this.future);
  }

  redo() {
    this.#step(this.future, this.past);
  }

  /** Begin anew; what was there can still be taken back. */
  renew(how = this.empty) {
    this.change((now) => {
      for (const key of Object.keys(now)) delete now[key];
      Object.assign(now, how());
    });
  }

  /** Begin anew, and keep nothing of what was: it was taken in. */
  forget(how) {
    localStorage.removeItem(NAME);
    Object.assign(this, { now: { ...how(), text: 0 }, past: [], future: [], texts: [""], mark: null, last: { group: null, at: 0 } });
    clearTimeout(this.timer);
    this.timer = null;
  }

  /** Keep the copy at once. */
  save() {
    clearTimeout(this.timer);
    if (this.timer === null) return;
    this.timer = null;
    const held = this.#read();
    if (held?.mark !== undefined && held.mark !== this.mark) {
      this.kept("elsewhere");
      return;
    }
    const mark = crypto.getRandomValues(new Uint32Array(2)).join("-");
    const whole = { mark, now: this.now, past: this.past, future: this.future, texts: this.texts };
    for (const kept of [whole, { ...whole, past: this.past.slice(-5), future: [] }, { ...whole, past: [], future: [], texts: this.#onlyText() }]) {
      try {
        localStorage.setItem(NAME, JSON.stringify(kept));
        this.mark = mark;
        this.kept("kept");
        return;
      } catch {
        continue; // it is too long; less of it may fit
      }
    }
    this.kept("full");
  }

  #onlyText() {
    return this.texts.map((text, number) => (number === this.now.text ? text : ""));
  }

  #read() {
    try {
      return JSON.parse(localStorage.getItem(NAME) ?? "null");
    } catch {
      return undefined;
    }
  }

  #markIn(kept) {
    try {
      return JSON.parse(kept).mark;
    } catch {
      return null;
    }
  }

  #step(from, to) {
    if (from.length === 0) return;
    to.push(JSON.stringify(this.now));
    this.now = JSON.parse(from.pop());
    this.last = { group: null, at: 0 };
    this.#changed(false);
  }

  #changed(isTyping) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), 250);
    for (const listener of this.listeners) listener(isTyping);
  }
}
