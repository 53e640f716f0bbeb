import { expect, it } from "vitest";
import { isTokenOfPage } from "./host";

const token = (claims: object) => `e30.${btoa(JSON.stringify(claims))}.signature`;

function fits(pageTokenId: string | null, userToken: string): boolean {
  return isTokenOfPage({ pageTokenId, options: { userToken, apiHost: "https://link.example.com/v1" } });
}

it("takes the token that its page was opened for, and no other", () => {
  expect(fits("tok-1", token({ jti: "tok-1" }))).toBe(true);
  expect(fits("tok-1", token({ jti: "tok-2" }))).toBe(false);
  for (const other of ["", "opaque", token({}), token({ jti: ["tok-1"] })]) expect(fits("tok-1", other)).toBe(false);
  expect(fits("", token({}))).toBe(false);
});

it("leaves it to the server where the page was opened for none", () => {
  expect(fits(null, token({ jti: "tok-2" }))).toBe(true);
});
