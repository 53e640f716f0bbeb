import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { Draft } from "./drafts";
import { LANGUAGES, snippetOf } from "./snippets";

const BODY =
  '{\n  "name": "it\'s \\"Ana\\" \\/ $HOME `x` é",\n  "amount": 1234.50,\n  "ok": true,\n  "none": null,\n  "true": [false]\n}';
const draft: Draft = {
  method: "POST",
  url: "https://api.example.com/v1/users?a=1&b='2'",
  headers: [
    ["Idempotency-Key", "it's once"],
    ["Content-Type", "application/json"],
  ],
  body: BODY,
  isProtected: true,
};
const read: Draft = {
  method: "GET",
  url: "https://api.example.com/v1/users",
  headers: [],
  body: null,
  isProtected: true,
};

/** Runs a program that prints its arguments in place of curl. */
function argumentsOf(script: string): string[] {
  const program = `curl() { for one in "$@"; do printf '%s\\0' "$one"; done; }\n${script}`;
  const { stdout, status } = spawnSync("sh", ["-c", program], {
    encoding: "utf8",
    env: { SAHOD_API_KEY: "k", SAHOD_API_SECRET: "s" },
  });
  expect(status).toBe(0);
  return stdout.split("\0").slice(0, -1);
}

describe("curl", () => {
  it("is short for a list", () => {
    expect(snippetOf("curl", read)).toBe(
      "curl 'https://api.example.com/v1/users' \\\n  -u \"$SAHOD_API_KEY:$SAHOD_API_SECRET\"",
    );
  });

  it("says to a shell exactly what was typed", () => {
    expect(argumentsOf(snippetOf("curl", draft))).toEqual([
      "-X",
      "POST",
      draft.url,
      "-u",
      "k:s",
      "-H",
      "Idempotency-Key: it's once",
      "-H",
      "Content-Type: application/json",
      "-d",
      BODY,
    ]);
  });
});

describe("JavaScript", () => {
  it("runs, and sends the same", async () => {
    const calls: [string, RequestInit][] = [];
    const run = new Function(
      "fetch",
      "console",
      "process",
      `return (async () => {${snippetOf("JavaScript", draft)}})()`,
    );
    const answer = { status: 201, json: () => Promise.resolve({}) };
    await run(
      (url: string, init: RequestInit) => {
        calls.push([url, init]);
        return Promise.resolve(answer);
      },
      { log: () => {} },
      { env: { SAHOD_API_KEY: "k", SAHOD_API_SECRET: "s" } },
    );
    const [[url, init] = ["", {}]] = calls;
    expect([url, init.method, init.headers]).toEqual([
      draft.url,
      "POST",
      { Authorization: `Basic ${btoa("k:s")}`, "Idempotency-Key": "it's once", "Content-Type": "application/json" },
    ]);
    expect(JSON.parse(String(init.body))).toEqual(JSON.parse(BODY));
  });
});

describe("Python", () => {
  it("writes JSON as Python", () => {
    const code = snippetOf("Python", draft);
    expect(code).toContain('"ok": True,');
    expect(code).toContain('"none": None,');
    expect(code).toContain('"true": [False]');
    expect(code).toContain('"amount": 1234.50,');
    expect(code).toContain('it\'s \\"Ana\\" / $HOME `x` é');
    expect(code).toContain('auth=(os.environ["SAHOD_API_KEY"], os.environ["SAHOD_API_SECRET"]),');
    expect(code).toContain('headers={"Idempotency-Key": "it\'s once"},');
  });
});

it.each(LANGUAGES)("%s leaves the key out where none is needed", (language) => {
  const snippet = snippetOf(language, { ...read, isProtected: false });
  expect(snippet).not.toMatch(/SAHOD|auth|environ/i);
  expect(snippet).toContain("https://api.example.com/v1/users");
});
