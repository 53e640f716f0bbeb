import type { LoginField, LoginName, TestPerson } from "../api/types";
import { t } from "../strings";
import { current } from "../strings/current.svelte";
import { en } from "../strings/en";

type InputMode = "email" | "tel" | "numeric" | "text";

/** The keyboard that a phone shows: the narrowest one on which every accepted login can be typed. */
export function inputModeOf({ kind, accepts }: LoginField): InputMode {
  if (kind !== "LOGIN") return "text";
  if (accepts.length && accepts.every((name) => name === "MOBILE")) return "tel";
  if (accepts.length && accepts.every((name) => name === "SS_NUMBER")) return "numeric";
  return accepts.includes("EMAIL") ? "email" : "text";
}

export function autocompleteOf({ kind }: LoginField): "username" | "current-password" | "off" {
  if (kind === "LOGIN") return "username";
  return kind === "PASSWORD" ? "current-password" : "off";
}

const LOOKS_LIKE_EMAIL = /^\S+@\S+\.\S+$/;

/** In English the source's own words; in other languages the usual ones, where the field is a usual one. */
export function labelOf({ kind, accepts, label }: LoginField): string {
  if (current.language === "en") return label;
  if (kind === "PASSWORD") return t("field.PASSWORD");
  const isUsual = accepts.length > 0 && accepts.every((name) => `field.${name}` in en);
  return isUsual ? accepts.map((name) => t(`field.${name}`)).join(" / ") : label;
}

/** What the person has to correct, by field name. The data source has the last word on everything else. */
export function faultsOf(fields: LoginField[], values: Record<string, string | undefined>): Record<string, string> {
  const faults: Record<string, string> = {};
  for (const field of fields) {
    const { name, kind, accepts, required } = field;
    const value = values[name]?.trim() ?? "";
    if (!value && required) faults[name] = t("login.required", { label: labelOf(field) });
    else if (value && kind === "LOGIN" && accepts.join() === "EMAIL" && !LOOKS_LIKE_EMAIL.test(value)) {
      faults[name] = t("login.email");
    }
  }
  return faults;
}

/** How a test person signs in at a field that takes these; null when they cannot. */
export function loginOf(accepts: LoginName[], person: TestPerson): string | null {
  if (accepts.includes("EMAIL")) return person.email;
  if (accepts.includes("MOBILE")) return person.mobile;
  if (accepts.includes("SS_NUMBER")) return person.ssNumber;
  return person.email;
}

/** `password`: in place of the person's own. */
export function fillFor(fields: LoginField[], person: TestPerson, password = person.password): Record<string, string> {
  const filled: Record<string, string> = {};
  for (const { name, kind, accepts } of fields) {
    if (kind === "LOGIN") filled[name] = loginOf(accepts, person) ?? "";
    if (kind === "PASSWORD") filled[name] = password;
  }
  return filled;
}
