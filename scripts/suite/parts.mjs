// What CI runs, part by part. Every part is a command of the Makefile and can be repeated alone.
import { existsSync } from "node:fs";
import { cases, clients, fuzzTargets, rustTests, unitTests } from "./counts.mjs";

/**
 * In the order in which they begin. `needs`: what has to have gone well before. `beside`: what it runs beside, as lanes run
 * side by side and the parts of one lane in turn. `count`: what its output says of how many passed; without, it counts as one.
 *
 * While tests wait for one another, the program that is shipped is compiled in the gaps, at a lower priority. The browser and the
 * clients of others then drive that program.
 */
const PARTS = [
  { name: "packages for building", make: "setup-build" },
  { name: "browser side", make: "ui", needs: ["packages for building"] },
  { name: "packages and tools", make: "setup", needs: ["packages for building"], lane: "program" },
  { name: "program", make: "build", needs: ["browser side"], lane: "program", niceness: 19 },
  { name: "clients of others, installed", make: "setup-conformance", needs: ["packages and tools"], lane: "clients" },
  { name: "formatting", make: "fmt" },
  { name: "lints and rooms", make: "lint", needs: ["browser side"] },
  { name: "browser unit tests", make: "ui-check", needs: ["browser side"], count: unitTests },
  { name: "dependencies", make: "deps", needs: ["packages and tools"] },
  { name: "Rust tests", make: "test-rust", needs: ["browser side", "packages and tools"], count: rustTests },
  { name: "fuzz targets", make: "fuzz", needs: ["browser side"], count: fuzzTargets },
  { name: "sizes", make: "sizes", needs: ["program"] },
  { name: "browser cases", make: "e2e", needs: ["program", "packages and tools"], count: cases },
  // Beside nothing that takes all processors for long: what it measures is how long an honest client waits.
  { name: "attacks", make: "attack", needs: ["program"], count: cases },
  {
    name: "clients of others",
    make: "conformance",
    needs: ["clients of others, installed", "program", "sizes"],
    lane: "clients",
    count: clients,
  },
];

/** What one may ask for beside a crate. */
const ROOMS = {
  ui: "browser unit tests",
  e2e: "browser cases",
  attack: "attacks",
  conformance: "clients of others",
  fuzz: "fuzz targets",
};

/** All parts, or what a room's tests are and what they need; undefined when there is no such room. */
export function partsOf(room, root) {
  if (!room) return PARTS;
  if (ROOMS[room]) return withNeeds(PARTS.find((part) => part.name === ROOMS[room]));
  if (!existsSync(`${root}crates/${room}/Cargo.toml`)) return undefined;
  const tests = PARTS.find((part) => part.make === "test-rust");
  return withNeeds({ ...tests, name: `Rust tests of ${room}`, variables: [`ROOM=${room}`] });
}

/** A part with all that it needs, one after the other. */
function withNeeds(wanted) {
  const needed = new Set(wanted.needs);
  for (const part of PARTS.toReversed())
    if (needed.has(part.name)) for (const need of part.needs ?? []) needed.add(need);
  return [...PARTS.filter((part) => needed.has(part.name)), wanted].map((part) => ({ ...part, lane: undefined }));
}

export const ROOM_NAMES = `${Object.keys(ROOMS).join(", ")}, or the name of a folder in crates/`;
