import { beforeEach, describe, expect, it, vi } from "vitest";
import { LinkApi } from "../api/client";
import { ApiError } from "../api/errors";
import type { Session } from "../api/types";
import { Visit } from "./visit.svelte";

const session = (expiresInMs = 3_600_000) =>
  ({ sessionToken: "session", expiresAt: new Date(Date.now() + expiresInMs).toISOString() }) as Session;

/** A page that was just loaded with this link token; `current` answers for a session that was kept. */
function load(linkToken: string, current: () => Promise<Session> = async () => session()) {
  const api = new LinkApi("https://link.example.com/v1", linkToken);
  const start = vi.spyOn(api, "startSession").mockImplementation(async () => session());
  vi.spyOn(api, "currentSession").mockImplementation(current);
  const onDue = vi.fn();
  return { visit: new Visit(api, onDue), api, start, onDue };
}

beforeEach(() => sessionStorage.clear());

describe("Visit", () => {
  it("spends a link token once, over reloads too", async () => {
    const first = load("one");
    await first.visit.open();
    await first.visit.open();
    first.visit.agree();
    first.visit.connecting("a-1");
    first.visit.speak("hi");
    expect(first.start).toHaveBeenCalledOnce();

    const second = load("one");
    await second.visit.open();
    expect(second.start).not.toHaveBeenCalled();
    expect(second.visit).toMatchObject({ agreed: true, accountId: "a-1", language: "hi" });

    const other = load("two");
    await other.visit.open();
    expect(other.start).toHaveBeenCalledOnce();
    expect(other.visit).toMatchObject({ agreed: false, accountId: null, language: null });
  });

  it("starts anew when the kept session is over, with the link token", async () => {
    await load("one").visit.open();
    const { visit, api, start } = load("one", async () => {
      throw new ApiError("expired");
    });
    await visit.open();
    expect(start).toHaveBeenCalledOnce();
    expect(api.sessionToken).toBe("one");
  });

  it("keeps the session through a network failure", async () => {
    await load("one").visit.open();
    const { visit, start } = load("one", async () => {
      throw new ApiError("network");
    });
    await expect(visit.open()).rejects.toMatchObject({ kind: "network" });
    expect(start).not.toHaveBeenCalled();
    await load("one").visit.open();
  });

  it("says when its time is over", async () => {
    const { visit, onDue, start } = load("one");
    start.mockResolvedValue(session(-1000));
    expect(visit.isDue).toBe(false);
    await visit.open();
    expect(visit.isDue).toBe(true);
    await vi.waitFor(() => expect(onDue).toHaveBeenCalledOnce());
  });
});
