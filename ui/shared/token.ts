/** A claim of a link token; undefined for anything that is not one. The server alone judges the signature. */
export function claim(token: string, name: string): unknown {
  try {
    const claims = token.split(".")[1] ?? "";
    return JSON.parse(atob(claims.replace(/-/g, "+").replace(/_/g, "/")))[name];
  } catch {
    return undefined;
  }
}
