import type { ErrorCode } from "../api/types";
import { en } from "../strings/en";

/** A newer server may send a code that this widget has no words for. */
export function shownCode(code: string): ErrorCode {
  return `error.${code}.title` in en ? (code as ErrorCode) : "SYSTEM_ERROR";
}

/** Where another try with the same account cannot help before something has changed at the data source. */
const NOT_WORTH_REPEATING: readonly ErrorCode[] = [
  "ACCOUNT_DISABLED",
  "INVALID_ACCOUNT_TYPE",
  "UNSUPPORTED_AUTH_TYPE",
  "UNSUPPORTED_MFA_METHOD",
];

export function isWorthRepeating(code: ErrorCode): boolean {
  return !NOT_WORTH_REPEATING.includes(code);
}
