import type { en } from "./en";
import type { enErrors } from "./errors/en";

export type StringKey = keyof typeof en;

type StemOf<Key> = Key extends `${infer Stem}.one` ? Stem : never;
/** What there is to say about a number of things, in more than one form. */
export type Stem = StemOf<StringKey>;
type Form = "one" | "other";

/**
 * All that a language has to say: what English says, with the plural forms that the language has. Missing and surplus
 * texts do not compile.
 */
export type Catalogue<Forms extends Form = Form> = Record<
  Exclude<StringKey, `${Stem}.${Form}`> | `${Stem}.${Forms}`,
  string
>;

/** The part of it that says what went wrong. */
export type Errors = Record<keyof typeof enErrors, string>;
