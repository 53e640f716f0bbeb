/**
 * Shows JSON as it was written, indented and coloured. It works on the text, not on parsed values, so that no number
 * loses a digit on its way to the eye.
 */

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

export interface Piece {
  text: string;
  /** A member's name, a text, another value, or what stands between them. */
  kind: "name" | "text" | "value" | "between";
}

/** The text cut into names, texts, other values and what is between. Put together again it is the same text. */
export function textPieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  let shown = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match;
    const end = match.index + token.length;
    const kind = kindOf(token, text, end);
    if (!kind) continue;
    if (match.index > shown) pieces.push({ text: text.slice(shown, match.index), kind: "between" });
    pieces.push({ text: token, kind });
    shown = end;
  }
  if (shown < text.length) pieces.push({ text: text.slice(shown), kind: "between" });
  return pieces;
}

function kindOf(token: string, text: string, end: number): Piece["kind"] | null {
  if (token.startsWith('"')) return /^\s*:/.test(text.slice(end, end + 20)) ? "name" : "text";
  return /^[{}[\],:]$/.test(token) ? null : "value";
}

/** Fills an element with the text, its names, texts and values in spans of the classes `j-name`, `j-text`, `j-value`. */
export function paint(element: Element, text: string): void {
  if (text.length > MAX_COLOURED) {
    element.textContent = text;
    return;
  }
  element.replaceChildren(
    ...textPieces(text).map((piece) => {
      if (piece.kind === "between") return piece.text;
      const span = document.createElement("span");
      span.className = `j-${piece.kind}`;
      span.textContent = piece.text;
      return span;
    }),
  );
}
