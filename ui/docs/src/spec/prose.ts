/**
 * The small part of Markdown that descriptions use, as a tree that becomes text nodes. Whatever else stands in a
 * description (HTML above all) stays text.
 */

export type Inline =
  | { kind: "text" | "code" | "strong" | "emphasis"; text: string }
  | { kind: "link"; text: string; href: string };

export type Block =
  | { kind: "paragraph"; inlines: Inline[] }
  | { kind: "heading"; inlines: Inline[] }
  | { kind: "list"; ordered: boolean; items: Inline[][] }
  | { kind: "table"; head: Inline[][]; rows: Inline[][][] }
  | { kind: "code"; text: string };

const FENCE = /^\s*```/;
const HEADING = /^#{1,6}\s+/;
const BULLET = /^\s*[-*]\s+/;
const NUMBER = /^\s*\d+[.)]\s+/;
const ROW = /^\s*\|/;
const RULER = /^[\s|:-]+$/;

export function blocksOf(source: string): Block[] {
  const lines = source.replaceAll("\r\n", "\n").split("\n");
  const blocks: Block[] = [];
  let at = 0;
  const take = (belongs: (line: string) => boolean): string[] => {
    const from = at;
    while (at < lines.length && belongs(lines[at] ?? "")) at += 1;
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const line = lines[at] ?? "";
    if (!line.trim()) {
      at += 1;
    } else if (FENCE.test(line)) {
      at += 1;
      blocks.push({ kind: "code", text: take((next) => !FENCE.test(next)).join("\n") });
      at += 1;
    } else if (HEADING.test(line)) {
      at += 1;
      blocks.push({ kind: "heading", inlines: inlinesOf(line.replace(HEADING, "")) });
    } else if (ROW.test(line)) {
      blocks.push(tableOf(take((next) => ROW.test(next))));
    } else if (BULLET.test(line) || NUMBER.test(line)) {
      const marker = BULLET.test(line) ? BULLET : NUMBER;
      const items = itemsOf(
        take((next) => next.trim() !== "" && !FENCE.test(next)),
        marker,
      );
      blocks.push({ kind: "list", ordered: marker === NUMBER, items: items.map(inlinesOf) });
    } else {
      const starts = (next: string) => [FENCE, HEADING, BULLET, NUMBER, ROW].some((start) => start.test(next));
      at += 1;
      const rest = take((next) => next.trim() !== "" && !starts(next));
      blocks.push({ kind: "paragraph", inlines: inlinesOf([line, ...rest].join(" ")) });
    }
  }
  return blocks;
}

/** The first paragraph alone, for where there is room for one line. */
export function firstLine(source: string): string {
  const [block] = blocksOf(source);
  return block?.kind === "paragraph" ? block.inlines.map(({ text }) => text).join("") : "";
}

/** A line without a marker goes on with the item before it. */
function itemsOf(lines: string[], marker: RegExp): string[] {
  const items: string[] = [];
  for (const line of lines) {
    if (marker.test(line) || !items.length) items.push(line.replace(marker, "").trim());
    else items[items.length - 1] += ` ${line.trim()}`;
  }
  return items;
}

function tableOf(lines: string[]): Block {
  const rows = lines
    .filter((line) => !RULER.test(line))
    .map((line) =>
      line
        .trim()
        .replace(/^\||\|$/g, "")
        .split("|")
        .map((cell) => inlinesOf(cell.trim())),
    );
  return { kind: "table", head: rows[0] ?? [], rows: rows.slice(1) };
}

const INLINE = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\(([^)\s]+)\)/g;

export function inlinesOf(source: string): Inline[] {
  const inlines: Inline[] = [];
  let shown = 0;
  const addText = (text: string) => {
    if (text) inlines.push({ kind: "text", text });
  };
  for (const match of source.matchAll(INLINE)) {
    const [whole, code, strong, emphasis, text, href] = match;
    addText(source.slice(shown, match.index));
    shown = match.index + whole.length;
    if (code !== undefined) inlines.push({ kind: "code", text: code });
    else if (strong !== undefined) inlines.push({ kind: "strong", text: strong });
    else if (emphasis !== undefined) inlines.push({ kind: "emphasis", text: emphasis });
    else if (text !== undefined && href !== undefined && isHarmless(href)) inlines.push({ kind: "link", text, href });
    else addText(whole);
  }
  addText(source.slice(shown));
  return inlines;
}

/** Addresses on the web and within the docs; never `javascript:` and its like. */
function isHarmless(href: string): boolean {
  return /^https?:\/\//i.test(href) || /^(#|\.{0,2}\/|[\w-]+(\/|#|$))/.test(href);
}
