/** Schemas as rows that people can read. */

import type { ApiDocument } from "./document";
import type { Parameter, Schema } from "./types";

/** Schemas may contain themselves. Deeper than this nobody writes a type on purpose. */
const MAX_DEPTH = 8;

/** One row: a parameter, a member of an object, or one of several possible shapes. */
export interface Field {
  name: string;
  /** In words: `string`, `array of objects`. */
  type: string;
  required: boolean;
  deprecated: boolean;
  /** The values it may have. */
  values: Value[];
  /** What else has to hold, in words. */
  rules: string[];
  description: string;
  /** Whether there are rows below it. They are made when someone looks: schemas may contain themselves. */
  isNested: boolean;
  children: () => Field[];
}

interface Value {
  /** As it is written. */
  text: string;
  /** What it means, where the document says so. */
  meaning: string;
}

/** A schema with its references, `allOf` and `null` taken apart. */
interface Plain {
  schema: Schema;
  nullable: boolean;
  /** More than one possible shape. */
  shapes: Schema[];
  /** The only values it may have, when there are such. */
  values: Value[];
}

export function parameterField(document: ApiDocument, parameter: Parameter): Field {
  const field = fieldOf(document, parameter.name, parameter.schema ?? {}, parameter.required ?? false);
  return {
    ...field,
    deprecated: field.deprecated || (parameter.deprecated ?? false),
    description: parameter.description ?? field.description,
  };
}

/** The rows of a body: the members of an object, or of an array's items, or of what a text holds, else the shapes it may have. */
export function bodyFields(document: ApiDocument, schema: Schema): Field[] {
  return childrenOf(document, schema.contentSchema ?? schema);
}

/** What a schema is, in words. */
export function typeOf(document: ApiDocument, schema: Schema | boolean, depth = 0): string {
  if (depth > MAX_DEPTH) return "anything";
  const { schema: plain, nullable, shapes } = plainOf(document, schema);
  const words = shapes.length
    ? [...new Set(shapes.map((shape) => typeOf(document, shape, depth + 1)))]
    : [wordsOf(document, plain, depth)];
  return [...words, ...(nullable ? ["null"] : [])].join(" or ");
}

function fieldOf(document: ApiDocument, name: string, schema: Schema | boolean, required: boolean): Field {
  const { schema: plain, values } = plainOf(document, schema);
  const element = typeof plain.items === "object" ? plainOf(document, plain.items) : null;
  return {
    name,
    type: typeOf(document, schema),
    required,
    deprecated: plain.deprecated ?? false,
    values: element?.values ?? values,
    rules: [...rulesOf(plain), ...(element ? rulesOf(element.schema).map((rule) => `each: ${rule}`) : [])],
    description: plain.description ?? "",
    isNested: isNested(document, schema),
    children: () => childrenOf(document, schema),
  };
}

/** Follows references, merges `allOf` and takes `null` out of the possible types and shapes. */
export function plainOf(document: ApiDocument, given: Schema | boolean, depth = 0): Plain {
  if (depth > MAX_DEPTH) return { schema: {}, nullable: false, shapes: [], values: [] };
  const { allOf, oneOf, anyOf, ...own } = resolved(document, given);
  let merged: Schema = {};
  let nullable = false;
  let shapes: Schema[] = [];
  let within: Value[] = [];
  for (const part of allOf ?? []) {
    const plain = plainOf(document, part, depth + 1);
    merged = merge(merged, plain.schema);
    nullable ||= plain.nullable;
    shapes = plain.shapes.length ? plain.shapes : shapes;
  }
  merged = merge(merged, own);
  const all = (oneOf ?? anyOf ?? []).map((shape) => resolved(document, shape));
  const real = all.filter((shape) => !isNull(shape));
  nullable ||= real.length < all.length;
  if (real.length === 1 && real[0]) {
    const plain = plainOf(document, real[0], depth + 1);
    merged = merge(plain.schema, merged);
    nullable ||= plain.nullable;
    shapes = plain.shapes;
    within = plain.values;
  } else if (real.length) {
    shapes = real;
  }
  if (Array.isArray(merged.type)) {
    const types = merged.type.filter((type) => type !== "null");
    nullable ||= types.length < merged.type.length;
    merged = { ...merged, type: types.length === 1 && types[0] ? types[0] : types };
  }
  const values = within.length ? within : [...valuesOf(merged), ...shapes.flatMap(valuesOf)];
  // Shapes that are nothing but values are how a document says what each value means.
  if (shapes.length && shapes.every((shape) => valuesOf(shape).length)) {
    const [first] = shapes;
    const type = merged.type ?? first?.type;
    merged = type ? { ...merged, type } : { ...merged, enum: values.map(({ text }) => text) };
    shapes = [];
  }
  return { schema: merged, nullable, shapes, values };
}

const resolved = (document: ApiDocument, schema: Schema | boolean): Schema =>
  document.resolve<Schema>(schema as (Schema & { $ref: string }) | boolean);

function merge(under: Schema, over: Schema): Schema {
  const merged: Schema = { ...under, ...over };
  if (under.properties && over.properties) merged.properties = { ...under.properties, ...over.properties };
  if (under.required && over.required) merged.required = [...new Set([...under.required, ...over.required])];
  return merged;
}

const isNull = (schema: Schema) => schema.type === "null" || ("const" in schema && schema.const === null);

const mapOf = ({ additionalProperties }: Schema): Schema | null =>
  typeof additionalProperties === "object" ? additionalProperties : null;

/** What the items of an array or the values of a map are. */
const innerOf = (plain: Schema): Schema | null => (typeof plain.items === "object" ? plain.items : mapOf(plain));

function wordsOf(document: ApiDocument, plain: Schema, depth: number): string {
  if (typeof plain.items === "object") return `array of ${plural(typeOf(document, plain.items, depth + 1))}`;
  const map = mapOf(plain);
  if (map && !plain.properties) return `map of ${plural(typeOf(document, map, depth + 1))}`;
  const types = [plain.type ?? []].flat();
  if (!types.length) return plain.properties ? "object" : typeOfValue(plain);
  const words = types.join(" or ");
  return plain.format && types.length === 1 && !WIDTH.test(plain.format) ? `${words} (${plain.format})` : words;
}

/** Formats that say how a program keeps a number, which is nobody else's business. */
const WIDTH = /^(u?int\d*|float|double)$/;

/** `string` where only the values tell. */
function typeOfValue({ const: only, enum: values }: Schema): string {
  const value = only ?? values?.[0];
  return value === undefined ? "anything" : typeof value;
}

function plural(words: string): string {
  if (/\bor\b/.test(words)) return `(${words})`;
  return words.replace(/^(string|number|integer|boolean|object|array|map)\b/, "$1s");
}

function valuesOf(schema: Schema): Value[] {
  const all = "const" in schema ? [schema.const] : (schema.enum ?? []);
  const meaning = "const" in schema || all.length === 1 ? (schema.description ?? "") : "";
  return all.filter((value) => value !== null).map((value) => ({ text: written(value), meaning }));
}

const written = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

function rulesOf(schema: Schema): string[] {
  return [
    range(schema.minLength, schema.maxLength, "character"),
    range(schema.minimum, schema.maximum, ""),
    schema.exclusiveMinimum === undefined ? "" : `more than ${schema.exclusiveMinimum}`,
    schema.exclusiveMaximum === undefined ? "" : `less than ${schema.exclusiveMaximum}`,
    schema.multipleOf === undefined ? "" : `a multiple of ${schema.multipleOf}`,
    range(schema.minItems, schema.maxItems, "item"),
    range(schema.minProperties, schema.maxProperties, "member"),
    schema.uniqueItems ? "no item twice" : "",
    schema.pattern === undefined ? "" : `matches ${schema.pattern}`,
    schema.default === undefined || schema.default === null ? "" : `${written(schema.default)} when not given`,
    schema.readOnly ? "only in answers" : "",
    schema.writeOnly ? "only in requests" : "",
  ].filter(Boolean);
}

function range(least: number | undefined, most: number | undefined, unit: string): string {
  if (least === undefined && most === undefined) return "";
  const unitOf = (count: number | undefined) => (unit ? ` ${unit}${count === 1 ? "" : "s"}` : "");
  if (most === undefined) return `at least ${least}${unitOf(least)}`;
  if (least === undefined) return `at most ${most}${unitOf(most)}`;
  return `${least === most ? least : `${least} to ${most}`}${unitOf(most)}`;
}

function isNested(document: ApiDocument, schema: Schema | boolean, depth = 0): boolean {
  if (depth > MAX_DEPTH) return false;
  const { schema: plain, shapes } = plainOf(document, schema);
  if (shapes.length) return shapes.some((shape) => isNested(document, shape, depth + 1));
  if (plain.properties) return Object.keys(plain.properties).length > 0;
  const inner = innerOf(plain);
  return inner !== null && isNested(document, inner, depth + 1);
}

function childrenOf(document: ApiDocument, schema: Schema | boolean, depth = 0): Field[] {
  if (depth > MAX_DEPTH) return [];
  const { schema: plain, shapes } = plainOf(document, schema);
  const own = Object.entries(plain.properties ?? {}).map(([name, member]) =>
    fieldOf(document, name, member, plain.required?.includes(name) ?? false),
  );
  const possible = shapes.map((shape, index) => {
    return fieldOf(document, shape.title ?? `Shape ${index + 1}`, shape, false);
  });
  if (own.length || possible.length) return [...own, ...possible];
  const inner = innerOf(plain);
  return inner ? childrenOf(document, inner, depth + 1) : [];
}
