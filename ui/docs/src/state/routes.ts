/** Where the reader is, as it stands in the address after `#`. */

export type Route = { page: "overview" } | { page: "operation"; id: string } | { page: "event"; name: string };

export function routeOf(hash: string): Route {
  const [, kind, given] = /^#\/(operations|events)\/(.+)$/.exec(hash) ?? [];
  if (!given) return { page: "overview" };
  let name: string;
  try {
    name = decodeURIComponent(given);
  } catch {
    return { page: "overview" };
  }
  return kind === "events" ? { page: "event", name } : { page: "operation", id: name };
}

export const operationLink = (id: string): string => `#/operations/${encodeURIComponent(id)}`;
export const eventLink = (name: string): string => `#/events/${encodeURIComponent(name)}`;
