/** The OpenAPI document as the reference needs it: flat lists, references followed. */

import type { Answer, Body, Parameter, RawDocument, RawOperation, Ref, Server } from "./types";

const METHODS = ["get", "post", "put", "patch", "delete"] as const;
const MAX_HOPS = 20;
const UNTAGGED = "Other";

export interface Operation {
  id: string;
  /** Upper case. */
  method: string;
  path: string;
  tag: string;
  summary: string;
  description: string;
  deprecated: boolean;
  /** Whether it needs an API key. */
  isProtected: boolean;
  /** What its API key must be allowed to do. */
  rights: string[];
  parameters: Parameter[];
  body: Body | null;
  answers: { status: string; answer: Answer }[];
}

export interface ApiEvent {
  name: string;
  summary: string;
  description: string;
  body: Body | null;
}

export interface Group {
  name: string;
  description: string;
  operations: Operation[];
}

export interface ApiServer {
  /** Without a slash at the end. */
  url: string;
  description: string;
  isSandbox: boolean;
}

export class ApiDocument {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly servers: ApiServer[];
  readonly groups: Group[];
  readonly operations: Operation[];
  readonly events: ApiEvent[];
  /** Whether an API key is what its callers have: only such an API can be called from here. */
  readonly takesKeys: boolean;
  readonly #raw: RawDocument;

  /** `address` is where the document was read from: its servers may be relative to it. */
  constructor(raw: RawDocument, address: string) {
    this.#raw = raw;
    this.title = raw.info?.title ?? "API";
    this.version = raw.info?.version ?? "";
    this.description = raw.info?.description ?? "";
    this.servers = (raw.servers ?? [{ url: "/" }]).map((server) => serverOf(server, address));
    const schemes = Object.values(raw.components?.securitySchemes ?? {});
    this.takesKeys = schemes.every(({ scheme }) => scheme === "basic");
    this.operations = this.#readOperations();
    this.groups = this.#readGroups();
    this.events = Object.entries(raw.webhooks ?? {}).map(([name, item]) => this.#readEvent(name, item));
  }

  /**
   * What a reference names, with the words that stand beside the reference; any other object as it is. What is no object
   * at all (a schema may be `true`) says nothing.
   */
  resolve<T extends object>(given: T | Ref | boolean): T {
    let found: object = isObject(given) ? given : {};
    for (let hops = 0; hops < MAX_HOPS && "$ref" in found && typeof found.$ref === "string"; hops += 1) {
      const { $ref, ...beside } = found as Ref;
      found = { ...this.#at($ref), ...beside };
    }
    return found as T;
  }

  #at(pointer: string): object {
    if (!pointer.startsWith("#/")) return {};
    let found: unknown = this.#raw;
    for (const part of pointer.slice(2).split("/")) {
      const name = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
      found = isObject(found) && Object.hasOwn(found, name) ? found[name] : undefined;
    }
    return isObject(found) ? found : {};
  }

  #readOperations(): Operation[] {
    return Object.entries(this.#raw.paths ?? {}).flatMap(([path, item]) =>
      METHODS.flatMap((method) => {
        const raw = item[method];
        return isObject(raw) ? [this.#readOperation(method.toUpperCase(), path, raw, item.parameters ?? [])] : [];
      }),
    );
  }

  #readOperation(method: string, path: string, raw: RawOperation, shared: (Parameter | Ref)[]): Operation {
    const own = (raw.parameters ?? []).map((parameter) => this.resolve(parameter));
    const inherited = shared
      .map((parameter) => this.resolve(parameter))
      .filter((parameter) => !own.some((mine) => mine.name === parameter.name && mine.in === parameter.in));
    const id = raw.operationId ?? `${method.toLowerCase()}${path.replace(/[^\w]+/g, "-")}`;
    return {
      id,
      method,
      path,
      tag: raw.tags?.[0] ?? UNTAGGED,
      summary: raw.summary ?? id,
      description: raw.description ?? "",
      deprecated: raw.deprecated ?? false,
      rights: (raw.security ?? []).flatMap((needed) => Object.values(needed).flat()),
      isProtected: (raw.security ?? this.#raw.security ?? []).some((needed) => Object.keys(needed).length > 0),
      parameters: [...inherited, ...own],
      body: raw.requestBody ? this.resolve(raw.requestBody) : null,
      answers: Object.entries(raw.responses ?? {}).map(([status, answer]) => ({
        status,
        answer: this.resolve(answer),
      })),
    };
  }

  #readGroups(): Group[] {
    const tags = this.#raw.tags ?? [];
    const names = new Set([...tags.map(({ name }) => name), ...this.operations.map(({ tag }) => tag)]);
    return [...names]
      .map((name) => ({
        name,
        description: tags.find((tag) => tag.name === name)?.description ?? "",
        operations: this.operations.filter(({ tag }) => tag === name),
      }))
      .filter(({ operations }) => operations.length > 0);
  }

  #readEvent(name: string, item: Record<string, unknown>): ApiEvent {
    const raw: RawOperation = isObject(item.post) ? item.post : {};
    return {
      name,
      summary: raw.summary ?? name,
      description: raw.description ?? "",
      body: raw.requestBody ? this.resolve(raw.requestBody) : null,
    };
  }
}

function serverOf({ url, description = "" }: Server, address: string): ApiServer {
  const absolute = new URL(url, address).href.replace(/\/$/, "");
  return { url: absolute, description, isSandbox: /sandbox/i.test(url) || /^sandbox/i.test(description) };
}

/** Whether every word of the search stands somewhere in its path, summary, id or group. */
export function matches(search: string, ...texts: string[]): boolean {
  const all = texts.join(" ").toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
