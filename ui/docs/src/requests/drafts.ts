/** From what was typed into an operation's form to the request that is sent and shown. */

import type { Operation } from "../spec/document";
import { mediaOf } from "../spec/examples";
import type { Parameter } from "../spec/types";

export interface Values {
  /** What was typed for each parameter, by `keyOf`. Empty means that it is not sent. */
  parameters: Record<string, string>;
  body: string;
}

export interface Credentials {
  key: string;
  secret: string;
}

/** A request without its credentials. */
export interface Draft {
  method: string;
  url: string;
  headers: [name: string, value: string][];
  body: string | null;
  /** Whether it has to carry an API key. */
  isProtected: boolean;
}

/** Parameters of the same name may stand in different places. */
export const keyOf = ({ in: place, name }: Parameter): string => `${place}:${name}`;

/** Which parameters a person can fill in. A browser sends cookies, or not, by itself. */
export const fillable = ({ parameters }: Operation): Parameter[] => parameters.filter((one) => one.in !== "cookie");

/** An empty path parameter stays as `{id}`, so that an unfinished request can be shown. */
export function draftOf(operation: Operation, serverUrl: string, { parameters, body }: Values): Draft {
  let path = operation.path;
  const query: string[] = [];
  const headers: [string, string][] = [];
  for (const parameter of fillable(operation)) {
    const value = parameters[keyOf(parameter)] ?? "";
    if (value === "") continue;
    if (parameter.in === "path") path = path.replaceAll(`{${parameter.name}}`, encodeURIComponent(value));
    else if (parameter.in === "query") query.push(...pairsOf(parameter, value));
    else headers.push([parameter.name, value]);
  }
  const sent = operation.body && body.trim() !== "" ? body : null;
  if (sent !== null) headers.push(["Content-Type", mediaOf(operation.body?.content)?.type ?? "application/json"]);
  return {
    method: operation.method,
    url: `${serverUrl}${path}${query.length ? `?${query.join("&")}` : ""}`,
    headers,
    body: sent,
    isProtected: operation.isProtected,
  };
}

/** A list is typed with commas; the document says whether it is also sent so. */
function pairsOf(parameter: Parameter, value: string): string[] {
  const pair = (one: string) => `${encodeURIComponent(parameter.name)}=${encodeURIComponent(one)}`;
  const isList = [parameter.schema?.type].flat().includes("array");
  if (!isList) return [pair(value)];
  const items = value
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean);
  return parameter.explode === false
    ? [items.map(encodeURIComponent).join(",")].map((all) => `${encodeURIComponent(parameter.name)}=${all}`)
    : items.map(pair);
}

/** What a browser lets through as a header: one line of Latin letters. */
const HEADER_TEXT = /^[\x20-\x7e\xa0-\xff]*$/;

/** What has to be set right before the request can be sent, by the key of the parameter, `key`, `secret` or `body`. */
export function faultsOf(operation: Operation, values: Values, credentials: Credentials): Map<string, string> {
  const faults = new Map<string, string>();
  if (operation.isProtected) {
    if (!credentials.key.trim()) faults.set("key", "Type your API key.");
    else if (credentials.key.includes(":")) faults.set("key", "An API key has no colon.");
    if (!credentials.secret) faults.set("secret", "Type the secret that belongs to the key.");
  }
  for (const parameter of fillable(operation)) {
    const value = values.parameters[keyOf(parameter)] ?? "";
    if (!value && (parameter.required || parameter.in === "path")) faults.set(keyOf(parameter), "This is required.");
    else if (parameter.in === "header" && !HEADER_TEXT.test(value))
      faults.set(keyOf(parameter), "A header can hold only plain Latin letters on one line.");
  }
  const bodyFault = operation.body ? faultOfBody(values.body, operation.body.required ?? false) : null;
  if (bodyFault) faults.set("body", bodyFault);
  return faults;
}

function faultOfBody(body: string, required: boolean): string | null {
  if (!body.trim()) return required ? "A body is required." : null;
  try {
    JSON.parse(body);
    return null;
  } catch (error) {
    return `This is not JSON yet: ${error instanceof Error ? error.message : "it cannot be read"}`;
  }
}
