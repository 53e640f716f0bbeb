// The widget on pages that are not ours: another site with a strict policy, both versions of the script, and a page
// inside a sandboxed frame that has no origin at all.
import assert from "node:assert/strict";
import { eventually } from "../harness/wait.mjs";
import { openCustomer } from "../pages/customer.mjs";
import { findWidget, GEORGE } from "../pages/widget.mjs";

const LOGIN = "E-mail, mobile number or employee number";

/** From the consent to the connected list. */
async function linkAbcCorp(widget) {
  await widget.consent();
  await widget.search("abc");
  await widget.choose("ABC Corp");
  await widget.signIn(LOGIN, GEORGE.email, GEORGE.password);
  await widget.screen("ABC Corp is connected");
}

/** Default options only: where the API is follows from where the script came from and from the token. */
async function otherSite({ api, customer, open }, path) {
  const session = await open("desktop");
  const site = await openCustomer(session, customer, { path });
  const widget = await site.open();
  await session.look("consent", widget.frame);
  await linkAbcCorp(widget);
  await widget.leave("Done");
  const [{ accountId, userId }] = await site.called("onAccountConnected");
  assert.deepEqual(await site.called("onAccountCreated"), [{ accountId, userId, providerId: "abccorp" }]);
  assert.deepEqual(await site.called("onClose"), [{ reason: "exit" }]);
  assert.deepEqual((await site.calls()).at(-1), ["onClose", { reason: "exit" }], "closing is the last word");
  assert.equal((await api.list("identities", userId))[0].fullName, GEORGE.fullName);
  // The page keeps nothing of it, and the focus is back where the person was.
  assert.equal(await session.page.evaluate(() => document.activeElement?.id), "open");
  assert.deepEqual(await session.context.cookies(), []);
  await session.look("page-after");
}

async function sandboxed({ api, customer, open }) {
  const session = await open("phone");
  await session.page.goto(`${customer.url}/sandboxed`);
  const app = await (await session.page.waitForSelector("#app")).contentFrame();
  const widget = await findWidget(app);
  assert.equal(await widget.frame.evaluate(() => origin), "null", "the widget has no origin there");
  await session.look("consent", widget.frame);
  await linkAbcCorp(widget);
  await session.look("connected", widget.frame);
  await widget.press("Save a receipt for ABC Corp");
  await widget.screen("What you agreed to");
  await widget.press("Back");
  await widget.press("Connect another");
  await widget.search("upwork");
  await widget.choose("Upwork");
  await widget.signIn("E-mail or user name", GEORGE.email, GEORGE.password);
  await widget.screen("Enter your code");
  await widget.answer(GEORGE.code);
  await widget.screen("Upwork is connected");
  await widget.press("Remove ABC Corp");
  await widget.press("Yes, remove");
  await widget.text("ABC Corp was removed.");
  await widget.leave("Done");
  const calls = await eventually(async () => {
    const all = await session.page.evaluate(() => window.calls);
    assert.equal(all.at(-1)?.[0], "onClose");
    return all;
  });
  assert.deepEqual(
    calls.map(([name]) => name),
    ["onAccountCreated", "onAccountConnected", "onAccountCreated", "onAccountConnected", "onAccountRemoved", "onClose"],
  );
  const accounts = await api.list("accounts", calls[0][1].userId);
  assert.deepEqual(
    accounts.map(({ providerId, connection }) => [providerId, connection.status]),
    [
      ["upwork", "CONNECTED"],
      ["abccorp", "DISCONNECTED"],
    ],
  );
}

export const cases = {
  "another site, version 2": (t) => otherSite(t, "/v2"),
  "another site, version 1": (t) => otherSite(t, "/v1"),
  "a sandboxed frame": sandboxed,
};
