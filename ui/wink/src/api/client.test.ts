// @vitest-environment node
import { afterEach, expect, it, vi } from "vitest";
import { LinkApi } from "./client";

const HOST = "https://link.example.com/v1";

function answer(status: number, data: unknown = {}, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify({ code: "X", message: "x", requestId: "1", data }), { status, headers });
}

function stubFetch(...answers: (Response | Error)[]) {
  const stub = vi.fn((_url: string, _init: RequestInit): Promise<Response> => {
    const next = answers.shift() ?? new Error("unexpected request");
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  });
  vi.stubGlobal("fetch", stub);
  return stub;
}

const bearer = (stub: ReturnType<typeof stubFetch>, call: number) =>
  new Headers(stub.mock.calls[call]?.[1].headers).get("Authorization");

afterEach(() => vi.unstubAllGlobals());

it("spends the link token once and uses the session's afterwards", async () => {
  const stub = stubFetch(answer(201, { sessionToken: "session" }), answer(200, { items: [], nextCursor: null }));
  const api = new LinkApi(HOST, "link-token");
  await api.startSession();
  await api.accounts();
  expect(bearer(stub, 0)).toBe("Bearer link-token");
  expect(bearer(stub, 1)).toBe("Bearer session");
});

it("goes on with a session that was kept, and with the link token when that is over", async () => {
  const stub = stubFetch(
    answer(401),
    answer(200, { sessionToken: null }),
    answer(200, { items: [], nextCursor: null }),
  );
  const api = new LinkApi(HOST, "link-token");
  await expect(api.resumeSession("old")).rejects.toMatchObject({ kind: "expired" });
  expect(api.sessionToken).toBe("link-token");
  await api.resumeSession("kept");
  await api.accounts();
  expect([0, 1, 2].map((call) => bearer(stub, call))).toEqual(["Bearer old", "Bearer kept", "Bearer kept"]);
});

it("sends steps even when the page goes away", async () => {
  const stub = stubFetch(answer(202), answer(202));
  const api = new LinkApi(HOST, "t");
  await api.step("CHOSEN", "upwork");
  await api.step("CLOSED", null);
  expect(stub.mock.calls.map(([, init]) => [init.body, init.keepalive])).toEqual([
    ['{"step":"CHOSEN","providerId":"upwork"}', true],
    ['{"step":"CLOSED"}', true],
  ]);
});

it("sends only the filters that are set", async () => {
  const stub = stubFetch(answer(200, { items: [], nextCursor: null }));
  await new LinkApi(HOST, "t").providers({ name: "a&b", type: null, ids: [], topIds: ["x", "y"], size: 20 });
  expect(stub.mock.calls[0]?.[0]).toBe(`${HOST}/providers?name=a%26b&topIds=x%2Cy&size=20`);
});

it("reads every page of accounts", async () => {
  const stub = stubFetch(
    answer(200, { items: [{ id: "a-2" }], nextCursor: "more/1" }),
    answer(200, { items: [{ id: "a-1" }], nextCursor: null }),
  );
  expect((await new LinkApi(HOST, "t").accounts()).map(({ id }) => id)).toEqual(["a-2", "a-1"]);
  expect(stub.mock.calls[1]?.[0]).toBe(`${HOST}/accounts?cursor=more%2F1`);
});

it.each([
  [answer(401), { kind: "expired", status: 401 }],
  [answer(429, {}, { "Retry-After": "7" }), { kind: "busy", retryAfterS: 7 }],
  [answer(500), { kind: "server" }],
  [answer(503), { kind: "server" }],
  [answer(404), { kind: "refused" }],
  [answer(400), { kind: "refused" }],
  [new Response("<html>", { status: 200 }), { kind: "network" }],
  [new TypeError("Failed to fetch"), { kind: "network", status: null }],
])("classifies what goes wrong", async (reply, expected) => {
  stubFetch(reply);
  await expect(new LinkApi(HOST, "t").provider("upwork")).rejects.toMatchObject(expected);
});
