/** The same request in the languages that people paste it into. Keys are read from the environment, never written out. */

import { textPieces } from "../../../shared/json";
import type { Draft } from "./drafts";

export const LANGUAGES = ["curl", "JavaScript", "Python"] as const;
export type Language = (typeof LANGUAGES)[number];

const KEY = "SAHOD_API_KEY";
const SECRET = "SAHOD_API_SECRET";

export function snippetOf(language: Language, draft: Draft): string {
  return { curl, JavaScript: javaScript, Python: python }[language](draft);
}

function curl({ method, url, headers, body, isProtected }: Draft): string {
  const parts = [
    // `-X POST` with a body is what curl does anyway, but whoever reads it need not know that.
    method === "GET" ? `curl ${shell(url)}` : `curl -X ${method} ${shell(url)}`,
    isProtected ? `-u "$${KEY}:$${SECRET}"` : "",
    ...headers.map(([name, value]) => `-H ${shell(`${name}: ${value}`)}`),
    body === null ? "" : `-d ${shell(body)}`,
  ];
  return parts.filter(Boolean).join(" \\\n  ");
}

const shell = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function javaScript({ method, url, headers, body, isProtected }: Draft): string {
  const lines = headers.map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)},`);
  if (isProtected) lines.unshift('    "Authorization": "Basic " + btoa(credentials),');
  const options = [
    method === "GET" ? "" : `  method: ${JSON.stringify(method)},`,
    lines.length ? `  headers: {\n${lines.join("\n")}\n  },` : "",
    body === null ? "" : `  body: JSON.stringify(${indented(body, "  ")}),`,
  ].filter(Boolean);
  const call = options.length
    ? `fetch(${JSON.stringify(url)}, {\n${options.join("\n")}\n})`
    : `fetch(${JSON.stringify(url)})`;
  return [
    ...(isProtected ? [`const credentials = \`\${process.env.${KEY}}:\${process.env.${SECRET}}\`;`] : []),
    `const response = await ${call};`,
    "console.log(response.status, await response.json());",
  ].join("\n");
}

function python({ method, url, headers, body, isProtected }: Draft): string {
  const own = headers.filter(([name]) => body === null || name !== "Content-Type");
  const options = [
    isProtected ? `    auth=(os.environ["${KEY}"], os.environ["${SECRET}"]),` : "",
    own.length
      ? `    headers={${own.map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(", ")}},`
      : "",
    body === null ? "" : `    json=${indented(pythonValue(body), "    ")},`,
    "    timeout=30,",
  ].filter(Boolean);
  return [
    ...(isProtected ? ["import os", ""] : []),
    "import requests",
    "",
    `response = requests.${method.toLowerCase()}(`,
    `    ${JSON.stringify(url)},`,
    ...options,
    ")",
    "print(response.status_code, response.json())",
  ].join("\n");
}

const indented = (text: string, by: string): string => text.trim().replaceAll("\n", `\n${by}`);

const PYTHON_WORDS: Record<string, string> = { true: "True", false: "False", null: "None" };

/** JSON as Python writes it: other words for three values, and fewer escapes. */
function pythonValue(json: string): string {
  return textPieces(json)
    .map(({ text, kind }) => {
      if (kind === "text" || kind === "name") return pythonText(text);
      return PYTHON_WORDS[text] ?? text;
    })
    .join("");
}

function pythonText(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json));
  } catch {
    return json;
  }
}
