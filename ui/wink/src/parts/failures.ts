import type { AccountErrorCode } from "../api/types";
import { en } from "../strings/en";

/** A newer server may send a code that this widget has no words for. */
export function shownCode(code: string): AccountErrorCode {
  return `error.${code}.title` in en ? (code as AccountErrorCode) : "SYSTEM_ERROR";
}

/**
 * What helps most after a failure.
 *
 * - `again`: the same once more, with care.
 * - `there`: something has to be done at the data source first, then the same once more.
 * - `wait`: the same once more, but later.
 * - `another`: this account cannot be used.
 */
export type Remedy = "again" | "there" | "wait" | "another";

const REMEDIES: Record<AccountErrorCode, Remedy> = {
  ACCOUNT_DISABLED: "another",
  ACCOUNT_INACCESSIBLE: "there",
  ACCOUNT_INCOMPLETE: "there",
  ACCOUNT_LOCKED: "there",
  AUTH_REQUIRED: "there",
  EXPIRED_CREDENTIALS: "there",
  INVALID_ACCOUNT_TYPE: "another",
  INVALID_AUTH: "again",
  INVALID_CREDENTIALS: "again",
  INVALID_MFA: "again",
  MFA_TIMEOUT: "again",
  SERVICE_UNAVAILABLE: "wait",
  SYSTEM_ERROR: "again",
  TOS_REQUIRED: "there",
  UNSUPPORTED_AUTH_TYPE: "another",
  UNSUPPORTED_MFA_METHOD: "another",
};

export function remedyOf(code: AccountErrorCode): Remedy {
  return REMEDIES[code];
}

/** Where trying again helps little, another way is offered: another source or, where they are taken, documents. */
export function needsAnotherWay(remedy: Remedy): boolean {
  return remedy === "wait" || remedy === "another";
}
