// @vitest-environment node
import { beforeEach, expect, it, vi } from "vitest";
import type { LinkApi } from "../api/client";
import { ApiError } from "../api/errors";
import type { Progress, Prompt, ProviderWithLogin, Session } from "../api/types";
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
const POLL_MS = 2000;
const stages = () => listener.progressed.mock.calls.map(([progress]) => progress.stage);

/** The stream is closed by the test's end; polling says whatever `progress` says. */
function linkingWith(api: Partial<Record<"link" | "progress" | "answer" | "resend", unknown>>) {
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

it("takes an account up again without calling it new, and follows it until it is over", async () => {
  const progress = vi.fn().mockResolvedValue(at("READING"));
  const linking = linkingWith({ progress });
  await linking.resume("a-1");
  expect(stages()).toEqual(["READING"]);
  expect(listener.created).not.toHaveBeenCalled();
  linking.stop();

  vi.clearAllMocks();
  await linkingWith({ progress: async () => at("DONE") }).resume("a-1");
  expect(stages()).toEqual(["DONE"]);
});

it("takes the word of whom it follows, not that of a reply, which can be late", async () => {
  const asked = { ...at("WAITING_FOR_ANSWER"), prompt: { id: "p-1" } as Prompt };
  const linking = linkingWith({
    link: async () => asked,
    progress: async () => ({ ...asked, prompt: { id: "p-2" } as Prompt }),
    answer: async () => at("SIGNING_IN"),
  });
  vi.useFakeTimers();
  await linking.submit(provider, {});
  await vi.advanceTimersByTimeAsync(0);
  await linking.answer({ id: "p-1" } as Prompt, "1234");
  expect(linking.progress?.prompt?.id).toBe("p-2");
  linking.stop();
  vi.useRealTimers();
});

it("shows the prompt that takes the place of one sent again, with the server's times", async () => {
  const prompt = (id: string) =>
    ({ id, resendAt: "2026-11-21T10:00:30Z", expiresAt: "2026-11-21T10:05:00Z" }) as Prompt;
  const asked = { ...at("WAITING_FOR_ANSWER"), prompt: prompt("p-1") };
  const resend = vi.fn(async () => ({ ...asked, prompt: prompt("p-2") }));
  const progress = vi
    .fn()
    .mockResolvedValueOnce(asked)
    .mockResolvedValue({ ...asked, prompt: prompt("p-2") });
  const linking = linkingWith({ link: async () => asked, progress, resend });
  vi.useFakeTimers();
  await linking.submit(provider, {});
  await linking.resend(asked.prompt);
  await vi.advanceTimersByTimeAsync(POLL_MS);
  expect(resend).toHaveBeenCalledWith("a-1", "p-1");
  expect(linking.progress?.prompt?.id).toBe("p-2");
  const { endsAtMs, resendAtMs } = linking.promptTimes;
  expect(endsAtMs - performance.now()).toBe(300_000);
  expect((resendAtMs ?? 0) - performance.now()).toBe(30_000);
  linking.stop();
  vi.useRealTimers();
});
