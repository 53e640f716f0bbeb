// Signing in at the source's own page: in a window of its own, and by leaving the customer's page.
import assert from "node:assert/strict";
import { openCustomer } from "../pages/customer.mjs";
import { openAtGrab, signInAt } from "../pages/grab.mjs";
import { findWidget, GEORGE } from "../pages/widget.mjs";

/** Kawani ID always sends people to its own page, and takes no password here. */
async function popup({ api, customer, open }) {
  const session = await open("phone");
  const { page, look } = session;
  const site = await openCustomer(session, customer, { topProviders: ["kawani_id"] });
  const widget = await site.open();
  await widget.consent();
  await widget.press("Kawani ID");
  await widget.screen("Sign in to Kawani ID");
  await widget.field("E-mail or mobile number").waitFor();
  assert.equal(await widget.password.count(), 0, "no password is asked for");
  await look("login", widget.frame);
  await widget.field("E-mail or mobile number").fill(GEORGE.email);
  await widget.press("Sign in and share");
  await widget.screen("Go on at Kawani ID");
  await look("prompt", widget.frame);

  const deny = await openOwnPage(page, widget, "Go to Kawani ID");
  await widget.text("Kawani ID is open in another window.");
  await look("opened", widget.frame);
  await deny.getByRole("button", { name: "Do not allow" }).click();
  await widget.screen("You could not be signed in");
  await deny.getByText("You can close this window").waitFor();
  await deny.close();

  await widget.press("Try again");
  await widget.press("Sign in and share");
  await widget.screen("Go on at Kawani ID");
  const allow = await openOwnPage(page, widget, "Go to Kawani ID");
  assert.equal(await allow.evaluate(() => opener), null, "the source cannot reach the widget");
  await allow.getByRole("button", { name: "Sign in and allow" }).click();
  await widget.screen("Kawani ID is connected");
  await allow.close();
  await look("connected", widget.frame);
  await widget.leave("Done");

  const [account] = await site.called("onAccountConnected");
  assert.deepEqual(await site.called("onAccountError"), [{ ...account, errorCode: "INVALID_AUTH" }]);
  assert.equal((await api.call("GET", `/accounts/${account.accountId}`)).connection.status, "CONNECTED");
  assert.equal((await api.list("identities", account.userId))[0].fullName, GEORGE.fullName);
}

async function openOwnPage(page, widget, button) {
  const opening = page.waitForEvent("popup");
  await widget.press(button);
  const own = await opening;
  await own.getByRole("heading", { name: "Sandbox sign-in" }).waitFor();
  return own;
}

/** Where the browser opens no window, the whole page goes there and comes back. */
async function wholePage({ api, customer, open }) {
  const { userId, userToken } = await api.newUser();
  const session = await open("desktop");
  const { page } = session;
  const { site, start } = await openAtGrab(session, customer, { userToken, isNear: true });
  const address = page.url();
  const widget = await start();
  await signInAt(widget, "prompt_redirect");
  await widget.screen("Go on at Grab");
  await widget.frame.evaluate(() => {
    window.open = () => null;
  });
  const [created] = await site.called("onAccountCreated");
  await widget.press("Go to Grab");
  await page.getByRole("heading", { name: "Sandbox sign-in" }).waitFor();
  await session.look("own-page");
  await page.getByRole("button", { name: "Sign in and allow" }).click();
  await page.waitForURL(address);

  // The customer opens the widget again with the same token, and it goes on where it was.
  await site.opener.click();
  const later = await findWidget(page);
  await later.screen("Grab is connected");
  await session.look("back", later.frame);
  await later.leave("Done");
  assert.deepEqual(await site.called("onAccountConnected"), [created]);
  assert.deepEqual(await site.called("onClose"), [{ reason: "exit" }]);
  assert.equal((await api.list("accounts", userId))[0].connection.status, "CONNECTED");
  const steps = (await api.call("GET", `/users/${userId}/steps`)).items.map(({ step }) => step);
  assert.equal(
    steps.filter((step) => step === "CLOSED").length,
    1,
    `who leaves for the source has not closed: ${steps}`,
  );
}

export const cases = {
  "redirect to a window": popup,
  "redirect of the whole page": wholePage,
};
