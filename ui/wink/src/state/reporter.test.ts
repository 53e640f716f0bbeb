// @vitest-environment node
import { beforeEach, expect, it, vi } from "vitest";
import type { LinkApi } from "../api/client";
import type { Session } from "../api/types";
import type { Host } from "../host";
import { Reporter } from "./reporter";

const step = vi.fn(async () => {});
const call = vi.fn();
const session = { mode: "SANDBOX", userId: "u-1" } as Session;

function reporter(started = true): Reporter {
  const made = new Reporter({ call } as unknown as Host, { step } as unknown as LinkApi);
  if (started) made.session = session;
  return made;
}

beforeEach(() => vi.clearAllMocks());

it("tells the page everything, and the server the steps that it cannot see", () => {
  const about = { accountId: null, providerId: "upwork" };
  const made = reporter();
  made.tell("CONSENT_SHOWN");
  made.tell("CONSENT_ACCEPTED");
  made.tell("PROVIDER_SELECTED", about);
  expect(call).toHaveBeenCalledTimes(3);
  expect(step.mock.calls).toEqual([
    ["CONSENTED", null],
    ["CHOSEN", "upwork"],
  ]);
});

it("says once that the person searched, and once that they left", () => {
  const made = reporter();
  for (let tries = 0; tries < 2; tries++) made.tell("PROVIDER_SEARCHED");
  made.tell("WIDGET_CLOSED");
  made.gone();
  expect(step.mock.calls).toEqual([
    ["SEARCHED", null],
    ["CLOSED", null],
  ]);
});

it("does not call a visit to the source closing", () => {
  const made = reporter();
  made.stay();
  made.gone();
  expect(step).not.toHaveBeenCalled();
});

it("has nobody to tell before the session, and does not mind a server that does not listen", async () => {
  reporter(false).tell("WIDGET_CLOSED");
  expect(step).not.toHaveBeenCalled();
  step.mockRejectedValueOnce(new Error("no answer"));
  reporter().tell("CONSENT_ACCEPTED");
  await Promise.resolve();
});
