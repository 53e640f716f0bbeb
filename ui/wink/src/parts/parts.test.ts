import { describe, expect, it } from "vitest";
import type { LoginField, LoginName, Progress, Provider, Session, TestPerson } from "../api/types";
import { clockText } from "../state/countdown.svelte";
import { t, tCount } from "../strings";
import { en } from "../strings/en";
import { remedyOf, shownCode } from "./failures";
import { faultsOf, fillFor, inputModeOf, loginOf } from "./fields";
import { stepsOf } from "./steps";
import { troubleText } from "./trouble";

const field = (accepts: LoginName[], kind: LoginField["kind"] = "LOGIN", required = true): LoginField => ({
  name: kind === "LOGIN" ? "login" : kind.toLowerCase(),
  kind,
  accepts,
  label: "Label",
  required,
});

const person: TestPerson = {
  name: "Ryan",
  country: "ID",
  email: "ryan@example.com",
  mobile: "+628119994321",
  ssNumber: null,
  password: "654321",
  code: "1234",
};

describe("login fields", () => {
  it.each<[LoginName[], string]>([
    [["EMAIL"], "email"],
    [["EMAIL", "MOBILE"], "email"],
    [["MOBILE"], "tel"],
    [["SS_NUMBER"], "numeric"],
    [["USERNAME"], "text"],
  ])("for %j show the %s keyboard", (accepts, expected) => {
    expect(inputModeOf(field(accepts))).toBe(expected);
  });

  it("must be filled in when required", () => {
    const fields = [field(["EMAIL"]), field([], "PASSWORD"), field([], "TEXT", false)];
    expect(Object.keys(faultsOf(fields, { login: " ", password: "" }))).toEqual(["login", "password"]);
    expect(faultsOf(fields, { login: "a@b.co", password: "x" })).toEqual({});
    expect(faultsOf(fields, { login: "nobody", password: "x" })).toHaveProperty("login");
  });

  it("are filled with what the provider takes", () => {
    expect(loginOf(["MOBILE"], person)).toBe(person.mobile);
    expect(loginOf(["SS_NUMBER"], person)).toBeNull();
    expect(loginOf(["EMPLOYEE_NUMBER"], person)).toBe(person.email);
    expect(fillFor([field(["EMAIL"]), field([], "PASSWORD"), field([], "TEXT")], person)).toEqual({
      login: person.email,
      password: person.password,
    });
  });
});

describe("steps", () => {
  const session = { consent: { datapoints: ["IDENTITIES", "INCOMES", "RATINGS", "NEW_KIND"] } } as unknown as Session;
  const provider = { supported: ["IDENTITIES", "INCOMES"] } as Provider;
  const states = (progress: Partial<Progress> | null) =>
    stepsOf(session, provider, progress as Progress).map(({ id, state }) => `${id} ${state}`);

  it("cover what was asked for, as far as the provider has it", () => {
    expect(states(null)).toEqual(["signIn active", "IDENTITIES waiting", "INCOMES waiting", "done waiting"]);
  });

  it("follow the progress", () => {
    expect(states({ stage: "READING", datapoints: ["IDENTITIES"] })).toEqual([
      "signIn ready",
      "IDENTITIES ready",
      "INCOMES active",
      "done waiting",
    ]);
    expect(states({ stage: "DONE", datapoints: ["IDENTITIES"] })).toEqual([
      "signIn ready",
      "IDENTITIES ready",
      "INCOMES ready",
      "done ready",
    ]);
  });
});

describe("strings", () => {
  it("are filled in", () => {
    expect(t("consent.title", { company: "$& Co" })).toBe("$& Co asks to see your work and income data");
    expect(tCount("providers.found", 1)).toBe("1 result");
    expect(tCount("providers.found", 0)).toBe("0 results");
  });

  it("say what happened and what to do for every error code", () => {
    const codes = new Set(Object.keys(en).flatMap((key) => /^error\.(\w+)\./.exec(key)?.[1] ?? []));
    expect(codes.size).toBe(16);
    for (const code of codes) {
      for (const part of ["title", "what", "next"]) expect(en).toHaveProperty([`error.${code}.${part}`]);
    }
    expect(shownCode("SOMETHING_NEW")).toBe("SYSTEM_ERROR");
    for (const code of codes) expect(remedyOf(shownCode(code))).toBeTruthy();
  });

  it("name the wait when the server names it", () => {
    expect(troubleText({ kind: "busy", retryAfterS: 6.2 }).text).toContain("7 seconds");
  });
});

it("clockText shows minutes and seconds", () => {
  expect(clockText(95)).toBe("1:35");
  expect(clockText(5)).toBe("0:05");
});
