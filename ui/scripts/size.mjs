// Fails when what a person has to download grows past its budget.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url).pathname;
const KILOBYTE = 1000;

/** @param {string} path */
const gzipped = (path) => gzipSync(readFileSync(path), { level: 9 }).length;

const winkFiles = readdirSync(join(dist, "wink"), { recursive: true, encoding: "utf8" })
  .filter((name) => /\.(js|css|html)$/.test(name))
  .map((name) => join(dist, "wink", name));

const budgets = [
  { name: "smile.v2.js", bytes: gzipped(join(dist, "sdk/smile.v2.js")), limit: 6 * KILOBYTE },
  { name: "wink", bytes: winkFiles.reduce((sum, path) => sum + gzipped(path), 0), limit: 100 * KILOBYTE },
];

for (const { name, bytes, limit } of budgets) {
  const fits = bytes < limit;
  console.log(`${fits ? "ok  " : "FAIL"} ${name}: ${bytes} bytes gzipped, limit ${limit}`);
  if (!fits) process.exitCode = 1;
}
