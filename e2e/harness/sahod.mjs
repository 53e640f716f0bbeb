// Starts the built program on a free port, with its data in a folder that goes away again.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const READY_MS = 30_000;
const STOP_MS = 10_000;
/** Short enough to wait for, long enough to be seen counting down. */
const RESEND_AFTER_S = "10";
const BINARY = process.env.SAHOD_BIN ?? fileURLToPath(new URL("../../target/release/sahod", import.meta.url));

export async function startSahod() {
  if (!existsSync(BINARY)) throw new Error(`${BINARY} is missing: run "make build", or name another in SAHOD_BIN.`);
  const data = await mkdtemp(join(tmpdir(), "sahod-e2e-"));
  const child = spawn(BINARY, ["dev", "--json", "--port", "0", "--data", data], {
    env: { ...withoutSettings(process.env), SAHOD_SANDBOX__RESEND_AFTER_S: RESEND_AFTER_S },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal)));
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    log += text;
  });
  const stop = async () => {
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    child.kill("SIGTERM");
    const how = await ended;
    clearTimeout(timer);
    await rm(data, { recursive: true, force: true });
    return how;
  };
  try {
    const line = await firstLine(child, ended);
    return { ...JSON.parse(line), data, log: () => log, stop };
  } catch (error) {
    await stop();
    throw new Error(`sahod dev did not start: ${error.message}\n${log}`);
  }
}

async function firstLine(child, ended) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing was printed in ${READY_MS / 1000} s`)), READY_MS);
  });
  const line = new Promise((resolve) => createInterface({ input: child.stdout }).once("line", resolve));
  const died = ended.then((how) => Promise.reject(new Error(`it ended with ${how}`)));
  try {
    return await Promise.race([line, died, late]);
  } finally {
    clearTimeout(timer);
    died.catch(() => {});
  }
}

/** The program takes its settings from `SAHOD_...` too; whoever runs the tests may have some set. */
function withoutSettings(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("SAHOD_")));
}
