/** The page's own small server. It alone knows the API secret; the page never talks to the API itself. */

const TIMEOUT_MS = 20_000;
const LIMITED = 429;
const LIMITED_RETRIES = 2;
const LIMITED_WAIT_MS = 1_100;

export interface Config {
  organisation: string;
  widgetScript: string;
  openApiUrl: string;
  docsUrl: string;
  testPeople: { name: string; email: string; mobile: string; password: string; code: string }[];
}

export interface Session {
  userId: string;
  userToken: string;
}

export interface List<Item> {
  code: string;
  message: string;
  data: { nextCursor: string | null; items: Item[] } | null;
}

/** A call that the server made to the API for this page, and what came back. */
export interface Exchange<Body> {
  request: { method: string; path: string; url: string };
  status: number;
  body: Body;
  /** The body as the API wrote it: parsing would drop the last digit of 1234.50. */
  raw: string;
}

/** What to tell the visitor, in words fit for the page. */
export class Problem extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

async function ask(method: string, path: string, body?: unknown): Promise<string> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, {
      method,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
    });
    text = await response.text();
  } catch {
    throw new Problem("PAGE_SERVER_DOWN", "This page's own server does not answer. Is it still running?");
  }
  if (response.ok) return text;
  let error: { code?: string; message?: string } = {};
  try {
    error = JSON.parse(text).error ?? {};
  } catch {
    // Not one of our answers; the status has to do.
  }
  throw new Problem(error.code ?? "UNKNOWN", error.message ?? `This page's server answered ${response.status}.`);
}

/** The text of the last member of a JSON object, which the server always calls `body`. */
export function rawBody(text: string): string {
  const start = text.indexOf('"body":');
  const end = text.lastIndexOf("}");
  return start < 0 || end < start ? text : text.slice(start + '"body":'.length, end);
}

export async function getConfig(): Promise<Config> {
  return JSON.parse(await ask("GET", "api/config"));
}

export async function postSession(userId: string | null): Promise<Session> {
  return JSON.parse(await ask("POST", "api/session", userId ? { userId } : {}));
}

export async function deleteAccount(id: string): Promise<Exchange<{ message?: string }>> {
  const text = await ask("DELETE", `api/accounts/${encodeURIComponent(id)}`);
  return { ...JSON.parse(text), raw: rawBody(text) };
}

/** Waits and asks again when the API says that we are too fast. */
export async function getData<Item>(
  resource: string,
  query: { userId: string; size?: string; cursor?: string },
): Promise<Exchange<List<Item>>> {
  for (let retry = 0; ; retry += 1) {
    const text = await ask("GET", `api/data/${resource}?${new URLSearchParams(query)}`);
    const exchange: Exchange<List<Item>> = { ...JSON.parse(text), raw: rawBody(text) };
    if (exchange.status !== LIMITED || retry === LIMITED_RETRIES) return exchange;
    await new Promise((resolve) => setTimeout(resolve, LIMITED_WAIT_MS));
  }
}

/** The items of a list, or a problem to show. */
export function itemsOf<Item>(exchange: Exchange<List<Item>>): Item[] {
  if (exchange.status === 200 && exchange.body.data) return exchange.body.data.items;
  throw refusal(exchange.status, exchange.body?.message);
}

export function refusal(status: number, message: string | undefined): Problem {
  return status === LIMITED
    ? new Problem("RATE_LIMITED", "The API is limiting how fast we may ask. Wait a second, then try again.")
    : new Problem("API_REFUSED", `The API answered ${status}${message ? `: ${message}` : "."}`);
}

export function wordsOf(error: unknown): string {
  return error instanceof Problem ? error.message : "Something in this page went wrong. Reload it to start again.";
}
