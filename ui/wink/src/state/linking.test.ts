// @vitest-environment node
import { beforeEach, expect, it, vi } from "vitest";
import type { LinkApi } from "../api/client";
import { ApiError } from "../api/errors";
import type { Progress, ProviderWithLogin, Session } from "../api/types";
import { Linking } from "./linking.svelte";

vi.mock("../api/seal", () => ({ seal: async (content: object) => `sealed ${JSON.stringify(content)}` }));

const session = { consent: { version: "v1" }, encryptionKey: {} } as Session;
const provider = { id: "upwork" } as ProviderWithLogin;
const at = (stage: Progress["stage"], updatedAt = "2026-11-21T10:00:00Z") =>
  ({ accountId: "a-1", providerId: "upwork", stage, updatedAt, prompt: null }) as Progress;

const listener = {
  created: vi.fn(),
  begun: vi.fn(),
  progressed: vi.fn(),
  formRefused: vi.fn(),
  answerRefused: vi.fn(),
  troubled: vi.fn(),
};
const stages = () => listener.progressed.mock.calls.map(([progress]) => progress.stage);

/** The stream is closed by the test's end; polling says whatever `progress` says. */
function linkingWith(api: Partial<Record<"link" | "progress", unknown>>) {
  const events = () => Promise.reject(new ApiError("network"));
  return new Linking(
    { events, progress: () => new Promise(() => {}), ...api } as unknown as LinkApi,
    session,
    listener,
  );
}

beforeEach(() => vi.clearAllMocks());

it("sends the same sealed credentials again after a lost request", async () => {
  const link = vi.fn().mockRejectedValueOnce(new ApiError("network")).mockResolvedValueOnce(at("SIGNING_IN"));
  const linking = linkingWith({ link });
  await linking.submit(provider, { login: "george" });
  expect(listener.troubled).toHaveBeenCalledWith(expect.objectContaining({ kind: "network" }), "submit");
  await linking.resubmit();
  expect(link.mock.calls[1]).toEqual(link.mock.calls[0]);
  expect(listener.created).toHaveBeenCalledOnce();
  linking.stop();
});

it("has nothing left to send once the attempt is given up", async () => {
  const link = vi.fn().mockRejectedValueOnce(new ApiError("network"));
  const linking = linkingWith({ link });
  await linking.submit(provider, { login: "george" });
  linking.stop();
  await linking.resubmit();
  expect(link).toHaveBeenCalledOnce();
  expect(listener.formRefused).toHaveBeenCalledOnce();
});

it("tells of an account once, however often it is tried", async () => {
  const other = { ...at("SIGNING_IN"), accountId: "a-2" };
  const link = vi.fn().mockResolvedValue(at("SIGNING_IN")).mockResolvedValueOnce(other);
  const linking = linkingWith({ link });
  for (const login of ["grace", "george", "george"]) await linking.submit(provider, { login });
  expect(link).toHaveBeenCalledTimes(3);
  expect(listener.created.mock.calls.map(([{ accountId }]) => accountId)).toEqual(["a-2", "a-1"]);
  linking.stop();
});

it("reports an end once, and drops what comes late", async () => {
  const linking = linkingWith({
    link: async () => at("READING", "2026-11-21T10:00:05Z"),
    progress: vi
      .fn()
      .mockResolvedValueOnce(at("SIGNING_IN", "2026-11-21T10:00:01Z"))
      .mockResolvedValue(at("FAILED", "2026-11-21T10:00:06Z")),
  });
  vi.useFakeTimers();
  await linking.submit(provider, { login: "george" });
  await vi.advanceTimersByTimeAsync(10_000);
  vi.useRealTimers();
  expect(stages()).toEqual(["READING", "FAILED"]);
});
