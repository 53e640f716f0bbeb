import { expect, it } from "vitest";
import { RESOURCES, staleAfter } from "./events";

it("knows what an event makes stale", () => {
  expect(staleAfter("INCOMES_ADDED")).toEqual(["incomes"]);
  expect(staleAfter("IDENTITY_ADDED")).toEqual(["identities"]);
  expect(staleAfter("EMPLOYMENTS_UPDATED")).toEqual(["employments"]);
  expect(staleAfter("LIABILITIES_UPDATED")).toEqual(["liabilities"]);
  expect(staleAfter("INSIGHT_ADDED")).toEqual(["insights"]);
  expect(staleAfter("ACCOUNT_CONNECTED")).toEqual(["accounts"]);
  expect(staleAfter("ACCOUNT_DISCONNECTED")).toBe(RESOURCES);
  expect(staleAfter("USER_CREATED")).toEqual([]);
  expect(staleAfter("SOMETHING_NEW")).toEqual([]);
});
