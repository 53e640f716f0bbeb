import type { LoginField, LoginName, TestPerson } from "../api/types";
import { t } from "../strings";

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

/** What the person has to correct, by field name. The data source has the last word on everything else. */
export function faultsOf(fields: LoginField[], values: Record<string, string | undefined>): Record<string, string> {
  const faults: Record<string, string> = {};
  for (const { name, kind, accepts, label, required } of fields) {
    const value = values[name]?.trim() ?? "";
    if (!value && required) faults[name] = t("login.required", { label });
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
