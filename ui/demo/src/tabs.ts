/** Tabs as the ARIA Authoring Practices describe them: one stop for the Tab key, arrows within. */

import { el } from "./dom";

export function makeTabs<Name extends string>(names: readonly Name[], content: HTMLElement, onSelect: () => void) {
  let selected = names[0] as Name;
  const list = el("div", { class: "tabs", role: "tablist", "aria-label": "Resource" });
  const panel = el("div", { id: "tab-panel", role: "tabpanel", class: "tab-panel" }, content);
  const tabs = new Map(names.map((name) => [name, makeTab(name)]));
  list.append(...tabs.values());

  function makeTab(name: Name): HTMLButtonElement {
    const tab = el(
      "button",
      { type: "button", id: `tab-${name}`, role: "tab", "data-testid": `tab-${name}`, "aria-controls": "tab-panel" },
      name,
    );
    tab.addEventListener("click", () => select(name));
    return tab;
  }

  function show(): void {
    for (const [name, tab] of tabs) {
      tab.setAttribute("aria-selected", String(name === selected));
      tab.tabIndex = name === selected ? 0 : -1;
    }
    panel.setAttribute("aria-labelledby", `tab-${selected}`);
  }

  function select(name: Name): void {
    selected = name;
    show();
    onSelect();
  }

  list.addEventListener("keydown", (event) => {
    const now = names.indexOf(selected);
    const next = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: names.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const name = names[(next + names.length) % names.length] as Name;
    select(name);
    tabs.get(name)?.focus();
  });

  function mark(name: Name, on: boolean): void {
    const tab = tabs.get(name);
    if (!tab || tab.classList.contains("changed") === on) return;
    tab.classList.toggle("changed", on);
    tab.replaceChildren(name, on ? el("span", { class: "visually-hidden" }, " (changed)") : "");
  }

  show();
  return {
    list,
    panel,
    selected: () => selected,
    mark,
    clearMarks: () => {
      for (const name of names) mark(name, false);
    },
  };
}
