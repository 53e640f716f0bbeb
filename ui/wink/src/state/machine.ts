/** Which screen follows which. Pure: no requests, no clock, no page; every effect is the widget's. */

import type { Shared } from "../api/client";
import type { TroubleKind } from "../api/errors";
import type { AccountErrorCode, Progress, Prompt } from "../api/types";

/** What was going on when a request failed, and so what "Try again" repeats. */
export type During = "start" | "login" | "submit" | "answer";

/** What has to be said about a prompt: its answer was not taken, it is being sent anew, or it was. */
export type PromptNote = "late" | "resending" | "resent" | null;

export type Screen =
  | { name: "loading" }
  | { name: "consent"; wanted: Screen | null }
  | { name: "providers" }
  | { name: "missing" }
  | { name: "down"; providerId: string }
  | { name: "login"; providerId: string; refused: boolean }
  | { name: "progress"; providerId: string; answered: Prompt | null }
  | { name: "mfa"; providerId: string; prompt: Prompt; note: PromptNote }
  | { name: "failed"; providerId: string; code: AccountErrorCode; connected: boolean }
  | { name: "upload"; providerId: string | null; from: Screen | null }
  | { name: "receipt"; of: Shared }
  | { name: "accounts"; news: "connected" | "ended" | "uploaded" | null }
  | { name: "trouble"; during: During; kind: TroubleKind; from: Screen }
  | { name: "expired" };

export type Move =
  | { type: "started" }
  | { type: "agreed" }
  | { type: "browse" }
  | { type: "notFound" }
  | { type: "choose"; providerId: string }
  | { type: "isDown"; providerId: string }
  | { type: "resumed"; providerId: string }
  | { type: "upload"; providerId: string | null }
  | { type: "uploaded" }
  | { type: "showReceipt"; of: Shared }
  | { type: "showAccounts" }
  | { type: "back" }
  | { type: "submitted" }
  | { type: "formRefused" }
  | { type: "answered" }
  | { type: "answerRefused" }
  | { type: "resending" }
  | { type: "progressed"; progress: Progress }
  | { type: "troubled"; during: During; kind: TroubleKind }
  | { type: "retry" };

export interface Rules {
  /** The person still has to be asked. */
  asks: boolean;
  /** The consent page is on at all. */
  consentPage: boolean;
  /** The one provider, when the customer named exactly one. */
  only: string | null;
}

const login = (providerId: string, refused = false): Screen => ({ name: "login", providerId, refused });

/** The question first, for who has not been asked; then the screen that they wanted, or the first when it is null. */
function asked(wanted: Screen | null, { asks, only }: Rules): Screen {
  if (asks) return { name: "consent", wanted };
  return wanted ?? (only ? login(only) : { name: "providers" });
}

/** Where the arrow in the header leads; null hides it. */
export function backOf(screen: Screen, rules: Rules): Screen | null {
  const consent: Screen | null = rules.consentPage ? { name: "consent", wanted: null } : null;
  switch (screen.name) {
    case "providers":
      return consent;
    case "down":
    case "login":
      return rules.only ? consent : { name: "providers" };
    case "missing":
      return { name: "providers" };
    case "mfa":
      return login(screen.providerId);
    case "upload":
      return screen.from;
    case "receipt":
      return { name: "accounts", news: null };
    case "accounts":
      return rules.asks || !rules.only ? asked(null, rules) : null;
    case "trouble":
      if (screen.during === "login") return backOf(screen.from, rules);
      return screen.during === "submit" && screen.from.name === "progress" ? login(screen.from.providerId) : null;
    default:
      return null;
  }
}

type Waiting = Extract<Screen, { name: "progress" | "mfa" }>;

/** Progress only matters to someone who waits for it. */
function waitingFor(screen: Screen): Waiting | null {
  if (screen.name === "progress" || screen.name === "mfa") return screen;
  return screen.name === "trouble" && screen.during === "answer" ? waitingFor(screen.from) : null;
}

/** The same prompt again is old news: it is on screen already, or its answer is on the way. */
function onPrompt(screen: Screen, waiting: Waiting, prompt: Prompt): Screen {
  const { providerId } = waiting;
  if (waiting.name === "progress") {
    return prompt.id === waiting.answered?.id ? screen : { name: "mfa", providerId, prompt, note: null };
  }
  if (prompt.id === waiting.prompt.id) return screen;
  // Nobody answered the one before, so this one replaces it.
  return { name: "mfa", providerId, prompt, note: prompt.kind === waiting.prompt.kind ? "resent" : null };
}

function onProgress(screen: Screen, progress: Progress): Screen {
  const waiting = waitingFor(screen);
  if (!waiting) return screen;
  const { providerId } = waiting;
  switch (progress.stage) {
    case "WAITING_FOR_ANSWER":
      return progress.prompt ? onPrompt(screen, waiting, progress.prompt) : screen;
    case "DONE":
      return { name: "accounts", news: "connected" };
    case "REVOKED":
      return { name: "accounts", news: "ended" };
    case "FAILED":
      return {
        name: "failed",
        providerId,
        code: progress.errorCode ?? "SYSTEM_ERROR",
        connected: progress.connectionStatus === "CONNECTED",
      };
    default:
      // Between a prompt and the one in its place there is none; the person stays where they are.
      if (screen.name === "mfa" && screen.note === "resending" && progress.stage === "SIGNING_IN") return screen;
      return screen.name === "progress" ? screen : { name: "progress", providerId, answered: null };
  }
}

/** A login form that turned out not to be one is nothing to go back to. */
function uploadFrom(screen: Screen, rules: Rules): Screen | null {
  return screen.name === "login" ? backOf(screen, rules) : screen;
}

function onRetry(screen: Screen): Screen {
  if (screen.name !== "trouble") return screen;
  if (screen.during === "start") return { name: "loading" };
  return screen.from;
}

export function next(screen: Screen, move: Move, rules: Rules): Screen {
  if (screen.name === "expired") return screen;
  switch (move.type) {
    case "started":
      return asked(null, rules);
    case "agreed":
      return asked(screen.name === "consent" ? screen.wanted : null, rules);
    case "browse":
      return asked({ name: "providers" }, rules);
    case "notFound":
      return { name: "missing" };
    case "choose":
      return asked(login(move.providerId), rules);
    case "isDown":
      return asked({ name: "down", providerId: move.providerId }, rules);
    case "resumed":
      return { name: "progress", providerId: move.providerId, answered: null };
    case "upload":
      return asked({ name: "upload", providerId: move.providerId, from: uploadFrom(screen, rules) }, rules);
    case "uploaded":
      return screen.name === "upload" ? { name: "accounts", news: "uploaded" } : screen;
    case "showReceipt":
      return { name: "receipt", of: move.of };
    case "showAccounts":
      return { name: "accounts", news: null };
    case "back":
      return backOf(screen, rules) ?? screen;
    case "submitted":
      return screen.name === "login" ? { name: "progress", providerId: screen.providerId, answered: null } : screen;
    case "formRefused":
      return screen.name === "progress" ? login(screen.providerId, true) : screen;
    case "answered":
      return screen.name === "mfa"
        ? { name: "progress", providerId: screen.providerId, answered: screen.prompt }
        : screen;
    case "answerRefused":
      return screen.name === "progress" && screen.answered
        ? { name: "mfa", providerId: screen.providerId, prompt: screen.answered, note: "late" }
        : screen;
    case "resending":
      return screen.name === "mfa" ? { ...screen, note: "resending" } : screen;
    case "progressed":
      return onProgress(screen, move.progress);
    case "troubled":
      return move.kind === "expired"
        ? { name: "expired" }
        : { name: "trouble", during: move.during, kind: move.kind, from: screen };
    case "retry":
      return onRetry(screen);
  }
}
