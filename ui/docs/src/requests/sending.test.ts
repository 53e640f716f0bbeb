import { afterEach, describe, expect, it, vi } from "vitest";
import type { Draft } from "./drafts";
import { basic, nextCursorOf, send } from "./sending";

const draft: Draft = {
  method: "POST",
  url: "https://sandbox.example.com/v1/users",
  headers: [["Content-Type", "application/json"]],
  body: "{}",
  isProtected: true,
};
const KEY = { key: " key ", secret: "sécret:1" };

afterEach(() => vi.unstubAllGlobals());

function answering(response: Response) {
  const fake = vi.fn((_: string, __: RequestInit) => Promise.resolve(response));
  vi.stubGlobal("fetch", fake);
  return fake;
}

describe("sending", () => {
  it("carries the key and nothing else of the reader's", async () => {
    const fake = answering(new Response("{}"));
    await send(draft, KEY, new AbortController().signal);
    const [url, init] = fake.mock.calls[0] ?? [];
    expect(url).toBe(draft.url);
    expect(init).toMatchObject({ method: "POST", body: "{}", credentials: "omit", cache: "no-store" });
    expect(new Headers(init?.headers).get("Authorization")).toBe(basic(KEY));
    await send({ ...draft, isProtected: false }, KEY, new AbortController().signal).catch(() => {});
    expect(new Headers(fake.mock.calls[1]?.[1].headers).has("Authorization")).toBe(false);
  });

  it("says what came back, errors too", async () => {
    const text = '{"code":"OK","data":{"nextCursor":"abc","items":[1.50]}}';
    const headers = {
      "Content-Type": "application/json",
      "X-Request-Id": "id",
      "RateLimit-Remaining": "19",
      Date: "now",
    };
    answering(new Response(text, { status: 200, headers }));
    const received = await send(draft, KEY, new AbortController().signal);
    expect(received).toMatchObject({
      method: "POST",
      url: draft.url,
      status: 200,
      text,
      isJson: true,
      nextCursor: "abc",
    });
    expect(received.headers).toEqual([
      ["Content-Type", "application/json"],
      ["X-Request-Id", "id"],
      ["RateLimit-Remaining", "19"],
    ]);
    answering(new Response("too fast", { status: 429, headers: { "Retry-After": "1" } }));
    const refused = await send(draft, KEY, new AbortController().signal);
    expect(refused).toMatchObject({ status: 429, isJson: false, nextCursor: null });
    expect(refused.headers).toContainEqual(["Retry-After", "1"]);
  });

  it("explains in words why nothing came back", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    await expect(send(draft, KEY, new AbortController().signal)).rejects.toThrow("https://sandbox.example.com");
    vi.stubGlobal("navigator", { onLine: false });
    await expect(send(draft, KEY, new AbortController().signal)).rejects.toThrow("offline");
    const stop = new AbortController();
    vi.stubGlobal("fetch", (_: string, { signal }: RequestInit) => {
      return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    });
    const sent = send(draft, KEY, stop.signal);
    stop.abort();
    await expect(sent).rejects.toThrow("Stopped");
  });
});

it("writes keys beyond Latin letters as UTF-8", () => {
  const bytes = Uint8Array.from(atob(basic(KEY).replace("Basic ", "")), (letter) => letter.charCodeAt(0));
  expect(new TextDecoder().decode(bytes)).toBe("key:sécret:1");
});

it.each([
  ['{"data":{"nextCursor":"x"}}', "x"],
  ['{"data":{"nextCursor":null}}', null],
  ['{"data":{"nextCursor":""}}', null],
  ['{"data":[]}', null],
  ["[1]", null],
  ["no JSON", null],
])("finds where %s goes on", (text, cursor) => {
  expect(nextCursorOf(text)).toBe(cursor);
});
