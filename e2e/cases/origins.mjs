// Whose pages may have the widget in them.
import assert from "node:assert/strict";
import { openCustomer } from "../pages/customer.mjs";

/** Names the sites for as long as `run` takes. */
async function withOrigins(api, origins, run) {
  await api.call("PUT", "/origins", { origins });
  try {
    await run();
  } finally {
    await api.call("PUT", "/origins", { origins: [] });
  }
}

async function allowed({ api, customer, open }) {
  await withOrigins(api, [customer.url], async () => {
    const session = await open("phone");
    const site = await openCustomer(session, customer);
    const widget = await site.open();
    await widget.consent();
    await widget.leave("Close");
    assert.deepEqual(await site.called("onClose"), [{ reason: "close" }]);
  });
}

/** The browser shows nothing there, and the page gets itself back when the widget has not answered for long. */
async function refused({ api, customer, open }) {
  await withOrigins(api, ["https://www.example.com"], async () => {
    const session = await open("desktop");
    session.expectWords(/frame-ancestors/);
    session.expectWords(/failed request: GET \S+\/wink\/\?id=\S+: net::ERR_BLOCKED_BY_RESPONSE/);
    session.expectWords(/SmileLinkModal: the widget at \S+ did not load/);
    session.expectWords(/chrome-error:/);
    const { page } = session;
    await page.clock.install();
    const site = await openCustomer(session, customer);
    const blocked = page.waitForEvent("console", (message) => /frame-ancestors/.test(message.text()));
    await site.opener.click();
    await blocked;
    await page.waitForSelector("dialog iframe");
    await page.clock.fastForward("00:21");
    await page.waitForSelector("dialog iframe", { state: "detached" });
    assert.deepEqual(await site.calls(), [["onClose", { reason: "error" }]]);
  });
}

export const cases = {
  "an allowed origin": allowed,
  "an origin that is not allowed": refused,
};
