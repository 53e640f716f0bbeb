import { expect, it } from "vitest";
import type { TestInput } from "../api/types";
import { grouped, passwordOf, toggled } from "./testInputs";

const input = (group: string, text: string) => ({
  group: group as TestInput["group"],
  input: text,
  title: text,
});
const sms = input("PROMPT", "prompt_sms");
const captcha = input("PROMPT", "prompt_captcha");
const locked = input("ERROR", "error_ACCOUNT_LOCKED");
const disabled = input("ERROR", "error_ACCOUNT_DISABLED");

it("groups test inputs in the server's order, new groups too", () => {
  const groups = grouped([locked, sms, disabled, input("NEW", "new_1")]);
  expect(groups.map(({ name, inputs }) => `${name} ${inputs.length}`)).toEqual(["ERROR 2", "PROMPT 1", "NEW 1"]);
});

it("joins what is chosen, prompts in the order in which they are asked", () => {
  expect(passwordOf(toggled(toggled([], captcha), sms))).toBe("prompt_captcha+prompt_sms");
  expect(passwordOf([])).toBe("");
});

it("takes a choice back, and has one error at most", () => {
  expect(toggled([sms, locked], sms)).toEqual([locked]);
  expect(toggled([locked, sms], disabled)).toEqual([sms, disabled]);
});
