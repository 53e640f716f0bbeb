import { expect, it } from "vitest";
import { faultOf, normalised } from "./answers";

it("forgives spaces in codes, and keeps those between words", () => {
  expect(normalised("digits", " 12 34 ")).toBe("1234");
  expect(normalised("picture", "SA HOD7")).toBe("SAHOD7");
  expect(normalised("words", "  Rizal Memorial ")).toBe("Rizal Memorial");
});

it("finds what is missing, and codes of another length", () => {
  for (const kind of ["digits", "picture", "words"] as const) {
    expect(faultOf(kind, "", null)).toMatch(/^Please type/);
    expect(faultOf(kind, "1234", 4)).toBe("");
  }
  expect(faultOf("digits", "123", 4)).toContain("4");
  expect(faultOf("digits", "123", null)).toBe("");
});
