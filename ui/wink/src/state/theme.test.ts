import { beforeEach, describe, expect, it } from "vitest";
import { accentOf, contrast } from "./colour";
import { applyTheme, logoOf } from "./theme";

const SURFACES = ["#ffffff", "#f4f7f6"];
const READABLE = 4.5;

describe("contrast", () => {
  it("is what WCAG says it is", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
    expect(contrast("#ffffff", "#ffffff")).toBe(1);
  });
});

describe("accentOf", () => {
  it.each([
    "#ffff00",
    "#000000",
    "#ffffff",
    "#777777",
    "#00ff00",
    "#00ffff",
    "#ff0000",
    "#ffc0cb",
    "#0a6159",
    "#1A2B3C",
  ])("makes %s readable everywhere", (primary) => {
    const found = accentOf(primary, SURFACES);
    if (!found) throw new Error("no accent");
    for (const background of [...SURFACES, found.soft]) {
      expect(contrast(found.accent, background)).toBeGreaterThanOrEqual(READABLE);
      expect(contrast(found.strong, background)).toBeGreaterThanOrEqual(READABLE);
    }
    expect(contrast(found.on, found.accent)).toBeGreaterThanOrEqual(READABLE);
    expect(contrast(found.on, found.strong)).toBeGreaterThanOrEqual(READABLE);
  });

  it("leaves a colour that can be read as it is", () => {
    expect(accentOf("#0A6159", SURFACES)?.accent).toBe("#0a6159");
  });

  it("goes no further than it must, and keeps the hue", () => {
    const { accent } = accentOf("#ff0000", SURFACES) ?? { accent: "" };
    expect(accent).toMatch(/^#[a-f]\w0000$/);
    expect(contrast(accent, "#ffffff")).toBeLessThan(5.5);
  });

  it.each(["red", "#fff", "#12345g", "", "url(#a)"])("takes no %j", (primary) => {
    expect(accentOf(primary, SURFACES)).toBeNull();
  });
});

describe("applyTheme", () => {
  const root = document.documentElement;
  const plain = { primaryColor: null, logoUrl: null, rounded: null };
  beforeEach(() => root.removeAttribute("style"));

  it("sets the colours", () => {
    applyTheme({ ...plain, primaryColor: "#1d4ed8" }, root);
    expect(root.style.getPropertyValue("--accent")).toBe("#1d4ed8");
    expect(root.style.getPropertyValue("--on-accent")).toBe("#ffffff");
  });

  it("makes corners square only when it is told to", () => {
    applyTheme({ ...plain, rounded: true }, root);
    expect(root.style.length).toBe(0);
    applyTheme({ ...plain, rounded: false }, root);
    expect(root.style.getPropertyValue("--radius-l")).toBe("0.25rem");
  });

  it("ignores what is no colour", () => {
    applyTheme({ ...plain, primaryColor: "red; background: url(x)" }, root);
    expect(root.style.length).toBe(0);
  });
});

describe("logoOf", () => {
  it.each([
    ["https://example.com/logo.png", "https://example.com/logo.png"],
    ["http://example.com/logo.png", ""],
    ["data:image/png;base64,AA", ""],
    [null, ""],
  ])("%j is %j", (logoUrl, expected) => {
    expect(logoOf({ primaryColor: null, logoUrl, rounded: null })).toBe(expected);
  });

  it("is nothing without a template", () => {
    expect(logoOf(undefined)).toBe("");
  });
});
