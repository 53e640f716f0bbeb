// The walks around sources that cannot be used or found, and the sandbox's own tools.
import assert from "node:assert/strict";
import { button, heading, leave, names } from "./steps.mjs";

/** A source that is down, one that has problems, and one that goes down while its form is open. */
export async function health({ open, shot, api }) {
  api.stepMs = 30;
  const { frame } = await open({ enableConsentPage: false, topProviders: ["sleepy", "shaky", "upwork"] });
  await frame.getByText("Can't be reached right now").waitFor();
  await shot("list");
  await button(frame, "Sleepy Payroll").click();
  await heading(frame, "Sleepy Payroll can't be reached");
  await shot("down");
  await button(frame, "Check again").click();
  await heading(frame, "Sleepy Payroll can't be reached");
  await button(frame, "Send payslips instead").click();
  await heading(frame, "Send documents from Sleepy Payroll");
  await button(frame, "Back").click();
  await button(frame, "Choose another").click();
  await button(frame, "Shaky Rides").click();
  await frame.getByText("Shaky Rides has problems right now").waitFor();
  await shot("shaky");
  await leave(frame, "Close");

  const only = await open({ enableConsentPage: false, enableUpload: false, providers: ["sleepy"] });
  await heading(only.frame, "Sleepy Payroll can't be reached");
  assert.equal(await button(only.frame, "Choose another").count(), 0);
  await shot("down-only");
  await leave(only.frame, "Close");
}

/** Nothing found: documents where they are taken, and a word to the customer where they are not. */
export async function notFound({ open, shot, api }) {
  const search = async (frame) => {
    await frame.getByLabel("Search by name").fill("No such employer");
    await frame.getByText("Nothing found for").waitFor();
  };
  const first = await open({ enableConsentPage: false });
  await search(first.frame);
  await shot("uploads");
  await button(first.frame, "Send payslips instead").click();
  await heading(first.frame, "Send your documents");
  await leave(first.frame, "Close");
  assert.ok(names(await first.calls()).includes("PROVIDER_NOT_FOUND"));

  api.steps.length = 0;
  const second = await open({ enableConsentPage: false, enableUpload: false });
  await search(second.frame);
  await shot("no-uploads");
  await button(second.frame, "Can't find your employer?").click();
  await heading(second.frame, "Can't find your employer?");
  await shot("missing");
  await leave(second.frame, "Close and go back to Demo Lending");
  await second.closed();
  const seen = await second.calls();
  assert.deepEqual(names(seen).slice(-3), ["PROVIDER_NOT_FOUND", "WIDGET_CLOSED", "onClose"]);
  assert.equal(seen.at(-3)[1].query, "No such employer");
  assert.deepEqual(seen.at(-1)[1], { reason: "close" });
  assert.ok(api.steps.includes("NOT_FOUND"));
}

/** Test inputs fill the form, with the keyboard as with a finger. */
export async function testInputs({ open, shot, api, page }) {
  api.stepMs = 30;
  const { frame } = await open({ enableConsentPage: false, providers: ["freelancer"] });
  const password = () => frame.getByLabel("Password", { exact: true }).inputValue();
  await frame.getByText("Test people").click();
  await shot("closed");
  await frame.getByText("Something is asked").click();
  await button(frame, "Captcha picture").click();
  await button(frame, "Security question").click();
  assert.equal(await password(), "prompt_captcha+prompt_question");
  assert.equal(await frame.getByLabel("E-mail").inputValue(), "gpalomero1234@smileapi.io", "somebody signs in");
  await frame.locator("summary", { hasText: "The sign-in fails" }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  assert.equal(await password(), "prompt_captcha+prompt_question+error_ACCOUNT_DISABLED");
  await frame.getByText("Something is asked").click();
  await button(frame, "Security question").click();
  await shot("chosen");
  await button(frame, "Ryan Lestari").click();
  await button(frame, "Clear").click();
  assert.equal(await password(), "654321", "the person's own password is back");
  await frame.getByText("The sign-in fails").click();
  await button(frame, "Fails with ACCOUNT_LOCKED").click();
  await button(frame, "Sign in and share").click();
  await frame.getByText("Error code: ACCOUNT_LOCKED").waitFor();
  await leave(frame, "Exit");
}
