// The cases of a room that drives the built program: each file in its folder exports `cases`, by their names.
import { readdirSync } from "node:fs";

/** Those whose names have one of the words in them, or all without a word, as `{name, run}`. */
export async function loadCases(folder, words) {
  const files = readdirSync(folder).filter((file) => file.endsWith(".mjs"));
  const modules = await Promise.all(files.sort().map((file) => import(new URL(file, folder))));
  const all = modules.flatMap((module) => Object.entries(module.cases).map(([name, run]) => ({ name, run })));
  return all.filter(({ name }) => !words.length || words.some((word) => name.includes(word)));
}
