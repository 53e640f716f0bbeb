import { describe, expect, it } from "vitest";
import { defaultApiHost, frameUrl, isWebAddress, tokenMode, webBase } from "./hosts";

const token = (claims: object) => `e30.${btoa(JSON.stringify(claims))}.signature`;

describe("webBase", () => {
  it("is one folder above the script", () => {
    expect(webBase("https://web.example.com/v2/smile.v2.js")).toBe("https://web.example.com/");
    expect(webBase("http://localhost:8080/web/v1/smile.v1.js?x=1")).toBe("http://localhost:8080/web/");
  });
});

describe("defaultApiHost", () => {
  it.each([
    ["https://web.example.com/", "SANDBOX", "https://link-sandbox.example.com/v1"],
    ["https://web.example.com/", "PRODUCTION", "https://link.example.com/v1"],
    ["https://web.example.com:8443/", "PRODUCTION", "https://link.example.com:8443/v1"],
    ["http://localhost:8080/web/", "SANDBOX", "http://localhost:8080/link-sandbox/v1"],
    ["http://localhost:8080/web/", "PRODUCTION", "http://localhost:8080/link/v1"],
    ["https://example.com/pay/web/", "PRODUCTION", "https://example.com/pay/link/v1"],
  ])("%s in %s is %s", (base, mode, expected) => {
    expect(defaultApiHost(base, mode)).toBe(expected);
  });

  it("gives up when there is no label to replace", () => {
    expect(defaultApiHost("http://localhost:8080/", "SANDBOX")).toBeNull();
  });
});

describe("tokenMode", () => {
  it("reads the claim", () => {
    expect(tokenMode(token({ mode: "SANDBOX" }))).toBe("SANDBOX");
    expect(tokenMode(token({ mode: "PRODUCTION" }))).toBe("PRODUCTION");
  });

  it.each(["", "nonsense", "a.b.c", token({ mode: "OTHER" }), token({})])("refuses %j", (bad) => {
    expect(tokenMode(bad)).toBeNull();
  });
});

describe("frameUrl", () => {
  const base = "https://web.example.com/";

  it("carries the token's id", () => {
    expect(frameUrl(base, token({ jti: "tok-1/2" }))).toBe(`${base}wink/?id=tok-1%2F2`);
  });

  it.each(["", "opaque", token({}), token({ jti: 7 })])("does without for %j", (other) => {
    expect(frameUrl(base, other)).toBe(`${base}wink/`);
  });
});

it.each([
  ["https://source.example/x", true],
  ["HTTP://localhost:1/", true],
  ["javascript:alert(1)", false],
  ["data:text/html,x", false],
  ["https:///x", false],
  ["/relative", false],
  [null, false],
])("isWebAddress(%j) is %s", (address, expected) => {
  expect(isWebAddress(address)).toBe(expected);
});
