import { describe, expect, it } from "vitest";
import { sample } from "../../test/sample";
import { ApiDocument, matches } from "./document";

const document = new ApiDocument(sample, "https://docs.example.com/v1/openapi.json");
const byId = (id: string) => document.operations.find((operation) => operation.id === id);

describe("the document", () => {
  it("lists every operation below its tag, and those without one last", () => {
    expect(document.groups.map(({ name, operations }) => [name, operations.map(({ id }) => id)])).toEqual([
      ["Users", ["list-users", "create-user"]],
      ["Other", ["delete-users-id-", "get-status"]],
    ]);
    expect(document.groups[0]?.description).toBe("People.");
  });

  it("follows references, with the words beside them, and adds what a path's operations share", () => {
    const list = byId("list-users");
    expect(list?.parameters.map(({ in: place, name }) => `${place} ${name}`)).toEqual([
      "header Trace",
      "query cursor",
      "query kinds",
      "query ids",
      "query active",
    ]);
    expect(list?.answers.map(({ status, answer }) => [status, answer.description])).toEqual([
      ["200", "A page."],
      ["400", "Said here."],
    ]);
  });

  it("tells operations that need a key from those that do not", () => {
    expect(byId("list-users")?.isProtected).toBe(true);
    expect(byId("get-status")?.isProtected).toBe(false);
  });

  it("tells which rights of its key an operation needs", () => {
    expect(byId("create-user")?.rights).toEqual(["write"]);
    expect(byId("list-users")?.rights).toEqual([]);
  });

  it("can be called from here only with API keys", () => {
    const securitySchemes = { token: { scheme: "bearer" } };
    expect(document.takesKeys).toBe(true);
    expect(new ApiDocument({ components: { securitySchemes } }, "https://docs.example.com/").takesKeys).toBe(false);
  });

  it("finds the sandbox among its servers, also relative ones", () => {
    expect(document.servers).toEqual([
      { url: "https://open.example.com/v1", description: "Production: real people.", isSandbox: false },
      { url: "https://docs.example.com/sandbox/v1", description: "Test people.", isSandbox: true },
    ]);
  });

  it("lists events", () => {
    expect(document.events.map(({ name, summary }) => [name, summary])).toEqual([["USER_CREATED", "A user was made"]]);
  });

  it("survives references that lead nowhere or in circles", () => {
    const odd = new ApiDocument(
      { components: { schemas: { A: { $ref: "#/components/schemas/A", title: "A" } } } },
      "https://docs.example.com/",
    );
    expect(odd.resolve<{ type?: string }>({ $ref: "#/components/schemas/Missing" })).toEqual({});
    expect(odd.resolve<{ type?: string }>({ $ref: "https://elsewhere.example/" })).toEqual({});
    expect(odd.resolve<{ title?: string }>({ $ref: "#/components/schemas/A" })).toHaveProperty("title", "A");
  });
});

it("searches by words in any order", () => {
  const texts = ["/users/{id}", "Delete a user", "delete-user"] as const;
  expect(matches("user delete", ...texts)).toBe(true);
  expect(matches("USERS/{", ...texts)).toBe(true);
  expect(matches("", ...texts)).toBe(true);
  expect(matches("user list", ...texts)).toBe(false);
});
