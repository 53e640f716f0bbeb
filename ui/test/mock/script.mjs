// What the sandbox's test inputs mean, typed as a test person's password.

/** @import { AccountErrorCode, TestInput } from "../../wink/src/api/types" */
/** @import { QuestionName } from "./prompts.mjs" */

/**
 * How a sign-in plays out. `prompts` is null where the provider asks what it asks anyway.
 * @typedef {{ prompts: QuestionName[] | null, error: AccountErrorCode | null, partial: boolean }} Script
 */

/** @type {AccountErrorCode[]} */
export const ERROR_CODES = [
  "ACCOUNT_DISABLED",
  "ACCOUNT_INACCESSIBLE",
  "ACCOUNT_INCOMPLETE",
  "ACCOUNT_LOCKED",
  "AUTH_REQUIRED",
  "EXPIRED_CREDENTIALS",
  "INVALID_ACCOUNT_TYPE",
  "INVALID_AUTH",
  "INVALID_CREDENTIALS",
  "INVALID_MFA",
  "MFA_TIMEOUT",
  "SERVICE_UNAVAILABLE",
  "SYSTEM_ERROR",
  "TOS_REQUIRED",
  "UNSUPPORTED_AUTH_TYPE",
  "UNSUPPORTED_MFA_METHOD",
];

/** @type {Record<QuestionName, string>} */
const PROMPTS = {
  sms: "Code by text message",
  email: "Code by e-mail",
  voice: "Code by a call",
  authenticator: "Authenticator code",
  choice: "Choice of channel, then a code",
  question: "Security question",
  approval: "Approval on the phone",
  captcha: "Captcha picture",
  redirect: "The provider's own page",
};

/**
 * @param {TestInput["group"]} group
 * @param {string} text
 * @param {string} title
 * @returns {TestInput}
 */
const input = (group, text, title) => ({ input: text, group, title });

export const testInputs = [
  ...ERROR_CODES.map((code) => input("ERROR", `error_${code}`, `Fails with ${code}`)),
  ...Object.entries(PROMPTS).map(([name, title]) => input("PROMPT", `prompt_${name}`, title)),
  input("PROMPT", "prompt_none", "Nothing is asked"),
  input("TIME", "delay_10", "Signing in takes 10 seconds"),
  input("TIME", "slow_5", "Each kind of data takes 5 seconds"),
  input("DATA", "data_empty", "Empty account"),
  input("DATA", "data_partial", "Partial data: reading fails half-way"),
  input("DATA", "data_huge", "Huge account: 20,000 transactions"),
  ...ERROR_CODES.map((code) => input("SYNC", `sync_${code}`, `Syncs fail with ${code}`)),
];

/** @type {(name: string) => name is QuestionName} */
const isQuestion = (name) => name in PROMPTS;

/**
 * Null for any other password.
 * @param {string} password
 */
export function scriptOf(password) {
  /** @type {Script} */
  const script = { prompts: null, error: null, partial: false };
  for (const word of password.split("+")) {
    const [verb, ...rest] = word.split("_");
    const value = rest.join("_");
    const code = ERROR_CODES.find((known) => known === value);
    if (verb === "error" && code) script.error = code;
    else if (verb === "prompt" && value === "none") script.prompts ??= [];
    else if (verb === "prompt" && isQuestion(value)) script.prompts = [...(script.prompts ?? []), value];
    else if (verb === "data") script.partial = value === "partial";
    else if (!["sync", "delay", "slow"].includes(verb ?? "")) return null;
  }
  return script;
}
