// Drives the built program in a real browser: the demo page, the widget and customers' pages, from outside, as people
// do. `node e2e/run.mjs [part of a name]...`; SAHOD_BIN names another binary, CHROMIUM another browser. Stops at the
// first failure, or with --keep-going at the end. Pictures of every step are in test-output/e2e/.
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadCases } from "../scripts/cases.mjs";
import { launch } from "./harness/browser.mjs";
import { startCustomer } from "./harness/customer.mjs";
import { openApi } from "./harness/open-api.mjs";
import { startSahod } from "./harness/sahod.mjs";
import { openSession } from "./harness/session.mjs";

const CASE_MS = 120_000;
/** How many cases run at the same time, each lane with a program of its own: much of a case is waiting. */
const LANES = 3;

const words = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const keepGoing = process.argv.includes("--keep-going");
const cases = await loadCases(new URL("./cases/", import.meta.url), words);
let passed = 0;
let failed = 0;

if (!words.length)
  rmSync(fileURLToPath(new URL("../test-output/e2e/", import.meta.url)), { recursive: true, force: true });
// The browser first: it ends with this process whatever happens, the program only when it is told to.
const browser = await launch();
const queue = [...cases];
for (const lane of await Promise.allSettled(Array.from({ length: Math.min(LANES, cases.length) }, runLane))) {
  if (lane.status === "fulfilled") continue;
  failed += 1;
  console.error(`FAILED a lane: ${lane.reason.stack ?? lane.reason}`);
}
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed || !passed ? 1 : 0;

async function runLane() {
  const world = await startWorld();
  try {
    while (queue.length && (keepGoing || !failed)) await runCase(queue.shift(), world);
  } finally {
    await world.stop();
  }
}

/** The program, its API and a customer's site. */
async function startWorld() {
  const sahod = await startSahod();
  const api = openApi(sahod);
  const customer = await startCustomer(sahod, api);
  const origins = [sahod.webUrl, sahod.demoUrl, customer.url, customer.nearUrl].map((url) => new URL(url).origin);
  const stop = async () => {
    customer.stop();
    const how = await sahod.stop();
    if (how === 0) return;
    failed += 1;
    console.error(`FAILED sahod ended with ${how} when it was told to stop\n${sahod.log()}`);
  };
  return { sahod, api, customer, origins, stop };
}

async function runCase({ name, run }, shared) {
  const startedAt = Date.now();
  const sessions = [];
  const worlds = [shared];
  const origins = new Set(shared.origins);
  /** A program of the case's own, for what would be felt by other cases, such as moving the clock. */
  const ownWorld = async () => {
    const world = await startWorld();
    worlds.push(world);
    for (const origin of world.origins) origins.add(origin);
    return world;
  };
  const open = async (size, options) => {
    const session = await openSession(browser, origins, name.replace(/\W+/g, "-"), size, options);
    sessions.push(session);
    return session;
  };
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${CASE_MS / 1000} s`)), CASE_MS);
  });
  try {
    await Promise.race([run({ ...shared, open, ownWorld }), late]);
    for (const session of sessions) await session.close();
    passed += 1;
    console.log(`ok ${name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed += 1;
    console.error(`FAILED ${name}\n${error.stack ?? error}`);
    for (const session of sessions) {
      await session.glimpse("STOPPED").catch(() => {});
      if (session.faults.length) console.error(`The pages also said:\n  ${session.faults.join("\n  ")}`);
      await session.context.close().catch(() => {});
    }
    for (const { sahod } of worlds) if (sahod.log()) console.error(`sahod said:\n${sahod.log()}`);
  } finally {
    clearTimeout(timer);
    for (const world of worlds.slice(1)) await world.stop();
  }
}
