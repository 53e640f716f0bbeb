// Starts the built program as an operator would, `sahod serve` with a limit of open files that is an old one, and three tenants
// in it: one that is honest, one that strangers have a key of, and one whose receivers are late.
import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const READY_MS = 60_000;
const STOP_MS = 30_000;
const BINARY = process.env.SAHOD_BIN ?? fileURLToPath(new URL("../../target/release/sahod", import.meta.url));
/** As many as shells give. Connections are held in this many, and not one is to spare. */
const DESCRIPTORS = 1024;

/**
 * The limits are the defaults but for those of requests per second, as all that is honest here comes from one address, and two
 * times that are shorter so that no case has to wait for them. And a tenant may have more webhooks than by default, which would
 * leave little to attack with.
 */
const SETTINGS = {
  SAHOD_SERVER__LISTEN: "127.0.0.1:0",
  SAHOD_SERVER__TIMEOUT_MS: "4000",
  SAHOD_SERVER__DRAIN_MS: "0",
  SAHOD_RATE_LIMIT__PER_SECOND: "100000",
  SAHOD_RATE_LIMIT__BURST: "100000",
  SAHOD_SANDBOX__SHORTEST_STEP_MS: "1",
  SAHOD_SANDBOX__LONGEST_STEP_MS: "5",
  SAHOD_OUTBOUND__ALLOW_PRIVATE_NETWORKS: "true",
  SAHOD_WEBHOOKS__PER_TENANT: "500",
};

export async function startProgram() {
  if (!existsSync(BINARY)) throw new Error(`${BINARY} is missing: run "make build", or name another in SAHOD_BIN.`);
  const folder = await mkdtemp(join(tmpdir(), "sahod-attack-"));
  await mkdir(join(folder, "var"), { mode: 0o700 });
  const env = { PATH: process.env.PATH, HOME: folder, ...SETTINGS };
  const options = { cwd: folder, env };
  await writeFile(join(folder, "sahod.toml"), "");
  const tenants = Object.fromEntries(["honest", "stranger", "late"].map((tenant) => [tenant, makeKey(tenant, options)]));

  const child = spawn("sh", ["-c", `ulimit -n ${DESCRIPTORS} && exec "$0" serve`, BINARY], {
    ...options,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal)));
  let log = "";
  const ready = new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`it does not serve after ${READY_MS / 1000} s`)), READY_MS);
    child.stderr.setEncoding("utf8").on("data", (text) => {
      log += text;
      const address = log.match(/"message":"serving","address":"([^"]+)"/)?.[1];
      if (!address) return;
      clearTimeout(late);
      resolve(address);
    });
    ended.then((how) => reject(new Error(`it ended with ${how}`)));
  });
  const stop = async () => {
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    child.kill("SIGTERM");
    const how = await ended;
    clearTimeout(timer);
    await rm(folder, { recursive: true, force: true });
    return how;
  };
  try {
    const [host, port] = (await ready).split(":");
    return { host, port: Number(port), tenants, log: () => log, stop };
  } catch (error) {
    await stop();
    throw new Error(`sahod serve did not start: ${error.message}\n${log}`);
  }
}

/** A key of a new tenant, as a header. */
function makeKey(tenant, options) {
  const words = ["keys", "create", "--tenant", tenant, "--name", tenant, "--mode", "sandbox", "--label", "attack"];
  const printed = execFileSync(BINARY, words, { ...options, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const value = (name) => printed.match(new RegExp(`^${name}.* (\\S+)$`, "m"))[1];
  return `Basic ${Buffer.from(`${value("API key")}:${value("API secret")}`).toString("base64")}`;
}
