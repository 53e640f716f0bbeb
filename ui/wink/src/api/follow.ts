import { EventSourceParserStream } from "eventsource-parser/stream";
import type { LinkApi } from "./client";
import { troubleOf } from "./errors";
import type { Progress, Stage } from "./types";

const POLL_MS = 2000;
const LAST_STAGES: readonly Stage[] = ["DONE", "FAILED", "REVOKED"];

export function isOver({ stage }: Progress): boolean {
  return LAST_STAGES.includes(stage);
}

export interface Follower {
  onProgress: (progress: Progress) => void;
  /** True while the server cannot be reached. The following goes on. */
  onOffline: (offline: boolean) => void;
  /** The session is over or the account is gone; the following has ended. */
  onLost: (kind: "expired" | "refused") => void;
}

export interface Following {
  /** Asks at once. A stream that a sleeping phone left behind can be dead without saying so, hence a new one. */
  wake: () => void;
  stop: () => void;
}

/** Reports an account's progress until it ends: by event stream as long as that works, then by asking every 2 s. */
export function follow(api: LinkApi, accountId: string, follower: Follower): Following {
  const ending = new AbortController();
  const { signal } = ending;
  let streaming = new AbortController();
  let woken = false;
  let endPause = () => {};

  const report = (progress: Progress): boolean => {
    if (signal.aborted) return true;
    follower.onOffline(false);
    follower.onProgress(progress);
    return isOver(progress);
  };

  const stream = async (): Promise<boolean> => {
    streaming = new AbortController();
    const bytes = await api.events(accountId, streaming.signal);
    const events = bytes
      .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
      .pipeThrough(new EventSourceParserStream())
      .getReader();
    for (;;) {
      const { done, value } = await events.read();
      if (done) return false;
      if (value.event === "progress" && report(JSON.parse(value.data))) return true;
    }
  };

  const poll = async (): Promise<boolean> => {
    try {
      return report(await api.progress(accountId, signal));
    } catch (error) {
      if (signal.aborted) return true;
      const { kind } = troubleOf(error);
      if (kind !== "expired" && kind !== "refused") {
        follower.onOffline(true);
        return false;
      }
      follower.onLost(kind);
      return true;
    }
  };

  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, POLL_MS);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  void (async () => {
    while (!signal.aborted) {
      woken = false;
      // A stream that breaks, for whatever reason, is no news about the account: asking tells.
      if (await stream().catch(() => signal.aborted)) return;
      do {
        if (await poll()) return;
        if (!woken) await pause();
      } while (!woken);
    }
  })();

  return {
    wake: () => {
      woken = true;
      streaming.abort();
      endPause();
    },
    stop: () => {
      ending.abort();
      streaming.abort();
      endPause();
    },
  };
}
