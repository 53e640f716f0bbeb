/** A list of things that happened, newest first, that does not grow for ever. */

import { el } from "./dom";
import { jsonView } from "./json";
import { emptyNotice } from "./notice";

const KEPT = 200;

export interface Entry {
  at: Date;
  name: string;
  /** A few words beside the name. */
  detail?: Node | string | undefined;
  /** The JSON text that the entry unfolds to. */
  json: string;
  open?: boolean;
  /** For style and tests. */
  kind?: string;
}

export function makeLog(root: HTMLElement, whenEmpty: string) {
  const list = el("ol", { class: "entries" });

  function clear(): void {
    list.replaceChildren();
    root.replaceChildren(emptyNotice(whenEmpty));
  }

  function add(entry: Entry): void {
    const time = el("time", { datetime: entry.at.toISOString() }, clockTime(entry.at));
    const name = el("span", { class: "entry-name" }, entry.name);
    const detail = entry.detail && el("span", { class: "entry-detail" }, entry.detail);
    const details = el("details", {}, el("summary", {}, time, name, detail));
    // Nobody opens most of them: their JSON is made when someone does.
    const unfold = () => {
      if (details.open && details.childElementCount === 1) details.append(jsonView(entry.json));
    };
    details.addEventListener("toggle", unfold);
    details.open = entry.open ?? false;
    unfold();
    list.prepend(el("li", { "data-name": entry.name, "data-kind": entry.kind }, details));
    while (list.childElementCount > KEPT) list.lastElementChild?.remove();
    if (list.parentElement !== root) root.replaceChildren(list);
  }

  clear();
  return { add, clear };
}

function clockTime(at: Date): string {
  return at.toLocaleTimeString("en-GB");
}
