import { describe, expect, it } from "vitest";
import { sample } from "../../test/sample";
import { ApiDocument } from "./document";
import { examplesOf, sampleOf } from "./examples";
import { bodyFields, type Field, parameterField, typeOf } from "./fields";

const document = new ApiDocument(sample, "https://docs.example.com/");
const user = bodyFields(document, { $ref: "#/components/schemas/User" });

function field(name: string, fields: Field[] = user): Field {
  const found = fields.find((one) => one.name === name);
  if (!found) throw new Error(`There is no row ${name}.`);
  return found;
}

describe("a schema as rows", () => {
  it("has a row for each member, in order", () => {
    expect(user.map(({ name }) => name).join(" ")).toBe(
      "name age born state tags address friends extra contact version",
    );
  });

  it.each([
    ["name", "string"],
    ["age", "integer or null"],
    ["born", "string (date)"],
    ["state", "string"],
    ["tags", "array of strings"],
    ["address", "object or null"],
    ["friends", "array of objects"],
    ["extra", "map of strings"],
    ["contact", "object"],
    ["version", "number"],
  ])("says what %s is: %s", (name, type) => {
    expect(field(name).type).toBe(type);
  });

  it("lists the values of what may be null, with what each means", () => {
    const reasons = { oneOf: [{ const: "LOCKED", description: "It is locked." }, { const: "GONE" }] };
    const found = new ApiDocument({ components: { schemas: { Reason: reasons } } }, "https://docs.example.com/");
    const schema = { anyOf: [{ $ref: "#/components/schemas/Reason" }, { type: "null" as const }] };
    expect(parameterField(found, { name: "reason", in: "query", schema }).values).toEqual([
      { text: "LOCKED", meaning: "It is locked." },
      { text: "GONE", meaning: "" },
    ]);
  });

  it("says what has to hold", () => {
    expect(field("name")).toMatchObject({ required: true, rules: ["1 to 100 characters"] });
    expect(field("age")).toMatchObject({ required: false, rules: ["at least 0"] });
    expect(field("tags").rules).toEqual(["at most 3 items", "each: matches ^[a-z]+$"]);
    expect(field("born").deprecated).toBe(true);
    const rules = (schema: object) =>
      parameterField(document, { name: "x", in: "query", schema: { type: "integer", ...schema } }).rules;
    expect(rules({ minimum: 1, maximum: 150, default: 10 })).toEqual(["1 to 150", "10 when not given"]);
    expect(rules({ minItems: 1, minLength: 2, maxLength: 2, maxProperties: 1 })).toEqual([
      "2 characters",
      "at least 1 item",
      "at most 1 member",
    ]);
    expect(rules({ exclusiveMinimum: 0, multipleOf: 5, default: null })).toEqual(["more than 0", "a multiple of 5"]);
  });

  it("lists values with what they mean, whichever way they are written", () => {
    expect(field("state")).toMatchObject({ description: "How it stands.", isNested: false });
    expect(field("state").values).toEqual([
      { text: "ON", meaning: "Works." },
      { text: "OFF", meaning: "Does not." },
      { text: "ODD", meaning: "" },
    ]);
    expect(field("version").values).toEqual([{ text: "1", meaning: "" }]);
    const kinds = document.operations[0]?.parameters.find(({ name }) => name === "kinds");
    expect(kinds && parameterField(document, kinds).values.map(({ text }) => text)).toEqual(["A", "B"]);
  });

  it("opens nested objects, merged ones too", () => {
    const address = field("address");
    expect(address.isNested).toBe(true);
    expect(address.children().map(({ name, required }) => [name, required])).toEqual([
      ["city", true],
      ["zip", true],
    ]);
  });

  it("opens a schema that contains itself as far as someone looks", () => {
    const friends = field("friends").children();
    expect(field("friends", field("friends", friends).children()).type).toBe("array of objects");
  });

  it("names the possible shapes", () => {
    const shapes = field("contact").children();
    expect(shapes.map(({ name }) => name)).toEqual(["By phone", "Shape 2"]);
    expect(shapes.map((shape) => shape.children().map(({ name }) => name))).toEqual([["phone"], ["email"]]);
  });

  it("keeps to the word that a parameter has of its own", () => {
    const parameter = {
      name: "x",
      in: "query" as const,
      description: "Mine.",
      deprecated: true,
      schema: { type: "string" as const },
    };
    expect(parameterField(document, parameter)).toMatchObject({ description: "Mine.", deprecated: true });
  });

  it("ends where a schema is nothing but itself", () => {
    const schemas = {
      Json: { oneOf: [{ type: "string" }, { type: "array", items: { $ref: "#/components/schemas/Json" } }] },
      Rows: { type: "array", items: { $ref: "#/components/schemas/Rows" } },
      All: { allOf: [{ $ref: "#/components/schemas/All" }] },
      One: { anyOf: [{ $ref: "#/components/schemas/One" }, { type: "null" }] },
    };
    const odd = new ApiDocument({ components: { schemas } }, "https://docs.example.com/");
    for (const name of Object.keys(schemas)) {
      const schema = { $ref: `#/components/schemas/${name}` };
      expect(typeOf(odd, schema).length).toBeLessThan(2_000);
      expect(bodyFields(odd, schema).length).toBeLessThan(10);
      expect(() => JSON.stringify(sampleOf(odd, schema))).not.toThrow();
    }
  });

  it("takes true for a schema", () => {
    const schema = {
      type: "object" as const,
      properties: { any: true, list: { type: "array" as const, items: true } },
    };
    expect(bodyFields(document, schema).map(({ type }) => type)).toEqual(["anything", "array"]);
    expect(sampleOf(document, schema)).toEqual({ any: null, list: [] });
  });

  it("calls what is not described anything", () => {
    expect(typeOf(document, {})).toBe("anything");
    expect(typeOf(document, { type: ["string", "integer", "null"] })).toBe("string or integer or null");
    expect(typeOf(document, { type: "array", items: { type: ["string", "null"] } })).toBe("array of (string or null)");
  });
});

describe("examples", () => {
  it("come from the document where it has them", () => {
    expect(examplesOf(document, { example: { a: 1 }, schema: { type: "string" } })).toEqual([
      { name: "Example", text: '{\n  "a": 1\n}' },
    ]);
    expect(examplesOf(document, { examples: { one: { summary: "First", value: "text" }, two: { value: 2 } } })).toEqual(
      [
        { name: "First", text: "text" },
        { name: "two", text: "2" },
      ],
    );
  });

  it("are made from the schema otherwise, and end although it contains itself", () => {
    const made = sampleOf(document, { $ref: "#/components/schemas/User" }) as Record<string, unknown>;
    expect(made).toMatchObject({
      name: "string",
      age: 0,
      state: "ON",
      tags: ["string"],
      address: { city: "string", zip: "string" },
      contact: { phone: "string" },
      version: 1,
    });
    expect(JSON.stringify(made).length).toBeLessThan(20_000);
  });
});
