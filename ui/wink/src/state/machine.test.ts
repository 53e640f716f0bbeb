import { describe, expect, it } from "vitest";
import type { Progress, Prompt } from "../api/types";
import { backOf, type Move, next, type Rules, type Screen } from "./machine";

const rules: Rules = { asks: true, consentPage: true, only: null };
const agreed: Rules = { ...rules, asks: false };
const quick: Rules = { asks: false, consentPage: false, only: "upwork" };

const prompt = (id: string): Prompt => ({
  id,
  kind: "CODE",
  channel: "SMS",
  sentTo: null,
  length: 4,
  question: null,
  options: null,
  picture: null,
  url: null,
  resendAt: null,
  expiresAt: "2026-11-21T10:02:00Z",
});

const progressed = (change: Partial<Progress>): Move => ({
  type: "progressed",
  progress: {
    accountId: "a-1",
    userId: "u-1",
    providerId: "upwork",
    connectionStatus: "PENDING",
    stage: "SIGNING_IN",
    prompt: null,
    datapoints: [],
    errorCode: null,
    errorMessage: null,
    lastReadAt: null,
    nextReadAt: null,
    updatedAt: "2026-11-21T10:00:00Z",
    ...change,
  },
});

const waiting = (id: string) => progressed({ stage: "WAITING_FOR_ANSWER", prompt: prompt(id) });
const loading: Screen = { name: "loading" };
const login: Screen = { name: "login", providerId: "upwork", refused: false };
const progress: Screen = { name: "progress", providerId: "upwork", answered: null };
const mfa: Screen = { name: "mfa", providerId: "upwork", prompt: prompt("p-1"), note: null };

const consent: Screen = { name: "consent", wanted: null };

/** The names of the screens along a way. */
function walk(start: Screen, along: Rules, ...moves: Move[]): string[] {
  let screen = start;
  return moves.map((move) => {
    screen = next(screen, move, along);
    return screen.name;
  });
}

describe("the start", () => {
  it("asks for consent first", () => {
    expect(next(loading, { type: "started" }, rules).name).toBe("consent");
    expect(next(consent, { type: "agreed" }, agreed).name).toBe("providers");
  });

  it("goes straight to the only provider's login", () => {
    expect(next(loading, { type: "started" }, quick)).toEqual(login);
    expect(next(consent, { type: "agreed" }, { ...agreed, only: "upwork" })).toEqual(login);
  });

  it.each<Move>([{ type: "browse" }, { type: "choose", providerId: "upwork" }])(
    "never gets around consent, not even from the connected list: %j",
    (move) => {
      expect(next({ name: "accounts", news: null }, move, rules).name).toBe("consent");
    },
  );

  it("remembers over the question what was wanted before it", () => {
    const asked = next({ name: "accounts", news: null }, { type: "choose", providerId: "upwork" }, rules);
    expect(next(asked, { type: "agreed" }, agreed)).toEqual(login);
  });
});

describe("a connection", () => {
  it("goes from the form over a code to the connected list", () => {
    const names = walk(
      login,
      agreed,
      { type: "submitted" },
      waiting("p-1"),
      { type: "answered" },
      progressed({ stage: "READING", connectionStatus: "CONNECTED" }),
      progressed({ stage: "DONE", connectionStatus: "CONNECTED" }),
    );
    expect(names).toEqual(["progress", "mfa", "progress", "progress", "accounts"]);
  });

  it("shows a second prompt, but not the first one again", () => {
    expect(next(mfa, waiting("p-1"), agreed)).toBe(mfa);
    const answered = next(mfa, { type: "answered" }, agreed);
    expect(next(answered, waiting("p-1"), agreed)).toBe(answered);
    expect(next(answered, waiting("p-2"), agreed)).toMatchObject({ name: "mfa", prompt: { id: "p-2" } });
  });

  it("says so when a prompt was sent anew, but not when the next one is asked", () => {
    expect(next(mfa, waiting("p-2"), agreed)).toMatchObject({ prompt: { id: "p-2" }, note: "resent" });
    const captcha = { ...prompt("p-2"), kind: "CAPTCHA" as const };
    const other = progressed({ stage: "WAITING_FOR_ANSWER", prompt: captcha });
    expect(next(mfa, other, agreed)).toMatchObject({ note: null });
    const answered = next(mfa, { type: "answered" }, agreed);
    expect(next(answered, waiting("p-2"), agreed)).toMatchObject({ note: null });
  });

  it("stays at a prompt that is being sent anew", () => {
    const resending = next(mfa, { type: "resending" }, agreed);
    const between = progressed({ stage: "SIGNING_IN", prompt: null });
    expect(next(resending, between, agreed)).toBe(resending);
    expect(next(resending, waiting("p-2"), agreed)).toMatchObject({ prompt: { id: "p-2" }, note: "resent" });
    expect(next(mfa, between, agreed).name).toBe("progress");
    expect(next(resending, { type: "answered" }, agreed).name).toBe("progress");
  });

  it("is taken up again after a reload", () => {
    const resumed = next(loading, { type: "resumed", providerId: "upwork" }, agreed);
    expect(resumed).toEqual(progress);
    expect(next(resumed, waiting("p-1"), agreed)).toEqual(mfa);
  });

  it("does not begin with a source that is down", () => {
    const down = next({ name: "providers" }, { type: "isDown", providerId: "upwork" }, agreed);
    expect(down).toEqual({ name: "down", providerId: "upwork" });
    expect(backOf(down, agreed)).toEqual({ name: "providers" });
    expect(next({ name: "accounts", news: null }, { type: "isDown", providerId: "upwork" }, rules).name).toBe(
      "consent",
    );
  });

  it("goes back to the code when the answer is refused", () => {
    const answered = next(mfa, { type: "answered" }, agreed);
    expect(next(answered, { type: "answerRefused" }, agreed)).toMatchObject({ name: "mfa", note: "late" });
  });

  it("goes back to the form when the form is refused", () => {
    expect(next(progress, { type: "formRefused" }, agreed)).toEqual({ ...login, refused: true });
  });

  it("ends in an error, whatever the server forgot to say", () => {
    const failed = progressed({ stage: "FAILED", connectionStatus: "ERROR", errorCode: "INVALID_MFA" });
    expect(next(mfa, failed, agreed)).toMatchObject({ name: "failed", code: "INVALID_MFA", connected: false });
    const vague = progressed({ stage: "FAILED", connectionStatus: "CONNECTED" });
    expect(next(progress, vague, agreed)).toMatchObject({ code: "SYSTEM_ERROR", connected: true });
  });

  it("shows what is left when somebody else ended it", () => {
    expect(next(progress, progressed({ stage: "REVOKED" }), agreed)).toEqual({ name: "accounts", news: "ended" });
  });

  it("does not pull a person back who has left", () => {
    for (const screen of [login, { name: "providers" }, { name: "accounts", news: null }] as Screen[]) {
      expect(next(screen, progressed({ stage: "DONE" }), agreed)).toBe(screen);
      expect(next(screen, waiting("p-1"), agreed)).toBe(screen);
    }
  });
});

describe("trouble", () => {
  const troubled = (during: "start" | "login" | "submit" | "answer"): Move => ({
    type: "troubled",
    during,
    kind: "network",
  });

  it.each([
    [loading, "start", loading],
    [login, "login", login],
    [progress, "submit", progress],
  ] as const)("during %j is tried again where it was", (from, during, expected) => {
    const trouble = next(from, troubled(during), agreed);
    expect(trouble.name).toBe("trouble");
    expect(next(trouble, { type: "retry" }, agreed)).toEqual(expected);
  });

  it("leads back to the form after a lost submission", () => {
    const trouble = next(progress, troubled("submit"), agreed);
    expect(backOf(trouble, agreed)).toEqual(login);
  });

  it("is over when progress shows that the answer arrived after all", () => {
    const answered = next(mfa, { type: "answered" }, agreed);
    const trouble = next(answered, troubled("answer"), agreed);
    expect(next(trouble, waiting("p-1"), agreed)).toBe(trouble);
    expect(next(trouble, progressed({ stage: "DONE" }), agreed).name).toBe("accounts");
  });

  it("of an expired session is final", () => {
    const expired = next(progress, { type: "troubled", during: "submit", kind: "expired" }, agreed);
    expect(expired).toEqual({ name: "expired" });
    expect(next(expired, progressed({ stage: "DONE" }), agreed)).toBe(expired);
  });
});

describe("the way back", () => {
  it.each<[Screen, Rules, string | undefined]>([
    [consent, rules, undefined],
    [{ name: "providers" }, agreed, "consent"],
    [{ name: "providers" }, { ...agreed, consentPage: false }, undefined],
    [login, agreed, "providers"],
    [login, { ...agreed, only: "upwork" }, "consent"],
    [login, quick, undefined],
    [{ name: "missing" }, agreed, "providers"],
    [mfa, agreed, "login"],
    [progress, agreed, undefined],
    [{ name: "accounts", news: null }, rules, "consent"],
    [{ name: "accounts", news: null }, agreed, "providers"],
    [{ name: "accounts", news: null }, quick, undefined],
  ])("from %j", (screen, along, expected) => {
    expect(backOf(screen, along)?.name).toBe(expected);
  });
});
