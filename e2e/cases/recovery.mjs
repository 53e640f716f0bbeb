// When the page, its storage or the network goes away.
import assert from "node:assert/strict";
import { openAtGrab, signInAt } from "../pages/grab.mjs";
import { GEORGE } from "../pages/widget.mjs";

/** As with blocked third-party data, or in some private windows: asking for storage throws. */
function refuseStorage() {
  for (const name of ["sessionStorage", "localStorage"]) {
    Object.defineProperty(window, name, {
      get() {
        throw new DOMException("Storage is blocked.", "SecurityError");
      },
    });
  }
}

function whyRefused() {
  try {
    return sessionStorage.length;
  } catch ({ name }) {
    return name;
  }
}

/** The customer's page is loaded again while a code is awaited, and again when nothing runs. */
async function reload({ api, customer, open }) {
  const { userId, userToken } = await api.newUser();
  const session = await open("phone");
  const { page } = session;
  const { site, start } = await openAtGrab(session, customer, { userToken, isNear: true });
  const first = await start();
  await signInAt(first, "prompt_email");
  await first.screen("Enter your code");
  await page.reload();

  const second = await site.open();
  await second.screen("Enter your code");
  await session.look("code", second.frame);
  await second.answer(GEORGE.code);
  await second.screen("Grab is connected");
  assert.deepEqual(
    (await site.calls()).map(([name]) => name).filter((name) => name !== "onUIEvent"),
    ["onAccountConnected"],
    "the account is not new",
  );
  await page.reload();

  const third = await site.open();
  await third.text("You share 1 account");
  await session.look("shared", third.frame);
  const kept = await third.frame.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
  assert.doesNotMatch(kept, /gpalomero|prompt_|1234@/, "nothing that was typed is kept");
  await third.leave("Close");
  assert.equal((await api.list("accounts", userId)).length, 1);
}

/** Without storage everything works but going on after a reload. */
async function noStorage({ api, customer, open }) {
  const { userId, userToken } = await api.newUser();
  const session = await open("desktop");
  await session.context.addInitScript(refuseStorage);
  const { site, start } = await openAtGrab(session, customer, { userToken, isNear: true });
  const widget = await start();
  assert.equal(await widget.frame.evaluate(whyRefused), "SecurityError");
  await session.look("login", widget.frame);
  await signInAt(widget, "prompt_sms");
  await widget.screen("Enter your code");
  await widget.answer(GEORGE.code);
  await widget.screen("Grab is connected");
  await session.look("connected", widget.frame);
  await widget.press("Save a receipt for Grab");
  await widget.screen("What you agreed to");
  await session.page.reload();

  session.expect(401, /\/link-sandbox\/v1\/sessions$/);
  const again = await site.open();
  await again.screen("This page has timed out");
  assert.deepEqual(await site.called("onTokenExpired"), [{}]);
  await again.leave("Go back");
  assert.equal((await api.list("accounts", userId))[0].connection.status, "CONNECTED");
}

/** Offline while the source is asked, and when something new is begun: both go on by themselves. */
async function offline({ customer, open }) {
  const session = await open("phone");
  session.expectWords(/ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|ERR_NETWORK_IO_SUSPENDED/);
  const { context } = session;
  const { site, start } = await openAtGrab(session, customer, { topProviders: ["grab", "freelancer"] });
  const widget = await start();
  await signInAt(widget, "delay_3");
  await widget.screen("Connecting Grab");
  await context.setOffline(true);
  await widget.text("You are offline.");
  await session.look("waiting", widget.frame);
  await context.setOffline(false);
  await widget.screen("Grab is connected");
  assert.equal(await widget.frame.getByText("You are offline.").count(), 0, "the notice is gone");

  await widget.press("Connect another");
  await widget.button("Freelancer").waitFor();
  await context.setOffline(true);
  await widget.press("Freelancer");
  await widget.screen("No connection");
  await session.look("trouble", widget.frame);
  await context.setOffline(false);
  await widget.screen("Sign in to Freelancer");
  await widget.leave("Close");
  assert.equal((await site.called("onAccountConnected")).length, 1);
}

export const cases = {
  "a page that is loaded again": reload,
  "storage is blocked": noStorage,
  "offline and back": offline,
};
