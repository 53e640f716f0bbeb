import { afterEach, expect, it, vi } from "vitest";
import { fileNameOf, saveJson } from "./receipt";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it("a receipt's file is named after the source and the day", () => {
  const account = { id: "a-1", provider: { id: "upwork", name: "Upwork" } };
  expect(fileNameOf({ account, agreedAt: "2026-11-28T09:00:00Z" })).toBe("receipt-upwork-2026-11-28.json");
  expect(fileNameOf({ agreedAt: "2026-11-28T09:00:00Z" })).toBe("receipt-documents-2026-11-28.json");
});

it("a file is handed to the browser, and not kept", async () => {
  vi.useFakeTimers();
  let blob: Blob | null = null;
  URL.createObjectURL = vi.fn((given) => {
    blob = given as Blob;
    return "blob:1";
  });
  URL.revokeObjectURL = vi.fn();
  const click = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
    expect([this.href, this.download]).toEqual(["blob:1", "a.json"]);
  });
  saveJson("a.json", { jws: "a.b.c" });
  expect(click).toHaveBeenCalledOnce();
  expect((blob as Blob | null)?.type).toBe("application/json");
  vi.runAllTimers();
  expect(URL.revokeObjectURL).toHaveBeenCalledWith("blob:1");
});
