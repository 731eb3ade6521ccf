// What is wrong with a document, told beside the field that it is about.

const ROWS = /^(attribution|alleges|denies|asserts_fulfilment|quantities)(?:\[(\d+)\])?(?:\.([a-z_]+))?/;

const first = (form, path) => form.querySelector(`[data-at="${CSS.escape(path)}"]`);

/** Return the place in the form of a claim for a path below it. */
function below(form, path) {
  if (!path) return form.querySelector(".of-claim");
  if (/^quotes?\b/.test(path)) return first(form, "quote");
  if (/^hedges\b/.test(path)) return first(form, "hedges");
  const row = ROWS.exec(path);
  if (row) {
    const place = form.querySelector(`[data-rows="${row[1]}"]`), line = place.querySelectorAll(":scope > .each > .one")[Number(row[2] ?? 0)];
    return (line && row[3] && first(line, row[3])) || place;
  }
  const plain = path.replace(/\[\d+\]/g, "");
  return first(form, plain) ?? form.querySelector(`[data-at^="${CSS.escape(`${plain.split(".")[0]}.`)}"]`) ?? form.querySelector(".of-claim");
}

function places(root, document, path) {
  const forms = root.querySelectorAll("#claims > details");
  const claim = /^claims\[(\d+)\]\.?(.*)$/.exec(path), event = /^events\[(\d+)\]\.?(.*)$/.exec(path);
  if (claim) return forms[claim[1]] ? [below(forms[claim[1]], claim[2])] : [];
  if (event) {
    const key = document.events[event[1]]?.key, about = document.claims.findIndex((one) => one.about === key);
    if (about < 0) return [];
    return [first(forms[about], `event.${event[2].split(/[.[]/)[0]}`) ?? first(forms[about], "about")];
  }
  const found = first(root.querySelector("#about-report"), path.split(/[.[]/)[0]);
  return found ? [found] : [];
}

function said(problem) {
  return problem.hint ? `${problem.message} (${problem.hint})` : problem.message;
}

function add(place, problem, isDoubt) {
  const wrong = place.matches(".wrong") ? place : place.querySelector(":scope > .wrong");
  const line = window.document.createElement("span");
  line.textContent = said(problem).replace(/^claim [^:]+: /, "");
  line.className = isDoubt ? "doubt" : "problem";
  wrong.append(line);
  wrong.hidden = false;
  const input = place.matches(".field") ? place.querySelector("input, select") : null;
  if (!input) return;
  if (!isDoubt) input.setAttribute("aria-invalid", "true");
  if (wrong.id) input.setAttribute("aria-describedby", wrong.id);
}

/** Show problems and doubts where they belong; those without a field in the list of the rest. */
export function problemsIn(root, document, problems, doubts, rest) {
  for (const wrong of root.querySelectorAll("#claims .wrong, #about-report .wrong")) {
    wrong.replaceChildren();
    wrong.hidden = true;
  }
  for (const input of root.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  for (const input of root.querySelectorAll("#working [aria-describedby]:not([contenteditable])")) input.removeAttribute("aria-describedby");
  const left = [];
  for (const [several, isDoubt] of [[problems, false], [doubts, true]]) {
    for (const problem of several) {
      const found = places(root, document, problem.field ?? "").filter(Boolean);
      if (found.length === 0) left.push([problem, isDoubt]);
      for (const place of found) add(place, problem, isDoubt);
    }
  }
  rest.replaceChildren(...left.map(([problem, isDoubt]) => Object.assign(window.document.createElement("li"), { textContent: `${problem.field ? `${problem.field}: ` : ""}${said(problem)}`, className: isDoubt ? "doubt" : "problem" })));
  for (const form of root.querySelectorAll("#claims > details")) {
    const count = form.querySelectorAll(".wrong .problem").length;
    form.querySelector(".n-wrong").textContent = count ? `(${count})` : "";
  }
}
