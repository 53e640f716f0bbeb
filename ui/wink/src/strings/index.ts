import { en } from "./en";

export type StringKey = keyof typeof en;
type Plural<Key> = Key extends `${infer Stem}.one` ? Stem : never;

const LANGUAGE = "en";
const plurals = new Intl.PluralRules(LANGUAGE);

export function t(key: StringKey, values: Record<string, string | number> = {}): string {
  return en[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** Picks `<stem>.one` or `<stem>.other` as the language wants it for this number. */
export function tCount(stem: Plural<StringKey>, count: number): string {
  const form = plurals.select(count) === "one" ? "one" : "other";
  return t(`${stem}.${form}`, { count });
}

export function countryName(code: string): string {
  try {
    return new Intl.DisplayNames(LANGUAGE, { type: "region" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** In the order that this browser's person is used to. */
export function dateText(iso: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium" }).format(new Date(iso));
}
