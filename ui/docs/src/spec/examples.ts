/** Examples: those of the document, and one made from the schema where there is none. */

import type { ApiDocument } from "./document";
import { plainOf } from "./fields";
import type { Media, Schema } from "./types";

const MAX_DEPTH = 8;

export interface ShownExample {
  name: string;
  /** JSON, indented; text as it is. */
  text: string;
}

/** The JSON of a body's content; whatever else there is when it has none. */
export function mediaOf(content: Record<string, Media> | undefined): { type: string; media: Media } | null {
  const all = Object.entries(content ?? {});
  const found = all.find(([type]) => /\bjson\b/.test(type)) ?? all[0];
  return found ? { type: found[0], media: found[1] } : null;
}

export function examplesOf(document: ApiDocument, media: Media): ShownExample[] {
  if (media.example !== undefined) return [{ name: "Example", text: textOf(media.example) }];
  const named = Object.entries(media.examples ?? {}).flatMap(([name, given]) => {
    const { summary, value } = document.resolve(given);
    return value === undefined ? [] : [{ name: summary ?? name, text: textOf(value) }];
  });
  if (named.length || !media.schema) return named;
  const made = sampleOf(document, media.schema.contentSchema ?? media.schema);
  return made === undefined ? [] : [{ name: "Example", text: textOf(made) }];
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value, null, 2));

/** A value that fits the schema as far as its types tell. */
export function sampleOf(document: ApiDocument, schema: Schema | boolean, depth = 0): unknown {
  const { schema: plain, nullable, shapes, values } = plainOf(document, schema);
  const given = [plain.example, plain.examples?.[0], plain.const, plain.default, plain.enum?.[0], values[0]?.text];
  const found = given.find((value) => value !== undefined);
  if (found !== undefined) return found;
  if (depth > MAX_DEPTH) return nullable ? null : undefined;
  const [shape] = shapes;
  if (shape) return sampleOf(document, shape, depth + 1);
  if (plain.properties) {
    const members = Object.entries(plain.properties)
      .filter(([, member]) => !plainOf(document, member).schema.readOnly)
      .map(([name, member]) => [name, sampleOf(document, member, depth + 1)]);
    return Object.fromEntries(members.filter(([, value]) => value !== undefined));
  }
  if (typeof plain.items === "object") {
    const item = sampleOf(document, plain.items, depth + 1);
    return item === undefined ? [] : [item];
  }
  return simpleSample(plain);
}

const FORMATS: Record<string, string> = {
  date: "2026-01-31",
  "date-time": "2026-01-31T09:00:00Z",
  email: "ana@example.com",
  uri: "https://example.com/",
  uuid: "3f2b8a52-8a0c-4f0e-9a55-3c1d2e4f5a6b",
};

function simpleSample({ type, format, minimum }: Schema): unknown {
  switch ([type].flat()[0]) {
    case "string":
      return FORMATS[format ?? ""] ?? "string";
    case "integer":
    case "number":
      return minimum ?? 0;
    case "boolean":
      return true;
    case "array":
      return [];
    case "object":
      return {};
    default:
      return null;
  }
}
