// Attacks the built program as strangers would, each attack from addresses of its own, while an honest client of another tenant
// goes on. `node attack/run.mjs [part of a name]...`; SAHOD_BIN names another binary.
//
// A case takes some seconds and fails when the honest client is refused, misses an event, or waits: for a second, which is what
// is promised, or, on a machine that is slow by itself, forty times as long as without an attack.
import assert from "node:assert/strict";
import { loadCases } from "../scripts/cases.mjs";
import { startHonest } from "./harness/honest.mjs";
import { startProgram } from "./harness/program.mjs";

/** Some take a third of a minute on a machine that does nothing else. */
const CASE_MS = 180_000;
const CALM_MS = 4_000;
const LONGEST_WAIT_MS = 1_000;
const TIMES_AS_LONG = 40;

const words = process.argv.slice(2);
const cases = await loadCases(new URL("./cases/", import.meta.url), words);
let passed = 0;
let failed = 0;

const program = await startProgram();
try {
  const honest = await startHonest(program);
  await sleep(CALM_MS);
  const calm = await honest.report();
  console.log(`without an attack: ${told(calm)}`);
  for (const one of cases) await runCase(one, honest, calm);
  await honest.stop();
} catch (error) {
  failed += 1;
  console.error(`FAILED the room\n${error.stack ?? error}`);
}
const how = await program.stop();
if (how !== 0) {
  failed += 1;
  console.error(`FAILED sahod ended with ${how} when it was told to stop`);
}
if (failed) console.error(`sahod said:\n${program.log()}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed || !passed ? 1 : 0;

async function runCase({ name, run }, honest, calm) {
  const ends = [];
  const begun = Date.now();
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${CASE_MS / 1000} s`)), CASE_MS);
  });
  try {
    await honest.report();
    // What a case opens it gives to `atEnd` to be closed, however it ends.
    await Promise.race([run({ program, sleep, atEnd: (end) => ends.push(end) }), late]);
    // What the case began still goes on.
    await Promise.race([honest.link(), late]);
    const report = await honest.report();
    unharmed(report, calm);
    passed += 1;
    console.log(`ok ${name} (${((Date.now() - begun) / 1000).toFixed(1)} s; ${told(report)})`);
  } catch (error) {
    failed += 1;
    console.error(`FAILED ${name}\n${error.stack ?? error}`);
  } finally {
    clearTimeout(timer);
    for (const end of ends) await end();
  }
}

function unharmed(report, calm) {
  assert.deepEqual(report.faults, [], "the honest client was refused, or an event did not come");
  assert.ok(report.count >= 20, `the honest client made only ${report.count} requests`);
  const most = Math.max(LONGEST_WAIT_MS, TIMES_AS_LONG * calm.p99);
  assert.ok(report.p99 <= most, `the honest client waited: ${told(report)}; at most ${most} ms`);
}

function told({ count, links, p50, p99 }) {
  return `${count} requests of the honest client, ${links} links, p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`;
}

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
