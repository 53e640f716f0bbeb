import { describe, expect, it } from "vitest";
import { ACCEPT, choose, contentTypeOf, MAX_FILES, sizeText } from "./files";

const MEGABYTE = 1_000_000;
const file = (name: string, size: number, type = "application/pdf") => ({ name, size, type }) as File;

describe("contentTypeOf", () => {
  it.each([
    ["a.pdf", "application/pdf", "application/pdf"],
    ["photo", "image/jpeg", "image/jpeg"],
    ["scan.TIF", "", "image/tiff"],
    ["photo.jpg", "", "image/jpeg"],
    ["photo.heic", "image/heic", null],
    ["page.pdf", "text/html", null],
    ["none", "", null],
  ])("%s of type %j is %j", (name, type, expected) => {
    expect(contentTypeOf({ name, type })).toBe(expected);
  });

  it("covers what the chooser offers", () => {
    expect(ACCEPT).toContain("image/png");
    expect(ACCEPT).toContain(".jpeg");
  });
});

describe("choose", () => {
  it("adds files, each once", () => {
    const first = choose([], [file("a.pdf", 100), file("b.pdf", 100)]);
    expect(first.faults).toEqual([]);
    expect(choose(first.files, [file("a.pdf", 100), file("a.pdf", 200)]).files).toHaveLength(3);
  });

  it.each([
    [file("a.zip", 100, "application/zip"), "not a kind of file"],
    [file("a.pdf", 0), "is empty"],
    [file("a.pdf", 15.1 * MEGABYTE), "larger than 15 MB"],
  ])("refuses a file that cannot be sent: %#", (bad, message) => {
    const { files, faults } = choose([], [bad, file("good.pdf", 100)]);
    expect(files.map(({ name }) => name)).toEqual(["good.pdf"]);
    expect(faults).toEqual([expect.stringContaining(message)]);
  });

  it("stops at the number and at the size of all", () => {
    const many = Array.from({ length: MAX_FILES + 1 }, (_, index) => file(`${index}.pdf`, 10));
    const full = choose([], many);
    expect(full.files).toHaveLength(MAX_FILES);
    expect(full.faults).toEqual([expect.stringContaining("10.pdf is one too many")]);
    const large = choose([file("a.pdf", 8 * MEGABYTE)], [file("b.pdf", 8 * MEGABYTE), file("c.pdf", MEGABYTE)]);
    expect(large.files.map(({ name }) => name)).toEqual(["a.pdf", "c.pdf"]);
    expect(large.faults).toEqual([expect.stringContaining("b.pdf does not fit")]);
  });
});

it("sizeText says how large a file is", () => {
  expect(sizeText(100)).toBe("1 kB");
  expect(sizeText(123_456)).toBe("123 kB");
  expect(sizeText(1_250_000)).toBe("1.3 MB");
});
