// The end of a run, for a person to read.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** How much of what a failed part printed is shown again. */
const LAST_LINES = 25;

export function summarise(parts, results, seconds) {
  const failed = parts.map(({ name }) => [name, results.get(name)]).filter(([, { state }]) => state === "FAILED");
  for (const [name, { log }] of failed) {
    const lines = readFileSync(ROOT + log, "utf8")
      .trimEnd()
      .split("\n");
    console.log(`\n==== ${name} FAILED; the end of ${log}:`);
    console.log(lines.slice(-LAST_LINES).join("\n"));
  }

  const width = Math.max(...parts.map(({ name }) => name.length));
  const totals = { passed: 0, failed: 0, skipped: 0 };
  console.log(`\n==== ${duration(seconds)} in all; parts run side by side\n`);
  for (const { name } of parts) {
    const result = results.get(name);
    const counts = countsOf(result);
    for (const word of Object.keys(totals)) totals[word] += counts[word];
    console.log(
      `${name.padEnd(width)}  ${result.state.padEnd(7)}  ${duration(result.took).padStart(7)}  ${details(result)}`.trimEnd(),
    );
  }
  console.log();
  for (const line of ignoredTests(parts)) console.log(`skipped: ${line}`);
  if (failed.length) console.log("To repeat what failed:");
  for (const [, { repeat }] of failed) console.log(`  ${repeat}`);
  console.log(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
}

/** Why a Rust test is never run here stands with the test, and no runner prints it. */
function ignoredTests(parts) {
  if (!parts.some((part) => part.make === "test-rust")) return [];
  const options = ["-rno", "--include=*.rs", "#\\[ignore = .*\\]", "crates", "xtask", "fuzz"];
  return spawnSync("grep", options, { cwd: ROOT, encoding: "utf8" }).stdout.trim().split("\n").filter(Boolean);
}

/** A part that does not count is one check. One that failed without a failure among what it counted is one more. */
function countsOf({ state, counts }) {
  if (state === "skipped") return { passed: 0, failed: 0, skipped: 1 };
  const known = counts ?? { passed: state === "ok" ? 1 : 0, failed: 0, skipped: 0 };
  return state === "FAILED" && !known.failed ? { ...known, failed: 1 } : known;
}

function details({ why, counts, log, state }) {
  if (why) return why;
  const numbers = Object.entries(counts ?? {}).filter(([, number]) => number);
  const words = numbers.map(([word, number]) => `${number} ${word}`);
  return [...words, ...(state === "FAILED" ? [log] : [])].join(", ");
}

function duration(seconds) {
  if (seconds === undefined) return "";
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}
