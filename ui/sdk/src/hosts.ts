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

/** The `mode` claim of a link token; null for anything that is not one. The server alone judges the signature. */
export function tokenMode(token: string): string | null {
  try {
    const claims = token.split(".")[1] ?? "";
    const mode: unknown = JSON.parse(atob(claims.replace(/-/g, "+").replace(/_/g, "/"))).mode;
    return mode === "SANDBOX" || mode === "PRODUCTION" ? mode : null;
  } catch {
    return null;
  }
}
