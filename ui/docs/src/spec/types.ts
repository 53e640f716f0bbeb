/** The parts of OpenAPI 3.1 that the reference shows. Everything may be absent: a document is input. */

export interface Ref {
  $ref: string;
  summary?: string;
  description?: string;
}

type SchemaType = "string" | "number" | "integer" | "boolean" | "object" | "array" | "null";

/** `true`, where a schema may stand, allows anything. */
export interface Schema {
  $ref?: string;
  type?: SchemaType | SchemaType[];
  title?: string;
  description?: string;
  format?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  example?: unknown;
  examples?: unknown[];
  deprecated?: boolean;
  readOnly?: boolean;
  writeOnly?: boolean;
  properties?: Record<string, Schema | boolean>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema | boolean;
  allOf?: (Schema | boolean)[];
  oneOf?: (Schema | boolean)[];
  anyOf?: (Schema | boolean)[];
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minProperties?: number;
  maxProperties?: number;
  /** What a text holds. */
  contentSchema?: Schema;
}

interface Example {
  summary?: string;
  description?: string;
  value?: unknown;
}

export interface Media {
  schema?: Schema;
  example?: unknown;
  examples?: Record<string, Example | Ref>;
}

export interface Parameter {
  name: string;
  in: "path" | "query" | "header" | "cookie";
  description?: string;
  required?: boolean;
  deprecated?: boolean;
  explode?: boolean;
  schema?: Schema;
  example?: unknown;
}

export interface Body {
  description?: string;
  required?: boolean;
  content?: Record<string, Media>;
}

interface Header {
  description?: string;
  schema?: Schema;
}

export interface Answer {
  description?: string;
  headers?: Record<string, Header | Ref>;
  content?: Record<string, Media>;
}

export interface RawOperation {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  deprecated?: boolean;
  security?: Record<string, string[]>[];
  parameters?: (Parameter | Ref)[];
  requestBody?: Body | Ref;
  responses?: Record<string, Answer | Ref>;
}

type PathItem = { [method: string]: unknown; parameters?: (Parameter | Ref)[] };

export interface Server {
  url: string;
  description?: string;
}

export interface RawDocument {
  openapi?: string;
  info?: { title?: string; version?: string; description?: string };
  servers?: Server[];
  tags?: { name: string; description?: string }[];
  security?: Record<string, string[]>[];
  paths?: Record<string, PathItem>;
  webhooks?: Record<string, PathItem>;
  components?: { securitySchemes?: Record<string, { scheme?: string }>; [kind: string]: unknown };
}
