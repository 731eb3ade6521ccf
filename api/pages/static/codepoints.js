// Places in texts: browsers count UTF-16 units, documents count code points.

/** Return how many code points stand before a place that is counted in UTF-16 units. */
export function toCodePoints(text, units) {
  let points = 0;
  for (let at = 0; at < units; points += 1) at += text.codePointAt(at) > 0xffff ? 2 : 1;
  return points;
}

/** Return the place in UTF-16 units before which so many code points stand. */
export function toUnits(text, points) {
  let at = 0;
  for (let seen = 0; seen < points && at < text.length; seen += 1) at += text.codePointAt(at) > 0xffff ? 2 : 1;
  return at;
}

/** Return a place that splits no pair of surrogates: the one before it, where it would. */
export function whole(text, units) {
  const splits = units > 0 && units < text.length && /[\udc00-\udfff]/.test(text[units]) && /[\ud800-\udbff]/.test(text[units - 1]);
  return splits ? units - 1 : units;
}
