// A document as YAML, the same that the command line takes: maps, lists and texts, nothing else.

// Texts that stand without quotation marks, so that nothing else could be read in them.
const PLAIN = /^[A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*$/;
const WORDS = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
// What a reader of YAML would fold, refuse or take for a line's end, and what nobody sees.
const ESCAPED = /[\u0000-\u001f"\\\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff0-\uffff]/;
const NAMED = { "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\" };

function escaped(text) {
  return text.replace(/[^]/gu, (one) => (one.length > 1 ? one : one.replace(ESCAPED, (bad) =>
    NAMED[bad] ?? `\\u${bad.charCodeAt(0).toString(16).padStart(4, "0")}`)));
}

function scalar(text) {
  return PLAIN.test(text) && !WORDS.test(text) ? text : `"${escaped(text)}"`;
}

function isEmpty(value) {
  if (value === null || value === undefined) return true;
  if (typeof value === "string") return value === "";
  if (Array.isArray(value)) return value.every(isEmpty);
  return typeof value === "object" && Object.entries(value).every(([key, one]) => key.startsWith("_") || isEmpty(one));
}

/** Return a value without what is empty, and without what begins with `_`, which is the page's own. */
export function filled(value) {
  if (Array.isArray(value)) return value.filter((one) => !isEmpty(one)).map(filled);
  if (value === null || typeof value !== "object") return String(value);
  return Object.fromEntries(Object.entries(value).filter(([key, one]) => !key.startsWith("_") && !isEmpty(one)).map(([key, one]) => [key, filled(one)]));
}

function lines(value) {
  if (typeof value === "string") return [scalar(value)];
  if (Array.isArray(value)) {
    return value.flatMap((one) => {
      const [first, ...rest] = lines(one);
      return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
    });
  }
  return Object.entries(value).flatMap(([key, one]) => {
    if (typeof one === "string") return [`${key}: ${scalar(one)}`];
    return [`${key}:`, ...lines(one).map((line) => `  ${line}`)];
  });
}

/** Return a document as YAML. */
export function yaml(document) {
  return `${lines(filled(document)).join("\n")}\n`;
}
