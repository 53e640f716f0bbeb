import { expect, it, vi } from "vitest";
import { Network } from "./network.svelte";

it("notices when the network goes and comes back, and when the person does", () => {
  const onWake = vi.fn();
  const onBack = vi.fn();
  const network = new Network(onWake, onBack);
  dispatchEvent(new Event("offline"));
  expect(network.online).toBe(false);
  expect(onWake).not.toHaveBeenCalled();
  dispatchEvent(new Event("online"));
  expect(network.online).toBe(true);
  document.dispatchEvent(new Event("visibilitychange"));
  expect(onWake).toHaveBeenCalledTimes(2);
  expect(onBack).toHaveBeenCalledOnce();
});
