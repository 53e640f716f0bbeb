// The walks on which the network, the page or the session goes away, and what comes after.
import assert from "node:assert/strict";
import { button, heading, leave, names, typeLogin } from "./steps.mjs";

const GEORGE = "gpalomero1234@smileapi.io";

/** Offline in the middle of reading, and at the start of something new: both go on by themselves. */
export async function offline({ page, open, shot, api }) {
  api.stepMs = 600;
  const { frame } = await open({ enableConsentPage: false, providers: ["freelancer", "upwork"] });
  await button(frame, "Freelancer").click();
  await frame.getByLabel("E-mail").waitFor();
  const context = page.context();
  await typeLogin(frame, "E-mail", GEORGE);
  await heading(frame, "Connecting Freelancer");
  await context.setOffline(true);
  await frame.getByText("You are offline.").waitFor();
  await shot("reading");
  await context.setOffline(false);
  await heading(frame, "Freelancer is connected");
  assert.equal(await frame.getByText("You are offline.").count(), 0);

  await button(frame, "Connect another").click();
  await button(frame, "Upwork").waitFor();
  await context.setOffline(true);
  await button(frame, "Upwork").click();
  await heading(frame, "No connection");
  await shot("trouble");
  await context.setOffline(false);
  await heading(frame, "Sign in to Upwork");
  await leave(frame, "Close");
}

/** The customer's page is loaded again: while a code is awaited, when nothing runs, and when the session is over. */
export async function reload({ page, open, openAgain, shot, api, platform }) {
  api.stepMs = 200;
  const first = await open({ topProviders: ["upwork"], userToken: api.mintToken() }, platform);
  await button(first.frame, "Continue").click();
  await button(first.frame, "Upwork").click();
  await typeLogin(first.frame, "E-mail", GEORGE);
  await heading(first.frame, "Enter your code");
  await page.reload();

  const second = await openAgain();
  await heading(second.frame, "Enter your code");
  await shot("code-again");
  await button(second.frame, "Use test code").click();
  await button(second.frame, "Confirm").click();
  await heading(second.frame, "Upwork is connected");
  assert.ok(!names(await second.calls()).includes("onAccountCreated"), "the account is not new");
  await page.reload();

  const third = await openAgain();
  await third.frame.getByText("You share 1 account").waitFor();
  const typed = await third.frame.evaluate(() => JSON.stringify(sessionStorage));
  assert.doesNotMatch(typed, /gpalomero|123456|1234@/, "nothing that was typed is kept");
  api.faults.push({ match: /GET \/sessions\/current/, status: 401 });
  await page.reload();

  // Over, and so is a token with which somebody left on purpose.
  const fourth = await openAgain();
  await heading(fourth.frame, "This page has timed out");
  assert.equal(await fourth.frame.evaluate(() => sessionStorage.length), 0);
  await leave(fourth.frame, "Go back");

  const fifth = await open({ userToken: api.mintToken() }, platform);
  await leave(fifth.frame, "No, thanks");
  await fifth.closed();
  await page.reload();
  await heading((await openAgain()).frame, "This page has timed out");
}

/** The session ends while the widget is open and nobody touches it. */
export async function timeout({ open, api }) {
  api.sessionMs = 2500;
  const { frame, calls, closed } = await open({});
  api.sessionMs = 5 * 3600 * 1000;
  await heading(frame, "Demo Lending asks");
  api.faults.push({ match: /GET \/sessions\/current/, status: 401 });
  await heading(frame, "This page has timed out");
  assert.equal(names(await calls()).filter((name) => name === "onTokenExpired").length, 1);
  await leave(frame, "Go back");
  await closed();
}

/** What the server hears of a person's way, to the end of the page. */
export async function steps({ page, open, api }) {
  api.steps.length = 0;
  const { frame } = await open({ enableUpload: false });
  await button(frame, "Continue").click();
  for (const text of ["no", "no such"]) {
    await frame.getByLabel("Search by name").fill(text);
    await page.waitForTimeout(400);
  }
  await button(frame, "Show everything").click();
  await button(frame, "ABC Corporation").click();
  await heading(frame, "Sign in to ABC Corporation");
  await page.goto("about:blank");
  for (let tries = 0; tries < 20 && api.steps.at(-1) !== "CLOSED"; tries++) await page.waitForTimeout(100);
  assert.deepEqual(api.steps, ["CONSENTED", "SEARCHED", "CHOSEN", "CLOSED"]);
}
