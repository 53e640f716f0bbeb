/** An answer's JSON on the page. */

import { indent, paint } from "../../shared/json";
import { el } from "./dom";

/** A `<pre>` with names, texts and numbers told apart. */
export function jsonView(text: string): HTMLPreElement {
  const view = el("pre", { class: "json" });
  paint(view, indent(text) || text);
  return view;
}
