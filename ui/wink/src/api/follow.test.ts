// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LinkApi } from "./client";
import { ApiError } from "./errors";
import { follow } from "./follow";
import type { Progress, Stage } from "./types";

const at = (stage: Stage) => ({ accountId: "a-1", stage }) as Progress;

/** A stream of these stages, cut into odd pieces as networks do. */
function streamOf(...stages: Stage[]): ReadableStream<Uint8Array> {
  const text = stages.map((stage) => `: beat\n\nevent: progress\ndata: ${JSON.stringify(at(stage))}\n\n`).join("");
  const bytes = new TextEncoder().encode(text);
  return new ReadableStream({
    start(controller) {
      for (let from = 0; from < bytes.length; from += 7) controller.enqueue(bytes.slice(from, from + 7));
      controller.close();
    },
  });
}

/** As `fetch` does: its signal ends the stream, however silent that is. */
async function cutOff(silent: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  silent.pipeTo(writable, { signal }).catch(() => {});
  return readable;
}

function start(api: { events: () => Promise<ReadableStream<Uint8Array>>; progress?: () => Promise<Progress> }) {
  const log: string[] = [];
  const { stop, wake } = follow(api as unknown as LinkApi, "a-1", {
    onProgress: ({ stage }) => log.push(stage),
    onOffline: (offline) => offline && log.push("offline"),
    onLost: (kind) => log.push(`lost: ${kind}`),
  });
  return { log, stop, wake };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("follow", () => {
  it("reads the stream to its end", async () => {
    const progress = vi.fn();
    const { log } = start({ events: async () => streamOf("SIGNING_IN", "READING", "DONE"), progress });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(log).toEqual(["SIGNING_IN", "READING", "DONE"]);
    expect(progress).not.toHaveBeenCalled();
  });

  it("asks every two seconds when the stream breaks off", async () => {
    const progress = vi.fn().mockResolvedValueOnce(at("READING")).mockResolvedValueOnce(at("DONE"));
    const { log } = start({ events: async () => streamOf("SIGNING_IN"), progress });
    await vi.advanceTimersByTimeAsync(1000);
    expect(log).toEqual(["SIGNING_IN", "READING"]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(log).toEqual(["SIGNING_IN", "READING", "DONE"]);
  });

  it("keeps asking while there is no connection", async () => {
    const progress = vi.fn().mockRejectedValueOnce(new ApiError("network")).mockResolvedValueOnce(at("FAILED"));
    const { log } = start({ events: () => Promise.reject(new ApiError("network")), progress });
    await vi.advanceTimersByTimeAsync(5000);
    expect(log).toEqual(["offline", "FAILED"]);
  });

  it("gives up when the session is over", async () => {
    const progress = vi.fn().mockRejectedValue(new ApiError("expired", 401));
    const { log } = start({ events: () => Promise.reject(new ApiError("expired", 401)), progress });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(log).toEqual(["lost: expired"]);
    expect(progress).toHaveBeenCalledOnce();
  });

  it("asks at once and streams anew when woken", async () => {
    const silent = new ReadableStream<Uint8Array>();
    const events = vi
      .fn()
      .mockImplementationOnce((_id: string, signal: AbortSignal) => cutOff(silent, signal))
      .mockImplementation(async () => streamOf("DONE"));
    const progress = vi.fn().mockResolvedValue(at("READING"));
    const { log, wake } = start({ events, progress });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(log).toEqual([]);
    wake();
    await vi.advanceTimersByTimeAsync(0);
    expect(log).toEqual(["READING", "DONE"]);
    expect(events).toHaveBeenCalledTimes(2);
  });

  it("does not wait for its turn when woken between two questions", async () => {
    const progress = vi.fn().mockRejectedValueOnce(new ApiError("network")).mockResolvedValue(at("DONE"));
    const { log, wake } = start({ events: () => Promise.reject(new ApiError("network")), progress });
    await vi.advanceTimersByTimeAsync(10);
    wake();
    await vi.advanceTimersByTimeAsync(10);
    expect(log).toEqual(["offline", "DONE"]);
  });

  it("is silent once stopped", async () => {
    const progress = vi.fn().mockResolvedValue(at("READING"));
    const { log, stop } = start({ events: () => Promise.reject(new ApiError("server", 503)), progress });
    await vi.advanceTimersByTimeAsync(100);
    stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(log).toEqual(["READING"]);
  });
});
