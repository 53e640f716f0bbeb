import { describe, expect, it } from "vitest";
import { backOf, next, type Rules, type Screen } from "./machine";

const agreed: Rules = { asks: false, consentPage: true, only: null };
const missing: Screen = { name: "missing" };
const upload: Screen = { name: "upload", providerId: "scans", from: missing };

describe("documents", () => {
  it("are sent from wherever the person was, and shown afterwards", () => {
    expect(next(missing, { type: "upload", providerId: "scans" }, agreed)).toEqual(upload);
    expect(backOf(upload, agreed)).toBe(missing);
    expect(next(upload, { type: "uploaded" }, agreed)).toEqual({ name: "accounts", news: "uploaded" });
  });

  it("stand in for the form of a source that has none", () => {
    const login: Screen = { name: "login", providerId: "scans", refused: false };
    const move = { type: "upload", providerId: "scans" } as const;
    expect(next(login, move, agreed)).toEqual({ ...upload, from: { name: "providers" } });
    const only = { asks: false, consentPage: false, only: "scans" };
    expect(next(login, move, only)).toEqual({ ...upload, from: null });
    expect(backOf(next(login, move, only), only)).toBeNull();
  });

  it("that arrive when the person has gone on do not take them away from there", () => {
    expect(next(missing, { type: "uploaded" }, agreed)).toBe(missing);
  });

  it("do not get around consent", () => {
    expect(next(missing, { type: "upload", providerId: null }, { ...agreed, asks: true }).name).toBe("consent");
  });
});

it("a receipt comes from the list of what is shared, and leads back there", () => {
  const of = { kind: "accounts" as const, id: "a-1" };
  const receipt = next({ name: "accounts", news: "connected" }, { type: "showReceipt", of }, agreed);
  expect(receipt).toEqual({ name: "receipt", of });
  expect(backOf(receipt, agreed)).toEqual({ name: "accounts", news: null });
});
