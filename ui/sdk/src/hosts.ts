import { claim } from "../../shared/token";

/**
 * Where the widget and its API are, worked out from where this script came from. The surface's label is the last path
 * segment (`http://localhost:8080/web/`) or, without a path, the first host label (`https://web.example.com/`).
 */

/** The script is at `<web>/v2/smile.v2.js`, so the web surface is one folder up. */
export function webBase(scriptUrl: string): string {
  return new URL("..", scriptUrl).href;
}

/** Null when the address has neither a path segment nor a host label to replace. */
export function defaultApiHost(base: string, mode: string): string | null {
  const label = mode === "SANDBOX" ? "link-sandbox" : "link";
  const url = new URL(base);
  if (url.pathname !== "/") {
    return `${url.origin}${url.pathname.replace(/[^/]+\/$/, label)}/v1`;
  }
  const dot = url.host.indexOf(".");
  return dot > 0 ? `${url.protocol}//${label}${url.host.slice(dot)}/v1` : null;
}

export function tokenMode(token: string): string | null {
  const mode = claim(token, "mode");
  return mode === "SANDBOX" || mode === "PRODUCTION" ? mode : null;
}

/** The widget's address. The token's id, which is no secret, lets the server say whose pages may hold the widget. */
export function frameUrl(base: string, token: string): string {
  const id = claim(token, "jti");
  return typeof id === "string" && id ? `${base}wink/?id=${encodeURIComponent(id)}` : `${base}wink/`;
}

export function isWebAddress(text: unknown): text is string {
  return typeof text === "string" && /^https?:\/\/[^/]/i.test(text);
}
