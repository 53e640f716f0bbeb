// Fails when what a person has to download grows past its budget.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url).pathname;
const KILOBYTE = 1000;

/** @param {string} path */
const gzipped = (path) => gzipSync(readFileSync(path), { level: 9 }).length;

/** The widget's words in one language; a person loads one at most. */
const LANGUAGE = /strings-[\w-]+\.js$/;

/** All that a page of its own needs before it shows anything. */
const pageOf = (/** @type {string} */ folder) => {
  const files = readdirSync(join(dist, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(js|css|html|svg|woff2)$/.test(name))
    .map((name) => ({ isLanguage: LANGUAGE.test(name), bytes: gzipped(join(dist, folder, name)) }));
  const always = files.filter(({ isLanguage }) => !isLanguage).reduce((sum, { bytes }) => sum + bytes, 0);
  return always + Math.max(0, ...files.filter(({ isLanguage }) => isLanguage).map(({ bytes }) => bytes));
};

const budgets = [
  { name: "smile.v2.js", bytes: gzipped(join(dist, "sdk/smile.v2.js")), limit: 6 * KILOBYTE },
  { name: "wink", bytes: pageOf("wink"), limit: 100 * KILOBYTE },
  // Beside it comes the OpenAPI document, which is as large as the API.
  { name: "docs", bytes: pageOf("docs"), limit: 60 * KILOBYTE },
];

for (const { name, bytes, limit } of budgets) {
  const fits = bytes < limit;
  console.log(`${fits ? "ok  " : "FAIL"} ${name}: ${bytes} bytes gzipped, limit ${limit}`);
  if (!fits) process.exitCode = 1;
}
