// How many passed, failed and were skipped, by what the tools print. A tool that changes its words is noticed: what is not found
// counts as a failure of the part.

/** The numbers before those words, summed over all lines that match. */
function sum(text, lines, words) {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  const found = text.match(lines) ?? [];
  for (const line of found)
    for (const [name, word] of Object.entries(words)) {
      const number = line.match(new RegExp(`(\\d+) ${word}`));
      if (number) totals[name] += Number(number[1]);
    }
  return found.length ? totals : undefined;
}

/** nextest, and cargo's own runner for the tests in documentation or for everything. */
export function rustTests(text) {
  const words = { passed: "passed", failed: "(?:failed|timed out)", skipped: "(?:skipped|ignored)" };
  return sum(text, /^ *Summary \[.*|^test result: .*/gm, words);
}

/** vitest. */
export const unitTests = (text) =>
  sum(text, /^ *Tests .*/gm, { passed: "passed", failed: "failed", skipped: "skipped" });

/** e2e/run.mjs and attack/run.mjs. */
export const cases = (text) => sum(text, /^\d+ passed, \d+ failed$/gm, { passed: "passed", failed: "failed" });

/** libFuzzer, of each target that ended by itself. */
export function fuzzTargets(text) {
  const passed = text.match(/^stat::number_of_executed_units:/gm)?.length;
  return passed && { passed, failed: 0, skipped: 0 };
}

/** The operations that the client made of the contract read; schemathesis, whose cases are many, counts as one more. */
export function clients(text) {
  const read = text.match(/reads (\d+) operations/);
  return read && { passed: Number(read[1]) + 1, failed: 0, skipped: 0 };
}
