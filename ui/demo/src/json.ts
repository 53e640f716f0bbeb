/**
 * Shows JSON as it was written, indented and coloured. It works on the text, not on parsed values, so that no number
 * loses a digit on its way to the eye.
 */

import { el } from "./dom";

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]/g;
const INDENT = "  ";
/** Above this, colours cost more than they are worth. */
const MAX_COLOURED = 200_000;

/** The text with a line for each member, and two spaces for each level. */
export function indent(text: string): string {
  let out = "";
  let depth = 0;
  let previous = "";
  const line = () => `\n${INDENT.repeat(depth)}`;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === "}" || token === "]") {
      depth -= 1;
      if (previous !== "{" && previous !== "[") out += line();
    } else if (previous === "{" || previous === "[" || previous === ",") {
      out += line();
    }
    if (token === "{" || token === "[") depth += 1;
    out += token === ":" ? ": " : token;
    previous = token;
  }
  return out;
}

/** A `<pre>` with names, texts and numbers told apart. */
export function jsonView(text: string): HTMLPreElement {
  const pretty = indent(text) || text;
  const view = el("pre", { class: "json" });
  if (pretty.length > MAX_COLOURED) {
    view.textContent = pretty;
    return view;
  }
  let shown = 0;
  for (const match of pretty.matchAll(TOKEN)) {
    const [token] = match;
    const kind = kindOf(token, pretty[match.index + token.length]);
    if (!kind) continue;
    view.append(pretty.slice(shown, match.index), el("span", { class: kind }, token));
    shown = match.index + token.length;
  }
  view.append(pretty.slice(shown));
  return view;
}

function kindOf(token: string, next: string | undefined): string | null {
  if (token.startsWith('"')) return next === ":" ? "j-name" : "j-text";
  return /^[{}[\],:]$/.test(token) ? null : "j-value";
}
