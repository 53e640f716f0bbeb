import type { Stem, StringKey } from "./catalogue";
import { current } from "./current.svelte";
import { en } from "./en";

export type { StringKey } from "./catalogue";

type Values = Record<string, string | number>;

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? "";
    return typeof value === "number" ? numberText(value) : value;
  });
}

export function t(key: StringKey, values: Values = {}): string {
  return fill(current.texts[key] ?? en[key], values);
}

/** Picks `<stem>.one` or `<stem>.other` as the language wants it for this number. */
export function tCount(stem: Stem, count: number): string {
  const form = new Intl.PluralRules(current.locale).select(count) === "one" ? "one" : "other";
  return t(`${stem}.${form}`, { count });
}

export function numberText(value: number, options: Intl.NumberFormatOptions = {}): string {
  return new Intl.NumberFormat(current.locale, options).format(value);
}

export function countryName(code: string): string {
  try {
    return new Intl.DisplayNames(current.locale, { type: "region" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** In the order that this browser's person is used to. */
export function dateText(iso: string): string {
  return new Intl.DateTimeFormat(current.locale, { dateStyle: "medium" }).format(new Date(iso));
}

/** "a, b and c", as the language puts it. */
export function listText(items: string[]): string {
  return new Intl.ListFormat(current.locale, { type: "conjunction" }).format(items);
}
