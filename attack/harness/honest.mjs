// The honest client, in a thread of its own, so that what it measures is the program and not the attack.
import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** Goes on until it is stopped. `report` gives what happened since the last one. */
export async function startHonest({ host, port, tenants }) {
  const worker = new Worker(new URL("./honest-thread.mjs", import.meta.url), {
    workerData: { program: { host, port }, key: tenants.honest },
  });
  const died = once(worker, "error").then(([error]) => Promise.reject(error));
  died.catch(() => {});
  const ask = async (what) => {
    worker.postMessage(what);
    const [answer] = await Promise.race([once(worker, "message"), died]);
    return answer;
  };
  await Promise.race([once(worker, "message"), died]);
  return {
    report: () => ask("report"),
    /** Waits until one more account is linked, and its event has come, or that has failed. */
    link: () => ask("link"),
    stop: async () => {
      await ask("stop");
      await worker.terminate();
    },
  };
}
