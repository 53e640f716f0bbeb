import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { post } from "./upload";

/** What the browser does with a request, as far as `post` looks at it. */
class FakeRequest {
  static last: FakeRequest;
  upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
  headers: Record<string, string> = {};
  status = 0;
  responseText = "";
  body = "";
  onload = () => {};
  onerror = () => {};
  onabort = () => {};
  onloadend = () => {};
  open = vi.fn();
  getResponseHeader = () => "7";
  constructor() {
    FakeRequest.last = this;
  }
  setRequestHeader(name: string, value: string) {
    this.headers[name] = value;
  }
  send(body: string) {
    this.body = body;
  }
  abort() {
    this.onabort();
    this.onloadend();
  }
  answer(status: number, text: string) {
    Object.assign(this, { status, responseText: text });
    this.onload();
    this.onloadend();
  }
}

const send = (onSent = () => {}) => post("https://link.example.com/v1/uploads", { A: "b" }, { files: [] }, onSent);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("XMLHttpRequest", FakeRequest);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("post", () => {
  it("sends, tells how far it is, and gives the data", async () => {
    const onSent = vi.fn();
    const sent = send(onSent);
    const request = FakeRequest.last;
    expect(request.open).toHaveBeenCalledWith("POST", "https://link.example.com/v1/uploads");
    expect(request).toMatchObject({ headers: { A: "b" }, body: '{"files":[]}' });
    request.upload.onprogress?.({ loaded: 1, total: 4 });
    expect(onSent).toHaveBeenCalledWith(0.25);
    request.answer(201, '{"data":{"id":"u-1"}}');
    expect(await sent).toEqual({ id: "u-1" });
    vi.runAllTimers();
  });

  it.each([
    [400, "{}", { kind: "refused" }],
    [401, "{}", { kind: "expired" }],
    [429, "{}", { kind: "busy", retryAfterS: 7 }],
    [503, "{}", { kind: "server" }],
    [201, "<html>", { kind: "network" }],
  ])("%s %s is %j", async (status, text, error) => {
    const sent = send();
    FakeRequest.last.answer(status, text);
    await expect(sent).rejects.toMatchObject(error);
  });

  it("gives up on a line that is dead, not on one that is slow", async () => {
    const sent = send();
    for (let part = 1; part < 5; part++) {
      vi.advanceTimersByTime(50_000);
      FakeRequest.last.upload.onprogress?.({ loaded: part, total: 10 });
    }
    vi.advanceTimersByTime(60_000);
    await expect(sent).rejects.toMatchObject({ kind: "network" });
  });

  it("says when there is no line", async () => {
    const sent = send();
    FakeRequest.last.onerror();
    await expect(sent).rejects.toMatchObject({ kind: "network" });
  });
});
