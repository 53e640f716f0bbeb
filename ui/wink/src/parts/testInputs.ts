import type { TestInput } from "../api/types";

export interface TestInputGroup {
  name: string;
  inputs: TestInput[];
}

/** In the server's order. */
export function grouped(inputs: TestInput[]): TestInputGroup[] {
  const groups = new Map<string, TestInput[]>();
  for (const input of inputs) groups.set(input.group, [...(groups.get(input.group) ?? []), input]);
  return [...groups].map(([name, members]) => ({ name, inputs: members }));
}

/** Of these a sign-in has only one: another takes its place. */
const ONE_ONLY = ["ERROR", "DATA", "SYNC"];

/** What is chosen once `input` has been pressed, in the order in which it was: prompts are asked that way. */
export function toggled(chosen: TestInput[], input: TestInput): TestInput[] {
  const others = chosen.filter((one) => one.input !== input.input);
  if (others.length < chosen.length) return others;
  const kept = ONE_ONLY.includes(input.group) ? others.filter(({ group }) => group !== input.group) : others;
  return [...kept, input];
}

export function passwordOf(chosen: TestInput[]): string {
  return chosen.map(({ input }) => input).join("+");
}
