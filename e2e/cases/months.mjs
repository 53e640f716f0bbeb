// An account that cannot be read again without its person: what they share before, and a month later.
import assert from "node:assert/strict";
import { startReceiver } from "../harness/receiver.mjs";
import { eventually } from "../harness/wait.mjs";
import { openAtGrab, signInAt } from "../pages/grab.mjs";
import { findWidget, GEORGE } from "../pages/widget.mjs";
import { ALL } from "./errors.mjs";

const CLOCK_MS = 30_000;

async function advance(api, by) {
  await api.call("POST", "/sandbox/clock/advance", { by });
  await eventually(async () => {
    assert.equal((await api.call("GET", "/sandbox/clock")).status, "READY");
  }, CLOCK_MS);
}

async function monthLater({ open, ownWorld }) {
  // Nobody else's time passes.
  const { api, customer } = await ownWorld();
  const receiver = await startReceiver(api, ["ACCOUNT_SYNC_TASK_FINISHED"]);
  try {
    const session = await open("phone");
    const { site, start } = await openAtGrab(session, customer);
    const before = await start();
    await signInAt(before, "sync_AUTH_REQUIRED");
    await before.screen("Grab is connected");
    assert.equal(await before.frame.getByText("After you sign in again").count(), 0, "it will be read again");
    await session.look("before", before.frame);
    await before.leave("Done");
    const [{ accountId, userId }] = await site.called("onAccountConnected");
    const account = () => api.call("GET", `/accounts/${accountId}`);
    assert.equal((await account()).monitorStatus, "ACTIVE");

    await advance(api, "P32D");
    const { connection, monitorStatus } = await account();
    assert.deepEqual([connection.status, monitorStatus], ["CONNECTED", "USER_ACTION_REQUIRED"]);
    const synced = await receiver.event("ACCOUNT_SYNC_TASK_FINISHED", accountId);
    assert.deepEqual([synced.status, synced.monitorStatus], ["FAILED", "USER_ACTION_REQUIRED"]);

    const userToken = await api.newToken(userId);
    const after = await comeBack(session, customer, userToken);
    await after.press("See what you share now");
    await after.screen("What you share");
    await after.text("After you sign in again");
    await session.look("after", after.frame);

    // Signing in again is all that it takes, after the person has agreed as ever.
    await after.press("Sign in again: Grab");
    await after.agree();
    await after.text("You share an account from Grab already.");
    await session.look("again", after.frame);
    await signInAt(after, GEORGE.password);
    await after.screen("Grab is connected");
    assert.equal((await account()).monitorStatus, "ACTIVE");
    assert.equal(await after.frame.getByText("After you sign in again").count(), 0, "it will be read again");
    await after.leave("Done");
  } finally {
    await receiver.stop();
  }
}

async function comeBack(session, customer, userToken) {
  const { site } = await openAtGrab(session, customer, { userToken });
  await site.opener.click();
  const widget = await findWidget(session.page);
  await widget.screen(/asks to see/);
  return widget;
}

/** A source that does not answer is asked once more by itself; what else is wrong waits for the person. */
const IS_ASKED_AGAIN = new Set(["SERVICE_UNAVAILABLE", "SYSTEM_ERROR"]);
/** The rest of `monthLater`'s. */
const CODES = ALL.filter((code) => code !== "AUTH_REQUIRED");

async function everySync({ open, ownWorld }, size, codes) {
  const { api, customer } = await ownWorld();
  const receiver = await startReceiver(api, ["ACCOUNT_SYNC_TASK_FINISHED"]);
  try {
    const session = await open(size);
    const accounts = [];
    for (const code of codes) {
      const { site, start } = await openAtGrab(session, customer);
      const widget = await start();
      await signInAt(widget, `sync_${code}`);
      await widget.screen("Grab is connected");
      await widget.leave("Done");
      accounts.push((await site.called("onAccountConnected"))[0]);
    }
    await advance(api, "P32D");
    for (const [index, code] of codes.entries()) {
      const { accountId, userId } = accounts[index];
      const wanted = IS_ASKED_AGAIN.has(code) ? "ACTIVE" : "USER_ACTION_REQUIRED";
      const { connection, monitorStatus } = await api.call("GET", `/accounts/${accountId}`);
      assert.deepEqual([connection.status, monitorStatus], ["CONNECTED", wanted], code);
      const synced = await receiver.event("ACCOUNT_SYNC_TASK_FINISHED", accountId);
      assert.deepEqual([synced.status, synced.monitorStatus], ["FAILED", wanted], code);
      const widget = await comeBack(session, customer, await api.newToken(userId));
      await widget.press("See what you share now");
      await widget.screen("What you share");
      const asked = await widget.frame.getByText("After you sign in again").count();
      assert.equal(asked, IS_ASKED_AGAIN.has(code) ? 0 : 1, code);
      if (index === 0) await session.look(code, widget.frame);
    }
  } finally {
    await receiver.stop();
  }
}

export const cases = {
  "a month later": monthLater,
  "sync inputs on a phone": (t) => everySync(t, "phone", CODES.slice(0, 8)),
  "sync inputs on a desktop": (t) => everySync(t, "desktop", CODES.slice(8)),
};
