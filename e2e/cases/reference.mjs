// The API reference in the docs: a reader finds an operation, calls it with their own key and reads on.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { hold } from "../harness/wait.mjs";
import { atReference, openReference } from "../pages/reference.mjs";

async function readAndCall({ sahod, api, open }, size) {
  const made = [];
  for (let count = 0; count < 3; count += 1) made.unshift((await api.newUser()).userId);
  const session = await open(size);
  const { page, look } = session;

  // From the list of pages, as a reader comes.
  await page.goto(`${sahod.docsUrl}/`);
  await page.getByRole("link", { name: "API reference" }).click();
  const reference = await atReference(session);
  await look("overview");

  // On a phone the list is behind a menu.
  const menu = page.getByRole("button", { name: "Menu" });
  const isSmall = await menu.isVisible();
  if (isSmall) await menu.click();
  await reference.search.fill("user get");
  await reference.navigation
    .getByRole("link", { name: /webhook/i })
    .first()
    .waitFor({ state: "detached" });
  await look("search");
  await reference.search.fill("/users list");
  await reference.search.press("Enter");
  const list = "#/operations/list-users";
  await page.waitForURL((url) => url.hash === list);
  await page.getByRole("region", { name: "Try it" }).waitFor();
  const summary = await page.locator("main h1").textContent();
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), "H1", "the reader starts at the top");
  await look("operation");

  // Nothing is sent before everything is there, and all of it is named at once.
  await reference.send();
  assert.equal(await reference.tryIt.locator('[aria-invalid="true"]').count(), 2);
  assert.equal(await page.evaluate(() => document.activeElement?.labels?.[0].textContent), "Key");
  await look("faults");

  await reference.sign(sahod);
  await reference.field(/^size/).fill("2");
  const release = await hold(page, (request) => /\/users\?/.test(request.url()));
  await reference.send();
  await page.getByRole("button", { name: "Sending…" }).waitFor();
  await session.glimpse("sending");
  await release();
  const first = await reference.answer("200");
  assert.deepEqual(
    first.body.data.items.map(({ id }) => id),
    made.slice(0, 2),
  );
  assert.equal(first.headers["X-Request-Id"], first.body.requestId);
  assert.match(first.headers["RateLimit-Remaining"], /^\d+$/);
  await look("answer");

  await page.getByRole("button", { name: "Next page" }).click();
  await reference.tryIt.getByText("page 2").waitFor();
  const second = await reference.answer("200");
  assert.equal(second.body.data.items[0].id, made[2], "the next page goes on where the first one ended");
  assert.equal(await reference.field(/^cursor/).inputValue(), first.body.data.nextCursor);

  // What is pasted does what the form says, with the key from its surroundings.
  await reference.field(/^cursor/).fill("");
  for (const language of ["curl", "Python", "JavaScript"]) {
    assert.ok((await reference.code(language)).includes("/users?size=2"), language);
  }
  assert.ok(!(await page.content()).includes(sahod.apiSecret), "the secret is nowhere on the page");
  const pasted = (await reference.code("JavaScript")).replace(
    /^console\.log\(.*$/m,
    "console.log(await response.text());",
  );
  const env = { ...process.env, SAHOD_API_KEY: sahod.apiKey, SAHOD_API_SECRET: sahod.apiSecret };
  const printed = execFileSync(process.execPath, ["--input-type=module", "--eval", pasted], { env });
  assert.deepEqual(JSON.parse(printed).data.items, first.body.data.items);

  // A mistake comes back as the API says it.
  session.expect(400, /\/users\?size=0/);
  await reference.field(/^size/).fill("0");
  await reference.send();
  const refused = await reference.answer("400");
  assert.deepEqual(
    refused.body.data.errors.map(({ parameter }) => parameter),
    ["size"],
  );
  await look("refused");

  // The address leads back here; the key does not survive.
  await page.reload();
  await reference.heading(summary);
  assert.equal(await page.getByLabel("Secret", { exact: true }).inputValue(), "");
  assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]), [
    0,
    0,
    "",
  ]);
}

async function write({ sahod, api, open }) {
  const session = await open("desktop");
  const { page, look } = session;
  const reference = await openReference(session, sahod, "#/operations/create-webhook");
  await page.getByRole("region", { name: "Try it" }).waitFor();
  await look("create");
  await reference.sign(sahod);
  await reference.field("Body").fill('{ "name": ');
  await reference.send();
  await reference.tryIt.getByText("This is not JSON yet").waitFor();
  await look("no-json");
  const webhook = {
    name: "From the docs",
    url: "https://example.com/hook",
    eventTypes: ["ALL_EVENTS"],
    active: false,
    includePayload: false,
    secret: "0123456789abcdef0123456789abcdef",
  };
  await reference.field("Body").fill(JSON.stringify(webhook));
  await reference.send();
  const { body } = await reference.answer("20");
  assert.equal(body.code, "OK", JSON.stringify(body));
  const { id } = body.data;
  assert.equal((await api.call("GET", `/webhooks/${id}`)).name, webhook.name);

  // Deleting is asked about first, and the harmless answer is the one at hand. The key is still there.
  await page.goto(`${page.url().split("#")[0]}#/operations/delete-webhook`);
  await page.waitForFunction(() => /delete/i.test(document.querySelector("main h1")?.textContent ?? ""));
  await reference.field(/^id/).fill(id);
  await reference.send();
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  await look("delete");
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "hidden" });
  assert.equal((await api.call("GET", `/webhooks/${id}`)).id, id, "nothing is deleted by leaving");
  await reference.send();
  await dialog.getByRole("button", { name: "Send DELETE" }).click();
  await reference.answer("20");
  const left = await api.call("GET", "/webhooks?size=150");
  assert.ok(!left.items.some((one) => one.id === id));

  // Production is said to be production, and does not take a sandbox key.
  session.expect(403, /\/open\/v1\/webhooks\//);
  await reference.field("Server").selectOption({ index: 1 });
  await reference.tryIt.getByText("the data of real people").waitFor();
  await look("production");
  await reference.send();
  await dialog.getByText("it concerns real people").waitFor();
  await dialog.getByRole("button", { name: "Send DELETE" }).click();
  assert.equal((await reference.answer("403")).body.code, "UNAUTHORIZED_ACCESS");
}

async function events({ sahod, open }) {
  const session = await open("phone", { colorScheme: "dark" });
  await openReference(session, sahod, "#/events/ACCOUNT_CONNECTED");
  await session.page.getByRole("heading", { level: 1, name: "ACCOUNT_CONNECTED" }).waitFor();
  await session.page.getByRole("list", { name: "Fields of the event" }).waitFor();
  await session.look("event");
  await openReference(session, sahod, "#/operations/nothing-of-that-name");
  await session.page.getByRole("heading", { name: "There is nothing of that name" }).waitFor();
  await session.look("nothing");
}

/** Nothing but the keyboard, from the search to the answer. */
async function keyboard({ sahod, open }) {
  const session = await open("desktop");
  const { page } = session;
  const reference = await openReference(session, sahod);
  const focused = () =>
    page.evaluate(() => {
      const { ariaLabel, textContent, labels } = document.activeElement ?? {};
      return (ariaLabel || labels?.[0]?.textContent || textContent || "").trim().replace(/\s+/g, " ");
    });
  const tabTo = async (name) => {
    const passed = [];
    for (let presses = 0; presses < 150; presses += 1) {
      await page.keyboard.press("Tab");
      const now = await focused();
      if (name.test(now)) return;
      passed.push(now);
    }
    assert.fail(`Tab does not reach ${name}: ${passed.join(" | ")}`);
  };
  await tabTo(/^Skip to the content$/);
  await session.look("skip");
  await tabTo(/^Search operations/);
  await page.keyboard.type("list-users");
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "Try it" }).waitFor();
  await tabTo(/^Key$/);
  await page.keyboard.type(sahod.apiKey);
  await tabTo(/^Secret$/);
  await page.keyboard.type(sahod.apiSecret);
  await page.keyboard.press("Enter");
  assert.equal((await reference.answer("200")).body.code, "OK");
  await tabTo(/^curl$/);
  await page.keyboard.press("ArrowRight");
  assert.equal(await focused(), "JavaScript");
  await session.look("tabs");
}

export const cases = {
  "reference, desktop": (t) => readAndCall(t, "desktop"),
  "reference, narrow": (t) => readAndCall(t, "narrow"),
  "reference, writing": write,
  "reference, events": events,
  "reference, keyboard": keyboard,
};
