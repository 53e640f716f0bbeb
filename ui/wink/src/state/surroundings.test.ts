import { afterEach, describe, expect, it, vi } from "vitest";
import { isWebView, lead, openWindow } from "./surroundings";

afterEach(() => vi.unstubAllGlobals());

describe("isWebView", () => {
  const apple = (device: string, more: string) =>
    `Mozilla/5.0 (${device}; CPU OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ${more}`;

  it.each([
    [
      "Mozilla/5.0 (Linux; Android 14; Pixel 7; wv) AppleWebKit/537.36 Version/4.0 Chrome/120.0 Mobile Safari/537.36",
      true,
    ],
    ["Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36", false],
    [apple("iPhone", "Mobile/15E148"), true],
    [apple("iPhone", "Version/17.4 Mobile/15E148 Safari/604.1"), false],
    [apple("iPad", "Mobile/15E148 [FBAN/FBIOS;FBAV/450.0]"), true],
    ["Mozilla/5.0 (Macintosh; Intel Mac OS X 14_4) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15", false],
  ])("%s: %s", (userAgent, expected) => {
    expect(isWebView(userAgent)).toBe(expected);
  });
});

describe("openWindow", () => {
  it("cuts the new window off from the widget before it goes anywhere", () => {
    const steps: string[] = [];
    const opened = {
      set opener(value: unknown) {
        steps.push(`opener ${value}`);
      },
      location: { replace: (url: string) => steps.push(url) },
    };
    vi.stubGlobal("open", () => opened);
    const found = openWindow();
    if (found) lead(found, "https://link.example/leave");
    expect(steps).toEqual(["opener null", "https://link.example/leave"]);
  });

  it("opens one from a sandboxed page too, where even an empty window is out of reach", () => {
    const replace = vi.fn();
    const opened = {
      set opener(_: unknown) {
        throw new DOMException("no", "SecurityError");
      },
      location: { replace },
    };
    vi.stubGlobal("open", () => opened);
    const found = openWindow();
    if (found) lead(found, "https://link.example/leave");
    expect(replace).toHaveBeenCalledWith("https://link.example/leave");
  });

  it("goes to web addresses only", () => {
    const replace = vi.fn();
    const opened = { location: { replace } } as unknown as Window;
    for (const url of ["javascript:alert(1)", "", "//evil.example"]) expect(() => lead(opened, url)).toThrow();
    expect(replace).not.toHaveBeenCalled();
  });

  it("says when the browser refuses", () => {
    vi.stubGlobal("open", () => null);
    expect(openWindow()).toBeNull();
  });
});
