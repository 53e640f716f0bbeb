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

/** Reports an account's progress until it ends: by event stream as long as that works, then by asking every 2 s. */
export function follow(api: LinkApi, accountId: string, follower: Follower): () => void {
  const abort = new AbortController();
  const { signal } = abort;

  const report = (progress: Progress): boolean => {
    if (signal.aborted) return true;
    follower.onOffline(false);
    follower.onProgress(progress);
    return isOver(progress);
  };

  const stream = async (): Promise<boolean> => {
    const bytes = await api.events(accountId, signal);
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

  void (async () => {
    // A stream that breaks, for whatever reason, is no news about the account: asking tells.
    let over = await stream().catch(() => signal.aborted);
    while (!over) {
      over = await poll();
      if (!over) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  })();

  return () => abort.abort();
}
