import assert from "node:assert/strict";

const STEP_MS = 50;

/** Asks again until `check` holds. Its last failure is the message when it never does. */
export async function eventually(check, timeoutMs = 20_000) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof assert.AssertionError) || Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}

/** Holds matching requests back until `release`, so that a passing screen can be looked at for as long as it takes. */
export async function hold(page, matches) {
  let open;
  const gate = new Promise((resolve) => {
    open = resolve;
  });
  const handler = async (route) => {
    if (matches(route.request())) await gate;
    await route.fallback();
  };
  await page.route("**/*", handler);
  return async () => {
    open();
    await page.unroute("**/*", handler);
  };
}
