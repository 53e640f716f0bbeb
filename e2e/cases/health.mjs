// Sources that are down, and sources that have problems.
import assert from "node:assert/strict";
import { openCustomer } from "../pages/customer.mjs";
import { GEORGE } from "../pages/widget.mjs";

async function down({ api, customer, open }) {
  const { userId, userToken } = await api.newUser();
  const session = await open("phone");
  const site = await openCustomer(session, customer, { userToken });
  const widget = await site.open();
  await widget.consent();
  await widget.search("monsoon");
  await widget.text("Can't be reached right now");
  await session.look("listed", widget.frame);
  await widget.press(/^Monsoon Media/);
  await widget.screen("Monsoon Media can't be reached right now");
  await session.look("down", widget.frame);
  await widget.press("Check again");
  await widget.screen("Monsoon Media can't be reached right now");
  await widget.press("Send payslips instead");
  await widget.screen("Send documents from Monsoon Media");
  await widget.press("Back");
  await widget.screen("Monsoon Media can't be reached right now");
  await widget.press("Choose another");
  await widget.screen("Where does your income come from?");
  await widget.leave("Close");
  assert.deepEqual(await site.called("onAccountCreated"), [], "nothing was tried");
  assert.deepEqual(await api.list("accounts", userId), []);
}

/** The customer names only that one. */
async function onlyDown({ customer, open }) {
  const session = await open("desktop");
  const site = await openCustomer(session, customer, { providers: ["monsoon_media"], enableUpload: false });
  const widget = await site.open();
  await widget.screen(/asks to see/);
  await widget.press("Continue");
  await widget.screen("Monsoon Media can't be reached right now");
  await widget.text("Come back later. Nothing that you did is lost.");
  assert.equal(await widget.button("Choose another").count(), 0, "there is no other");
  await session.look("down", widget.frame);
  await widget.leave("Close");
  assert.deepEqual(await site.called("onClose"), [{ reason: "close" }]);
}

async function degraded({ api, customer, open }) {
  const session = await open("desktop");
  const site = await openCustomer(session, customer);
  const widget = await site.open();
  await widget.consent();
  await widget.search("trade winds");
  await widget.text("Has problems right now");
  await session.look("listed", widget.frame);
  await widget.choose(/^Trade Winds/);
  await widget.text("You can try, but it may take longer or fail.");
  await session.look("login", widget.frame);
  await widget.signIn("E-mail or employee number", GEORGE.email, GEORGE.password);
  await widget.screen("Trade Winds Shipping is connected");
  await widget.leave("Done");
  const [{ accountId }] = await site.called("onAccountConnected");
  assert.equal((await api.call("GET", `/accounts/${accountId}`)).connection.status, "CONNECTED");
}

export const cases = {
  "a source that is down": down,
  "only a source that is down": onlyDown,
  "a source with problems": degraded,
};
