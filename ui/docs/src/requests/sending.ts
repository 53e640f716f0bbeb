/** Sends a request and says what came back, or in words why nothing did. */

import { isObject } from "../spec/document";
import type { Credentials, Draft } from "./drafts";

const TIMEOUT_MS = 60_000;
/** The headers that tell a caller something, in the order in which they are shown. */
const SHOWN_HEADERS = [
  "Content-Type",
  "X-Request-Id",
  "RateLimit-Limit",
  "RateLimit-Remaining",
  "RateLimit-Reset",
  "Retry-After",
  "Location",
];

export interface Received {
  /** What was asked: the form may say something else by now. */
  method: string;
  url: string;
  status: number;
  /** Rounded to whole milliseconds, from sending to the last byte. */
  tookMs: number;
  headers: [name: string, value: string][];
  text: string;
  isJson: boolean;
  /** Where the list goes on, when it does. */
  nextCursor: string | null;
}

/** Nothing came back. The message is for the reader. */
export class Failure extends Error {}

export async function send(draft: Draft, credentials: Credentials, stop: AbortSignal): Promise<Received> {
  const late = AbortSignal.timeout(TIMEOUT_MS);
  const startedAt = performance.now();
  try {
    const response = await fetch(draft.url, {
      method: draft.method,
      headers: [
        ...draft.headers,
        ...(draft.isProtected ? [["Authorization", basic(credentials)] as [string, string]] : []),
      ],
      body: draft.body,
      // No cookies, nothing kept, and no dialog of the browser's own when the key is wrong.
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      signal: anyOf(stop, late),
    });
    const text = await response.text();
    return received(draft, response, text, performance.now() - startedAt);
  } catch {
    throw new Failure(wordsOf(draft.url, stop, late));
  }
}

/** `AbortSignal.any` is younger than the browsers that the reference is for. */
function anyOf(...signals: AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) controller.abort();
    signal.addEventListener("abort", () => controller.abort(), { once: true });
  }
  return controller.signal;
}

export function basic({ key, secret }: Credentials): string {
  const bytes = new TextEncoder().encode(`${key.trim()}:${secret}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

function wordsOf(url: string, stop: AbortSignal, late: AbortSignal): string {
  if (stop.aborted) return "Stopped. The server may have done its work all the same.";
  if (late.aborted) return `No answer came within ${TIMEOUT_MS / 1000} seconds.`;
  if (!navigator.onLine) return "This device is offline.";
  return (
    `No answer that this page may read came from ${new URL(url).origin}. The server may be down, its certificate may ` +
    "not be trusted by this browser, or it does not know that these docs are at this address."
  );
}

function received({ method, url }: Draft, response: Response, text: string, tookMs: number): Received {
  const isJson = /\bjson\b/.test(response.headers.get("Content-Type") ?? "");
  return {
    method,
    url,
    status: response.status,
    tookMs: Math.round(tookMs),
    headers: SHOWN_HEADERS.flatMap((name) => {
      const value = response.headers.get(name);
      return value === null ? [] : [[name, value] as [string, string]];
    }),
    text,
    isJson,
    nextCursor: isJson ? nextCursorOf(text) : null,
  };
}

export function nextCursorOf(text: string): string | null {
  try {
    const answer: unknown = JSON.parse(text);
    const data = isObject(answer) ? answer.data : null;
    const cursor = isObject(data) ? data.nextCursor : null;
    return typeof cursor === "string" && cursor ? cursor : null;
  } catch {
    return null;
  }
}

const STATUSES: Record<number, string> = {
  200: "OK",
  201: "Created",
  204: "No content",
  400: "Bad request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not found",
  409: "Conflict",
  413: "Content too large",
  415: "Unsupported media type",
  422: "Unprocessable content",
  429: "Too many requests",
  500: "Internal server error",
  501: "Not implemented",
  502: "Bad gateway",
  503: "Service unavailable",
  504: "Gateway timeout",
};

export const statusWords = (status: number | string): string => STATUSES[Number(status)] ?? "";
