import type { Provider } from "../api/types";

/**
 * Whether a source can be connected now.
 *
 * - `down`: not at present; a person who chooses it hears why and what else there is.
 * - `shaky`: yes, but it may fail.
 * - `off`: not at all.
 */
export type Availability = "ready" | "shaky" | "down" | "off";

export function availabilityOf({
  active,
  enabled,
  health,
}: Pick<Provider, "active" | "enabled" | "health">): Availability {
  if (!active || !enabled) return "off";
  if (health === "DOWN") return "down";
  return health === "DEGRADED" ? "shaky" : "ready";
}
