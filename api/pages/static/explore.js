// The time line: several months are chosen by drawing over them. Where one looks on the map stays when filters change.
"use strict";

const line = document.querySelector(".timeline");
if (line) {
  const bars = [...line.querySelectorAll("[data-name]")];
  const at = (event) => bars.find((bar) => {
    const box = bar.querySelector(".under").getBoundingClientRect();
    return event.clientX >= box.left && event.clientX < box.right;
  });
  let first = null;
  let last = null;
  const show = () => {
    const from = bars.indexOf(first), to = bars.indexOf(last);
    bars.forEach((bar, place) => bar.classList.toggle(
      "brushed", first !== null && place >= Math.min(from, to) && place <= Math.max(from, to)));
  };
  line.addEventListener("pointerdown", (event) => { first = last = at(event) ?? null; show(); });
  line.addEventListener("pointermove", (event) => {
    const now = first && event.buttons ? at(event) : null;
    if (now && now !== last) { last = now; show(); }
  });
  window.addEventListener("pointerup", () => {
    if (!first) return;
    const names = [first.dataset.name, last.dataset.name].sort();
    const several = first !== last;
    first = null;
    show();
    if (!several) return;
    const address = new URL(location.href);
    address.searchParams.delete("cursor");
    address.searchParams.set("from", names[0]);
    address.searchParams.set("to", names[1]);
    location.assign(address);
  });
  line.addEventListener("dragstart", (event) => event.preventDefault());
}

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a[href^='/explore?']") : null;
  if (link instanceof HTMLAnchorElement && !link.hash && location.hash.startsWith("#map=")) link.hash = location.hash;
});
