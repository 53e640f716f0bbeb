// The main job: George connects Upwork on the demo page, with all the mistakes that people make, and takes it back.
import assert from "node:assert/strict";
import { eventually, hold } from "../harness/wait.mjs";
import { inShort, openDemo } from "../pages/demo.mjs";
import { GEORGE } from "../pages/widget.mjs";

const LOGIN = "E-mail or user name";

async function journey({ sahod, open }, size) {
  const session = await open(size);
  const { page, look } = session;
  const demo = await openDemo(session, sahod.demoUrl);
  await look("demo-empty");

  const widget = await demo.connect();
  const { frame } = widget;
  await widget.screen("Demo Lending asks to see your work and income data");
  await look("consent", frame);
  await widget.consent();
  await widget.text("Suggested");
  await look("providers", frame);
  await widget.search("upwork");
  await widget.button("Upwork").waitFor();
  await frame.getByText("1 result").waitFor({ state: "attached" });
  await look("providers-search", frame);
  await widget.choose("Upwork");
  await look("login", frame);
  await widget.press("Sign in and share");
  await widget.text("Please fill in: Password");
  await look("login-faults", frame);

  // The wrong password: the way back keeps what was typed, but not the password.
  await widget.signIn(LOGIN, GEORGE.email, "654321");
  await widget.screen("Those details don't match");
  await widget.text("Error code: INVALID_CREDENTIALS");
  await look("failed-credentials", frame);
  await widget.press("Try again");
  await widget.password.waitFor();
  assert.equal(await widget.field(LOGIN).inputValue(), GEORGE.email, "what was typed is kept");
  assert.equal(await widget.password.inputValue(), "", "the password is not");
  assert.equal(await frame.getByText("You share an account").count(), 0, "nothing is shared by failing to sign in");
  await look("login-again", frame);

  // The wrong code: Upwork asks for the sign-in again.
  const sealed = await hold(page, (request) => request.method() === "POST" && /\/accounts$/.test(request.url()));
  await widget.signIn(LOGIN, GEORGE.email, GEORGE.password);
  await widget.screen("Connecting Upwork");
  await look("progress-signing-in", frame);
  await sealed();
  await widget.screen("Enter your code");
  await look("mfa", frame);
  await widget.press("Confirm");
  await widget.text("Please type the code.");
  assert.equal(
    await frame.evaluate(() => document.activeElement?.id),
    "answer-input",
    "the focus is where the fault is",
  );
  await look("mfa-fault", frame);
  await widget.answer("9999");
  await widget.screen("That code was wrong");
  await widget.text("Error code: INVALID_MFA");
  await look("failed-code", frame);
  await widget.press("Try again");
  await widget.password.waitFor();

  // All right now. The list at the end is held back, so that the finished progress can be looked at.
  await widget.signIn(LOGIN, GEORGE.email, GEORGE.password);
  await widget.screen("Enter your code");
  const listed = await hold(page, (request) => request.method() === "GET" && /\/accounts$/.test(request.url()));
  await widget.answer(GEORGE.code);
  await widget.screen("Connecting Upwork");
  await frame.locator("li.ready").first().waitFor();
  await session.glimpse("progress-reading");
  await frame.locator("li.ready").filter({ hasText: "All done" }).waitFor();
  await look("progress-done", frame);
  await listed();
  await widget.screen("Upwork is connected");
  await look("connected", frame);
  await widget.leave("Done");

  const userId = await demo.applicant();
  const accountId = await checkCallbacks(demo, userId);
  await checkWebhooks(demo, userId, accountId);
  await checkData(demo, accountId);
  await page.getByTestId("income").getByRole("img").waitFor();
  await page.getByTestId("accounts").getByText("Connected").waitFor();
  await look("demo-connected");

  await removeInWidget(session, demo, userId, accountId);
  await revokeOnPage(session, demo);
  await page.getByTestId("start-over").click();
  await page.getByText("You become an applicant when you open the widget.").waitFor();
  assert.equal(
    (await demo.log("callbacks").count()) + (await demo.log("webhooks").count()),
    0,
    "the logs are empty again",
  );
}

/** Order and arguments of all that the widget called back. The account of all three tries is one and the same. */
async function checkCallbacks(demo, userId) {
  await demo.log("callbacks").first().filter({ hasText: "onClose" }).waitFor();
  const calls = await demo.callbacks();
  const tries = ["PROVIDER_SELECTED", "CREDENTIALS_SUBMITTED"];
  assert.deepEqual(inShort(calls), [
    "WIDGET_OPENED",
    "CONSENT_SHOWN",
    "CONSENT_ACCEPTED",
    "PROVIDER_SEARCHED",
    ...tries,
    "onAccountCreated",
    "onAccountError",
    "ACCOUNT_FAILED",
    ...tries,
    "MFA_REQUESTED",
    "MFA_SUBMITTED",
    "onAccountError",
    "ACCOUNT_FAILED",
    ...tries,
    "MFA_REQUESTED",
    "MFA_SUBMITTED",
    "onAccountConnected",
    "ACCOUNT_CONNECTED",
    "WIDGET_CLOSED",
    "onClose",
  ]);
  const of = (name) => calls.filter((call) => call.name === name).map(({ payload }) => payload);
  const [{ accountId }] = of("onAccountCreated");
  assert.match(accountId, /^a-[0-9a-f]{32}$/);
  const account = { accountId, userId, providerId: "upwork" };
  assert.deepEqual(of("onAccountCreated"), [account], "told once, though it was tried three times");
  assert.deepEqual(of("onAccountError"), [
    { ...account, errorCode: "INVALID_CREDENTIALS" },
    { ...account, errorCode: "INVALID_MFA" },
  ]);
  assert.deepEqual(of("onAccountConnected"), [account]);
  assert.deepEqual(of("onClose"), [{ reason: "exit" }]);
  for (const event of of("onUIEvent").slice(1)) {
    assert.deepEqual(Object.keys(event).sort(), ["account", "archive", "eventName", "eventTime", "mode", "userId"]);
    assert.deepEqual([event.mode, event.userId, event.archive], ["SANDBOX", userId, null], event.eventName);
  }
  assert.doesNotMatch(JSON.stringify(calls), /gpalomero|George|123456/, "callbacks carry ids only");
  return accountId;
}

async function checkWebhooks(demo, userId, accountId) {
  for (const type of ["ACCOUNT_CONNECTED", "TASK_FINISHED"]) await demo.event(type);
  await demo.event("ACCOUNT_FAILED", 2);
  const events = await demo.webhooks();
  const types = new Set(events.map(({ name }) => name));
  for (const type of [
    "ACCOUNT_CREATED",
    "ACCOUNT_FAILED",
    "ACCOUNT_CONNECTED",
    "TASK_STARTED",
    "IDENTITY_ADDED",
    "RATING_ADDED",
    "TRANSACTIONS_ADDED",
    "EINCOMES_ADDED",
    "TASK_FINISHED",
  ]) {
    assert.ok(types.has(type), `${type} came; there were ${[...types]}`);
  }
  for (const { name, kind, detail, payload } of events) {
    assert.deepEqual([kind, detail], ["valid", "signature valid"], name);
    assert.deepEqual([payload.type, payload.version, payload.data.userId], [name, 1, userId]);
    assert.match(payload.id, /^et-[0-9a-f]{32}$/);
  }
  // At least once: the same event may come again, but with the same id.
  const ids = (type) => new Set(events.filter(({ name }) => name === type).map(({ payload }) => payload.id)).size;
  assert.deepEqual(
    ["ACCOUNT_CREATED", "ACCOUNT_FAILED", "ACCOUNT_CONNECTED", "TASK_STARTED", "TASK_FINISHED"].map(ids),
    [1, 2, 1, 1, 1],
    "how often each happened",
  );
  const connected = events.find(({ name }) => name === "ACCOUNT_CONNECTED").payload.data;
  assert.equal(connected.accountId, accountId);
}

async function checkData(demo, accountId) {
  await demo.data("identities", (items) => {
    assert.equal(items.length, 1);
    assert.equal(items[0].fullName, GEORGE.fullName);
    assert.equal(items[0].emails[0].address, GEORGE.email);
    assert.equal(items[0].metadata.sourceId, accountId);
  });
  const first = await demo.data("transactions", (items, { nextCursor }) => {
    assert.equal(items.length, 10);
    assert.ok(items.every(({ currency, metadata }) => currency === "USD" && metadata.providerId === "upwork"));
    assert.ok(nextCursor, "there is a next page");
  });
  await demo.page.getByRole("button", { name: "Next page" }).click();
  await demo.page.getByTestId("api-data").getByText("?userId=").filter({ hasText: "cursor=" }).waitFor();
  const second = await eventually(async () => {
    const json = await demo.page.getByTestId("api-data").locator(".json-box pre").textContent();
    const { items } = JSON.parse(json).data;
    assert.notEqual(items[0].id, first.items[0].id);
    return items;
  });
  const ids = new Set([...first.items, ...second].map(({ id }) => id));
  assert.equal(ids.size, 20, "no transaction comes twice");
  await demo.data("eincomes", (items) => assert.ok(items.length > 0));
}

/** Comes back as the same applicant, sees what is shared, and removes it there. */
async function removeInWidget(session, demo, userId, accountId) {
  const { look, page } = session;
  const widget = await demo.openAgain();
  const { frame } = widget;
  await widget.screen("Demo Lending asks to see");
  await widget.button("See what you share now").waitFor();
  await look("consent-returning", frame);
  await widget.consent();
  await widget.text("You share 1 account");
  await look("providers-returning", frame);
  await widget.press("You share 1 account");
  await widget.screen("What you share");
  await look("accounts", frame);
  await widget.press("Remove Upwork");
  await widget.text("Remove Upwork? Demo Lending loses access");
  await look("accounts-confirm", frame);
  await widget.press("Keep");
  await widget.press("Remove Upwork");
  await widget.press("Yes, remove");
  await widget.screen("You share nothing now");
  await widget.text("Upwork was removed.");
  await look("accounts-none", frame);
  await widget.leave("Done");

  const calls = await demo.callbacks();
  assert.deepEqual(inShort(calls).slice(-4), ["onAccountRemoved", "ACCOUNT_REMOVED", "WIDGET_CLOSED", "onClose"]);
  assert.deepEqual(calls.at(-4).payload, { accountId, userId, providerId: "upwork" });
  assert.equal(await demo.applicant(), userId, "still the same applicant");
  await demo.event("ACCOUNT_DISCONNECTED");
  const events = await demo.webhooks();
  const gone = events.filter(({ name }) => name === "ACCOUNT_DISCONNECTED");
  assert.ok(gone.every(({ kind, payload }) => kind === "valid" && payload.data.accountId === accountId));
  for (const resource of ["identities", "transactions", "eincomes", "ratings"]) {
    await demo.data(resource, (items) => assert.deepEqual(items, [], `${resource} are gone`));
  }
  await page.getByTestId("accounts").getByText("Revoked").waitFor();
  await look("demo-removed");
}

/** Connects again, and takes it back on the lender's own page. */
async function revokeOnPage({ page, look }, demo) {
  const widget = await demo.openAgain();
  await widget.consent();
  await widget.choose(/^Upwork/);
  await widget.frame.getByText("Test people").click();
  await look("login-test-people", widget.frame);
  await widget.press(/^George Palomero/);
  await widget.press("Sign in and share");
  await widget.screen("Enter your code");
  await widget.press("Use test code 1234");
  await widget.press("Confirm");
  await widget.screen("Upwork is connected");
  await widget.leave("Done");
  await demo.data("identities", (items) => assert.equal(items[0]?.fullName, GEORGE.fullName));
  await page.getByTestId("income").getByRole("img").waitFor();

  await page.getByRole("button", { name: "Revoke upwork" }).click();
  await demo.event("ACCOUNT_DISCONNECTED", 2);
  await demo.data("identities", (items) => assert.deepEqual(items, []));
  await demo.data("transactions", (items) => assert.deepEqual(items, []));
  await page.getByRole("button", { name: "Revoke upwork" }).waitFor({ state: "detached" });
  await page.getByText("Your income appears here once an account is connected.").waitFor();
  await look("demo-revoked");
}

export const cases = {
  "demo on a desktop": (t) => journey(t, "desktop"),
  "demo on a phone": (t) => journey(t, "phone"),
};
