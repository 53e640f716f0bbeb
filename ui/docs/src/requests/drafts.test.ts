import { describe, expect, it } from "vitest";
import { sample } from "../../test/sample";
import { ApiDocument, type Operation } from "../spec/document";
import { draftOf, faultsOf, type Values } from "./drafts";

const document = new ApiDocument(sample, "https://docs.example.com/");
const KEY = { key: "k", secret: "s" };

function operation(summary: string): Operation {
  const found = document.operations.find((one) => one.summary === summary);
  if (!found) throw new Error(`There is no operation ${summary}.`);
  return found;
}

const values = (parameters: Record<string, string>, body = ""): Values => ({ parameters, body });
const draft = (summary: string, filled: Values) => draftOf(operation(summary), "https://api.example.com/v1", filled);

describe("a request", () => {
  it("sends what was typed, escaped, and nothing that was left empty", () => {
    const filled = values({ "query:cursor": "a/b+c&d=é", "query:active": "", "header:Trace": "x" });
    expect(draft("List users", filled)).toEqual({
      method: "GET",
      url: "https://api.example.com/v1/users?cursor=a%2Fb%2Bc%26d%3D%C3%A9",
      headers: [["Trace", "x"]],
      body: null,
      isProtected: true,
    });
  });

  it("writes lists as the document wants them", () => {
    const filled = values({ "query:kinds": "A, B,", "query:ids": "1,2&3" });
    expect(draft("List users", filled).url).toBe("https://api.example.com/v1/users?kinds=A&kinds=B&ids=1,2%263");
  });

  it("fills in the path so that no value can change it", () => {
    expect(draft("Delete a user", values({ "path:id": "../x?y#z" })).url).toBe(
      "https://api.example.com/v1/users/..%2Fx%3Fy%23z",
    );
    expect(draft("Delete a user", values({})).url).toBe("https://api.example.com/v1/users/{id}");
  });

  it("sends a body as it was typed", () => {
    const body = '{ "amount": 1234.50 }';
    expect(draft("Create a user", values({ "header:Idempotency-Key": "once" }, body))).toMatchObject({
      body,
      headers: [
        ["Idempotency-Key", "once"],
        ["Content-Type", "application/json"],
      ],
    });
    expect(draft("Create a user", values({}, "  ")).body).toBeNull();
  });
});

describe("before sending", () => {
  const faults = (summary: string, filled: Values, credentials = KEY) => [
    ...faultsOf(operation(summary), filled, credentials).keys(),
  ];

  it("everything that is missing is named at once", () => {
    expect(faults("Delete a user", values({}), { key: " ", secret: "" })).toEqual(["key", "secret", "path:id"]);
    expect(faults("Delete a user", values({ "path:id": "x" }))).toEqual([]);
  });

  it("what anybody may call needs no key", () => {
    expect(faults("get-status", values({}), { key: "", secret: "" })).toEqual([]);
  });

  it("the body has to be JSON, and be there when it must", () => {
    expect(faults("Create a user", values({}, '{"a":'))).toEqual(["body"]);
    expect(faults("Create a user", values({}, ""))).toEqual(["body"]);
    expect(faults("Create a user", values({}, "{}"))).toEqual([]);
  });

  it("what no header can hold is refused here, where it can be explained", () => {
    expect(faults("Create a user", values({ "header:Idempotency-Key": "一" }, "{}"))).toEqual([
      "header:Idempotency-Key",
    ]);
    expect(faults("List users", values({}), { key: "a:b", secret: "s" })).toEqual(["key"]);
  });
});
