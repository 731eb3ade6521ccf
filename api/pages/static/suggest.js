// Ids found while a name is typed: a field with a list below it, after the pattern "combobox" of WAI-ARIA.

let number = 0;

/** Let a field offer what a name that is typed may mean; of several ids with commas between, for the last. */
export function suggesting(input, kind, several, chosen) {
  const list = document.createElement("ul");
  list.id = `ids-${(number += 1)}`;
  list.setAttribute("role", "listbox");
  list.className = "suggested";
  list.hidden = true;
  list.setAttribute("aria-label", `${input.closest(".field")?.querySelector("label")?.textContent ?? kind} …`);
  input.after(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(name, value);
  let at = -1, asked = 0, timer = null;

  const words = () => (several ? input.value.slice(input.value.lastIndexOf(",") + 1) : input.value).trim();
  const close = () => {
    asked += 1;
    list.hidden = true;
    list.replaceChildren();
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (item) => {
    const before = several ? input.value.slice(0, input.value.lastIndexOf(",") + 1) : "";
    input.value = several ? `${before}${before ? " " : ""}${item.dataset.id}, ` : item.dataset.id;
    close();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    chosen?.(item.dataset.id);
  };
  const move = (step) => {
    const items = [...list.children];
    if (items.length === 0) return;
    at = (at + step + items.length) % items.length;
    items.forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
    items[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", items[at].id);
  };
  const ask = async () => {
    const prefix = words(), mine = (asked += 1);
    if (prefix.length < 2) return close();
    let found;
    try {
      const answer = await fetch(`/api/v1/suggest?${new URLSearchParams({ prefix, kind, limit: "8" })}`, { headers: { accept: "application/json" } });
      if (!answer.ok) return close();
      found = (await answer.json()).items;
    } catch {
      return close();
    }
    if (mine !== asked || document.activeElement !== input) return undefined;
    list.replaceChildren(...found.map((one, place) => {
      const item = document.createElement("li"), name = document.createElement("bdi"), rest = document.createElement("small");
      item.id = `${list.id}-${place}`;
      item.dataset.id = one.id;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      name.textContent = one.name === one.label ? one.label : `${one.name} (${one.label})`;
      rest.textContent = ` ${one.line} · ${one.id}`;
      item.append(name, rest);
      item.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        choose(item);
      });
      return item;
    }));
    at = -1;
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    return undefined;
  };
  input.addEventListener("input", (event) => {
    if (!event.isTrusted) return;
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  input.addEventListener("blur", () => setTimeout(close, 100));
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      event.stopPropagation();
      choose(list.children[at]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  });
}
