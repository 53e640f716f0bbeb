// What an honest tenant does: it reads, people link accounts at its page, and its server takes webhooks. Each request is timed.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { parentPort, workerData } from "node:worker_threads";
import { clientAt } from "./client.mjs";
import { openWidget } from "./widget.mjs";

const ADDRESS = "127.0.0.1";
const PROVIDER = "grab";
/** How long an event may take to come; what is missed never does. */
const EVENT_MS = 15_000;
const READ_PAUSE_MS = 10;
const LINK_PAUSE_MS = 250;

const { program, key } = workerData;
const client = timed(clientAt(program, ADDRESS));
let [times, faults, links, stopped] = [[], [], 0, false];
/** The accounts that events are awaited of, and those of which they came. */
const heard = new Set();
/** Who waits for the end of a link that has not begun yet, and of the one that runs. */
const awaited = [];
let awaiting = [];

const receiver = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { type, data } = JSON.parse(Buffer.concat(chunks).toString());
  heard.add(`${type} ${data.accountId}`);
  response.writeHead(204).end();
});
await new Promise((resolve) => receiver.listen(0, ADDRESS, resolve));
const url = `http://${ADDRESS}:${receiver.address().port}/hooks`;
const secret = randomBytes(32).toString("hex");
const eventTypes = ["ACCOUNT_CONNECTED"];
await client.data("POST", "/sandbox/v1/webhooks", { name: "honest", url, secret, eventTypes, active: true }, key);

const works = [
  repeat(READ_PAUSE_MS, () => client.data("GET", "/sandbox/v1/users?size=10", undefined, key)),
  repeat(READ_PAUSE_MS, () => client.data("GET", "/sandbox/v1/accounts?size=10", undefined, key)),
  repeat(LINK_PAUSE_MS, linkAndHear),
];
parentPort.on("message", async (what) => {
  if (what === "link") {
    await new Promise((resolve) => awaited.push(resolve));
    parentPort.postMessage("linked");
    return;
  }
  if (what === "stop") {
    stopped = true;
    await Promise.all(works);
    client.close();
    receiver.close();
    receiver.closeAllConnections();
  }
  parentPort.postMessage(report());
});
parentPort.postMessage("ready");

async function linkAndHear() {
  awaiting = awaited.splice(0);
  try {
    await linkOnce();
  } finally {
    for (const resolve of awaiting) resolve();
  }
}

async function linkOnce() {
  const widget = await openWidget(client, key);
  const account = await widget.link(PROVIDER);
  const end = Date.now() + EVENT_MS;
  while (!heard.has(`ACCOUNT_CONNECTED ${account}`)) {
    if (Date.now() > end) throw new Error(`no event came in ${EVENT_MS / 1000} s`);
    await pause(25);
  }
  links += 1;
}

async function repeat(pauseMs, work) {
  while (!stopped) {
    try {
      await work();
    } catch (error) {
      if (faults.length < 5) faults.push(String(error.message ?? error));
    }
    await pause(pauseMs);
  }
}

/** The same client, with the time of each request noted. */
function timed({ data, close }) {
  const noted = async (...words) => {
    const begun = performance.now();
    try {
      return await data(...words);
    } finally {
      times.push(performance.now() - begun);
    }
  };
  return { data: noted, close };
}

function report() {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
  const since = { count: sorted.length, links, faults, p50: at(0.5), p99: at(0.99) };
  [times, faults, links] = [[], [], 0];
  return since;
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
