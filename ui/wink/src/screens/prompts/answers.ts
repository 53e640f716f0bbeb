import { t } from "../../strings";

/** What a person types for an answer: a code, the characters in a picture, or words. */
export type AnswerKind = "digits" | "picture" | "words";

/** As it is sent: people set codes apart with spaces, but words keep theirs. */
export function normalised(kind: AnswerKind, text: string): string {
  return kind === "words" ? text.trim() : text.replace(/\s/g, "");
}

/** What is wrong with it before anybody is asked; empty when nothing is. */
export function faultOf(kind: AnswerKind, answer: string, length: number | null): string {
  if (!answer) return t(`mfa.required.${kind}`);
  if (kind === "digits" && length && answer.length !== length) return t("mfa.length", { length });
  return "";
}
