/** A small document for the tests: every way of writing a schema that the reference has to understand. */

import type { RawDocument } from "../src/spec/types";

export const sample: RawDocument = {
  openapi: "3.1.0",
  info: { title: "Sample API", version: "1.2.3", description: "For tests." },
  servers: [
    { url: "https://open.example.com/v1", description: "Production: real people." },
    { url: "/sandbox/v1/", description: "Test people." },
  ],
  tags: [{ name: "Users", description: "People." }, { name: "Nothing" }],
  security: [{ basic: [] }],
  paths: {
    "/users": {
      parameters: [{ $ref: "#/components/parameters/trace" }],
      get: {
        operationId: "list-users",
        summary: "List users",
        tags: ["Users"],
        parameters: [
          { $ref: "#/components/parameters/cursor" },
          { name: "kinds", in: "query", schema: { type: "array", items: { enum: ["A", "B"] } } },
          { name: "ids", in: "query", explode: false, schema: { type: ["array", "null"], items: { type: "string" } } },
          { name: "active", in: "query", schema: { type: "boolean" } },
        ],
        responses: {
          200: { description: "A page.", content: { "application/json": { schema: { type: "object" } } } },
          400: { $ref: "#/components/responses/Fault", description: "Said here." },
        },
      },
      post: {
        operationId: "create-user",
        summary: "Create a user",
        tags: ["Users"],
        security: [{ basic: ["write"] }],
        parameters: [{ name: "Idempotency-Key", in: "header", schema: { type: "string", maxLength: 64 } }],
        requestBody: {
          required: true,
          content: {
            "application/json": { schema: { $ref: "#/components/schemas/User" }, example: { name: "Ana", it: "it's" } },
          },
        },
        responses: { 201: { description: "Made." } },
      },
    },
    "/users/{id}": {
      delete: {
        summary: "Delete a user",
        parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
        responses: { 204: { description: "Gone." } },
      },
    },
    "/status": { get: { operationId: "get-status", security: [], responses: {} } },
  },
  webhooks: {
    USER_CREATED: {
      post: {
        summary: "A user was made",
        requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/User" } } } },
      },
    },
  },
  components: {
    parameters: {
      cursor: { name: "cursor", in: "query", schema: { type: "string" } },
      trace: { name: "Trace", in: "header", schema: { type: "string" } },
    },
    responses: { Fault: { description: "A fault.", content: {} } },
    schemas: {
      User: {
        type: "object",
        description: "A person.",
        required: ["name", "state"],
        properties: {
          name: { type: "string", minLength: 1, maxLength: 100, description: "What they are called." },
          age: { type: ["integer", "null"], format: "uint16", minimum: 0 },
          born: { type: "string", format: "date", deprecated: true },
          state: { $ref: "#/components/schemas/State", description: "How it stands." },
          tags: { type: "array", maxItems: 3, items: { type: "string", pattern: "^[a-z]+$" } },
          address: { anyOf: [{ $ref: "#/components/schemas/Address" }, { type: "null" }] },
          friends: { type: "array", items: { $ref: "#/components/schemas/User" } },
          extra: { type: "object", additionalProperties: { type: "string" } },
          contact: {
            oneOf: [
              { title: "By phone", type: "object", properties: { phone: { type: "string" } } },
              { type: "object", properties: { email: { type: "string" } } },
            ],
          },
          version: { const: 1 },
        },
      },
      State: {
        oneOf: [
          { const: "ON", description: "Works." },
          { type: "string", enum: ["OFF"], description: "Does not." },
          { const: "ODD" },
        ],
      },
      Address: {
        allOf: [
          { type: "object", required: ["city"], properties: { city: { type: "string" } } },
          { required: ["zip"], properties: { zip: { type: "string" } } },
        ],
      },
    },
  },
};
