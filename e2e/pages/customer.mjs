// A customer's page on another site, as `harness/customer.mjs` serves it.
import { findWidget } from "./widget.mjs";

/** `isNear`: on the platform's own site. The other options are the widget's. */
export async function openCustomer({ page }, customer, { path = "/v2", isNear = false, ...options } = {}) {
  const query = new URLSearchParams({ options: JSON.stringify(options) });
  await page.goto(`${isNear ? customer.nearUrl : customer.url}${path}?${query}`);
  const opener = page.getByRole("button", { name: "Share my income" });
  return {
    page,
    opener,
    open: async () => {
      await opener.click();
      return findWidget(page);
    },
    /** All that was called back so far: `[name, payload]`, oldest first. */
    calls: () => page.evaluate(() => window.calls),
    /** The same in a word each: the event's name for `onUIEvent`, the callback's own otherwise. */
    inShort: async () => {
      const calls = await page.evaluate(() => window.calls);
      return calls.map(([name, payload]) => (name === "onUIEvent" ? payload.eventName : name));
    },
    /** Forgets what was called back so far. */
    forget: () =>
      page.evaluate(() => {
        window.calls.length = 0;
      }),
    /** The payloads of one callback. */
    called: async (name) =>
      (await page.evaluate(() => window.calls)).filter(([of]) => of === name).map(([, with_]) => with_),
  };
}
