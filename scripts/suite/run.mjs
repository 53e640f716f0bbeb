// Runs everything that CI runs, or with `ONLY=room` one room's tests, and says at the end what ran, how many, how long, what was
// skipped and why, and how to repeat what failed. `make test` calls it.
import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { partsOf, ROOM_NAMES } from "./parts.mjs";
import { summarise } from "./summary.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const LOGS = "target/suite";

const room = process.env.ONLY?.trim();
const parts = partsOf(room, ROOT);
if (!parts) {
  console.error(`ONLY=${room}: there is no such room. There are ${ROOM_NAMES}.`);
  process.exit(2);
}

const running = new Set();
let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM"])
  process.on(signal, () => {
    interrupted = true;
    for (const child of running) child.kill(signal);
  });

rmSync(ROOT + LOGS, { recursive: true, force: true });
mkdirSync(ROOT + LOGS, { recursive: true });
const begun = Date.now();
const results = new Map();
const endings = new Map();
/** The last part so far of each lane. */
const last = new Map();
for (const part of parts) {
  const before = [...(part.needs ?? []), ...(last.has(part.lane) ? [last.get(part.lane)] : [])];
  const ready = Promise.all(before.map((name) => endings.get(name)));
  endings.set(
    part.name,
    ready.then(async () => results.set(part.name, await result(part))),
  );
  last.set(part.lane, part.name);
}
await Promise.all(endings.values());
summarise(parts, results, (Date.now() - begun) / 1000);
const good = [...results.values()].every(({ state }) => state === "ok");
process.exitCode = good ? 0 : 1;

async function result(part) {
  if (interrupted) return { state: "skipped", why: "interrupted" };
  const lacking = (part.needs ?? []).filter((need) => results.get(need).state !== "ok");
  return lacking.length ? { state: "skipped", why: `needs: ${lacking.join(", ")}` } : run(part);
}

/** Runs a part. What it prints goes into its log and, with its name before it when others run beside it, on the screen. */
async function run(part) {
  const words = ["make", part.make, ...(part.variables ?? [])];
  const log = `${LOGS}/${part.make}.log`;
  console.log(`==== ${part.name}: ${words.join(" ")}`);
  const begun = Date.now();
  const file = createWriteStream(ROOT + log);
  const child = spawn("nice", ["-n", String(part.niceness ?? 0), ...words], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => {
      file.write(`${line}\n`);
      console.log(part.lane ? `[${part.name}] ${line}` : line);
    });
  const code = await new Promise((resolve) => child.once("close", resolve));
  running.delete(child);
  await new Promise((resolve) => file.end(resolve));
  const took = (Date.now() - begun) / 1000;
  const counts = part.count?.(stripVTControlCharacters(readFileSync(ROOT + log, "utf8")));
  const ok = code === 0 && (!part.count || counts);
  return { state: ok ? "ok" : "FAILED", counts, took, log, repeat: words.join(" ") };
}
