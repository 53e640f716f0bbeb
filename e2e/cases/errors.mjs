// Each reason for which a source can refuse, as a test input: the screen, the callback, the account, the event, the way on.
import assert from "node:assert/strict";
import { startReceiver } from "../harness/receiver.mjs";
import { openAtGrab, signInAt } from "../pages/grab.mjs";
import { GEORGE } from "../pages/widget.mjs";

/** What helps: the same again, something to be done at the source first, waiting, or another way. */
const AGAIN = { primary: "Try again" };
const THERE = { primary: "I have done that: try again" };
const ELSEWHERE = { primary: "Choose another", documents: true };

const CODES = {
  ACCOUNT_DISABLED: ["Your account is switched off", ELSEWHERE],
  ACCOUNT_INACCESSIBLE: ["Your account can't be opened", THERE],
  ACCOUNT_INCOMPLETE: ["Your account isn't set up yet", THERE],
  ACCOUNT_LOCKED: ["Your account is locked", THERE],
  AUTH_REQUIRED: ["Grab wants you to sign in there", THERE],
  EXPIRED_CREDENTIALS: ["Your password has expired", THERE],
  INVALID_ACCOUNT_TYPE: ["This kind of account doesn't work", ELSEWHERE],
  INVALID_AUTH: ["You could not be signed in", AGAIN],
  INVALID_CREDENTIALS: ["Those details don't match", AGAIN],
  INVALID_MFA: ["That code was wrong", AGAIN],
  MFA_TIMEOUT: ["The code came too late", AGAIN],
  SERVICE_UNAVAILABLE: ["Grab can't be reached", ELSEWHERE],
  SYSTEM_ERROR: ["Something went wrong on our side", AGAIN],
  TOS_REQUIRED: ["Grab has new terms", THERE],
  UNSUPPORTED_AUTH_TYPE: ["This way of signing in doesn't work here", ELSEWHERE],
  UNSUPPORTED_MFA_METHOD: ["This kind of check doesn't work here", ELSEWHERE],
};
export const ALL = Object.keys(CODES);

async function errors({ api, customer, open }, size, codes) {
  const receiver = await startReceiver(api, ["ACCOUNT_FAILED"]);
  try {
    const session = await open(size);
    const { site, start } = await openAtGrab(session, customer);
    const widget = await start();
    for (const code of codes) {
      await signInAt(widget, `error_${code}`);
      await fails(session, site, widget, code);
      await isTold(api, receiver, site, code);
      if (code !== codes.at(-1)) await goesOn(widget, CODES[code][1]);
    }
    await widget.leave("Exit");
    assert.deepEqual(await site.called("onClose"), [{ reason: "error" }]);
    const names = (await site.calls()).map(([name]) => name).filter((name) => name !== "onUIEvent");
    assert.deepEqual(names, ["onAccountCreated", ...codes.map(() => "onAccountError"), "onClose"]);
  } finally {
    await receiver.stop();
  }
}

/** What the person sees, and what the page hears. */
async function fails(session, site, widget, code) {
  const [title, { primary, documents = false }] = CODES[code];
  await widget.screen(title);
  await widget.text(`Error code: ${code}`);
  assert.equal((await widget.frame.locator(".button.primary").textContent()).trim(), primary, `what ${code} wants`);
  assert.equal(await widget.button("Send payslips instead").count(), documents ? 1 : 0, `documents for ${code}`);
  await session.look(code, widget.frame);
  const [{ accountId, userId }] = await site.called("onAccountCreated");
  const told = (await site.called("onAccountError")).at(-1);
  assert.deepEqual(told, { accountId, userId, providerId: "grab", errorCode: code });
}

/** What the customer's server is told, and what it reads. */
async function isTold(api, receiver, site, code) {
  const [{ accountId, userId }] = await site.called("onAccountCreated");
  const { connection, providerId } = await api.call("GET", `/accounts/${accountId}`);
  assert.deepEqual([connection.status, connection.errorCode, providerId], ["ERROR", code, "grab"]);
  const data = await receiver.event("ACCOUNT_FAILED", accountId, ({ errorCode }) => errorCode === code);
  assert.deepEqual([data.userId, data.providers], [userId, ["grab"]]);
  assert.ok(data.errorMessage, `${code} in words`);
  assert.deepEqual(await api.list("identities", userId), [], "nothing is read");
}

/** From the failure back to the login form. */
async function goesOn(widget, { primary, documents }) {
  await widget.press(primary);
  if (documents) {
    await widget.screen("Where does your income come from?");
    await widget.text("1 account is not connected");
    await widget.choose("Grab");
  }
  await widget.screen("Sign in to Grab");
  assert.equal(await widget.field("Mobile number or e-mail").inputValue(), GEORGE.email, "the login is kept");
  assert.equal(await widget.password.inputValue(), "", "the password is not");
}

export const cases = {
  "error inputs on a phone": (t) =>
    errors(
      t,
      "phone",
      ALL.filter((_, place) => place % 2 === 0),
    ),
  "error inputs on a desktop": (t) =>
    errors(
      t,
      "desktop",
      ALL.filter((_, place) => place % 2 === 1),
    ),
};
