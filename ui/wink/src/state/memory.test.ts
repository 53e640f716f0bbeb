import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { memoryFor } from "./memory";

const kept = { sessionToken: "session", agreed: true, accountId: "a-1", language: "hi" };

beforeEach(() => sessionStorage.clear());
afterEach(() => vi.restoreAllMocks());

it("finds what was kept under the same link token only", async () => {
  (await memoryFor("one")).write(kept);
  expect((await memoryFor("one")).read()).toEqual(kept);
  expect((await memoryFor("two")).read()).toBeNull();
  expect(JSON.stringify(sessionStorage)).not.toContain('"one"');
});

it("forgets", async () => {
  const memory = await memoryFor("one");
  memory.write(kept);
  memory.forget();
  expect(memory.read()).toBeNull();
});

it("ignores what it did not write", async () => {
  const memory = await memoryFor("one");
  memory.write(kept);
  const key = sessionStorage.key(0) ?? "";
  for (const text of ["{", "null", "3", '{"sessionToken":1}']) {
    sessionStorage.setItem(key, text);
    expect(memory.read()).toBeNull();
  }
});

it("does without where storage is full or switched off", async () => {
  const refuse = () => {
    throw new DOMException("no", "SecurityError");
  };
  const memory = await memoryFor("one");
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(refuse);
  memory.write(kept);
  expect(memory.read()).toBeNull();
  vi.spyOn(window, "sessionStorage", "get").mockImplementation(refuse);
  const blocked = await memoryFor("one");
  blocked.write(kept);
  blocked.forget();
  expect(blocked.read()).toBeNull();
});
