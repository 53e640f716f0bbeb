// Sources that are slow, and accounts with little, half or very much in them.
import assert from "node:assert/strict";
import { startReceiver } from "../harness/receiver.mjs";
import { openAtGrab, signInAt } from "../pages/grab.mjs";

/** Runs with the events that a customer's server would get. */
async function withReceiver(t, run) {
  const receiver = await startReceiver(t.api, ["ACCOUNT_CONNECTED", "TASK_FINISHED", "TRANSACTIONS_ADDED"]);
  try {
    await run({ ...t, receiver });
  } finally {
    await receiver.stop();
  }
}

async function slowSignIn({ api, customer, open, receiver }) {
  const session = await open("phone");
  const { site, start } = await openAtGrab(session, customer);
  const widget = await start();
  const startedAt = Date.now();
  await signInAt(widget, "delay_2");
  await widget.screen("Connecting Grab");
  await widget.frame.locator("li.active").filter({ hasText: "Signing in" }).waitFor();
  await session.look("signing-in", widget.frame);
  await widget.screen("Grab is connected");
  assert.ok(Date.now() - startedAt >= 2000, "the source took its time");
  await widget.leave("Done");
  const [{ accountId, userId }] = await site.called("onAccountConnected");
  assert.equal((await api.call("GET", `/accounts/${accountId}`)).connection.status, "CONNECTED");
  assert.equal((await receiver.event("ACCOUNT_CONNECTED", accountId)).userId, userId);
}

/** Who is signed in may leave; reading goes on. */
async function slowReading({ api, customer, open, receiver }) {
  const session = await open("desktop");
  const { site, start } = await openAtGrab(session, customer);
  const widget = await start();
  await signInAt(widget, "slow_1");
  await widget.text("You may close this window: reading goes on by itself.");
  await session.glimpse("reading");
  await widget.leave("Close");
  const [account] = await site.called("onAccountConnected");
  assert.deepEqual((await site.calls()).at(-1), ["onClose", { reason: "close" }]);
  assert.deepEqual(await api.list("transactions", account.userId), [], "not everything was read by then");
  const { status, datapoints } = await receiver.event("TASK_FINISHED", account.accountId);
  assert.equal(status, "SUCCEEDED");
  assert.ok(datapoints.includes("TRANSACTIONS"), `${datapoints}`);
  assert.ok((await api.list("transactions", account.userId)).length > 0);
}

async function empty({ api, customer, open, receiver }) {
  const session = await open("phone");
  const { site, start } = await openAtGrab(session, customer);
  const widget = await start();
  await signInAt(widget, "data_empty");
  await widget.screen("Grab is connected");
  await session.look("connected", widget.frame);
  await widget.leave("Done");
  const [{ accountId, userId }] = await site.called("onAccountConnected");
  assert.equal((await receiver.event("TASK_FINISHED", accountId)).status, "SUCCEEDED");
  assert.equal((await api.list("identities", userId)).length, 1);
  for (const resource of ["transactions", "ratings", "eincomes", "documents"]) {
    assert.deepEqual(await api.list(resource, userId), [], resource);
  }
}

/** Signed in, but reading fails half-way: what was read stays shared, and the person hears of it. */
async function partial({ api, customer, open, receiver }) {
  const session = await open("desktop");
  const { site, start } = await openAtGrab(session, customer);
  const widget = await start();
  await signInAt(widget, "data_partial");
  await widget.screen("Grab can't be reached");
  await widget.text("what was read before the problem is shared");
  await session.look("failed", widget.frame);
  const [account] = await site.called("onAccountConnected");
  const { connection } = await api.call("GET", `/accounts/${account.accountId}`);
  assert.equal(connection.status, "CONNECTED");
  assert.equal((await receiver.event("TASK_FINISHED", account.accountId)).status, "FAILED");
  assert.equal((await api.list("identities", account.userId)).length, 1);
  assert.deepEqual(await api.list("transactions", account.userId), []);
  await widget.press("See what you share");
  await widget.screen("What you share");
  await widget.text("Who you are");
  await session.look("shared", widget.frame);
  await widget.leave("Done");
  assert.deepEqual(await site.called("onAccountError"), [{ ...account, errorCode: "SERVICE_UNAVAILABLE" }]);
}

async function huge({ api, customer, open, receiver }) {
  const session = await open("phone");
  const { site, start } = await openAtGrab(session, customer);
  const widget = await start();
  await signInAt(widget, "data_huge");
  await widget.text("You may close this window");
  await widget.leave("Close");
  const [{ accountId, userId }] = await site.called("onAccountConnected");
  const { count } = await receiver.event("TRANSACTIONS_ADDED", accountId);
  assert.ok(count > 20_000, `${count} transactions`);
  assert.equal((await receiver.event("TASK_FINISHED", accountId)).status, "SUCCEEDED");
  assert.equal((await api.list("transactions", userId)).length, 150, "page by page");
}

export const cases = {
  "a slow sign-in": (t) => withReceiver(t, slowSignIn),
  "a slow reading": (t) => withReceiver(t, slowReading),
  "an empty account": (t) => withReceiver(t, empty),
  "half of the data": (t) => withReceiver(t, partial),
  "a huge account": (t) => withReceiver(t, huge),
};
