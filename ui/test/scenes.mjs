// The walks through the widget that `screens.mjs` takes on every size of screen. Each gets `open`, which opens the
// widget on a customer's page with the given options, and `shot`, which looks at what is shown.

import assert from "node:assert/strict";
import { edges, errors, troubles, unshared } from "./failing-scenes.mjs";
import { languages } from "./language-scenes.mjs";
import { prompts, redirect, resend } from "./prompt-scenes.mjs";
import { offline, reload, steps, timeout } from "./recovery-scenes.mjs";
import { receipt, refusedFiles, template, uploads } from "./sharing-scenes.mjs";
import { health, notFound, testInputs } from "./source-scenes.mjs";
import { button, heading, leave, leaveByEscape, names, pause, typeLogin } from "./steps.mjs";

/** George's way from consent to connected, removing it at the end. */
async function happyPath({ open, shot, api }) {
  api.stepMs = 700;
  const { frame, calls, closed } = await open({ companyName: "Acme Loans", topProviders: ["upwork", "grab"] });
  await heading(frame, "Acme Loans asks to see");
  await shot("consent");
  await button(frame, "Continue").click();
  await frame.getByRole("button", { name: "Upwork" }).waitFor();
  await shot("providers");

  await frame.getByLabel("Search by name").fill("corp");
  await frame.getByText("2 results").waitFor({ state: "attached" });
  await shot("providers-search");
  await frame.getByLabel("Search by name").fill("no such place");
  await frame.getByText("Nothing found for").waitFor();
  await shot("providers-none");
  await button(frame, "Can't find yours?").click();
  await heading(frame, "Can't find your employer?");
  await shot("missing");
  await button(frame, "Search again").click();
  await button(frame, "Show everything").click();
  await button(frame, "Government").click();
  await button(frame, "Social Security System").waitFor();
  await shot("providers-type");
  await button(frame, "All").first().click();

  await button(frame, "Upwork").click();
  await heading(frame, "Sign in to Upwork");
  await frame.getByLabel("Password", { exact: true }).waitFor();
  await shot("login");
  await button(frame, "Sign in and share").click();
  await frame.getByText("Please fill in: E-mail").waitFor();
  await shot("login-faults");
  await frame.getByText("Test people").click();
  await button(frame, "George Palomero").click();
  await button(frame, "Show password").click();
  await shot("login-filled");
  await button(frame, "Sign in and share").click();
  await heading(frame, "Connecting Upwork");
  await shot("progress-signing-in");
  await heading(frame, "Enter your code");
  await shot("mfa");
  await button(frame, "Confirm").click();
  await frame.getByText("Please type the code.").waitFor();
  await shot("mfa-fault");
  await button(frame, "Use test code 1234").click();
  await button(frame, "Confirm").click();
  await frame.getByText("You are signed in.").waitFor();
  await shot("progress-reading");
  await heading(frame, "Upwork is connected");
  await shot("connected");

  await button(frame, "Connect another").click();
  await frame.getByText("You share 1 account").waitFor();
  await shot("providers-returning");
  await button(frame, "You share 1 account").click();
  await heading(frame, "What you share");
  await shot("accounts");
  await button(frame, "Remove Upwork").click();
  await frame.getByText("erased for good").waitFor();
  await shot("accounts-confirm");
  await button(frame, "Yes, remove").click();
  await heading(frame, "You share nothing now");
  await shot("accounts-none");
  await leave(frame, "Done");
  await closed();

  const seen = await calls();
  assert.deepEqual(
    names(seen),
    [
      "WIDGET_OPENED",
      "CONSENT_SHOWN",
      "CONSENT_ACCEPTED",
      "PROVIDER_SEARCHED",
      "PROVIDER_SEARCHED",
      "PROVIDER_TYPE_FILTERED",
      "PROVIDER_TYPE_FILTERED",
      "PROVIDER_TYPE_FILTERED",
      "PROVIDER_SELECTED",
      "CREDENTIALS_SUBMITTED",
      "onAccountCreated",
      "MFA_REQUESTED",
      "MFA_SUBMITTED",
      "onAccountConnected",
      "ACCOUNT_CONNECTED",
      "onAccountRemoved",
      "ACCOUNT_REMOVED",
      "WIDGET_CLOSED",
      "onClose",
    ],
    "callbacks and their order",
  );
  assert.deepEqual(seen.at(-1)[1], { reason: "exit" });
  assert.doesNotMatch(JSON.stringify(seen), /gpalomero|123456|George/, "callbacks carry ids only");
}

/** A slow server shows a skeleton, not a blank card. */
async function slow({ open, shot, hold }) {
  const release = hold(/\/sessions$/);
  const { frame } = await open({});
  await frame.locator(".skeleton").waitFor();
  await pause(600);
  await shot("loading");
  await release();
  await heading(frame, "Demo Lending asks");
  await leave(frame, "No, thanks");
}

/** Nothing but the keyboard, from the customer's button back to it. */
async function keyboard({ open, api, page }) {
  api.stepMs = 20;
  const { frame, closed } = await open({ providers: ["freelancer"] });
  const focused = () =>
    frame.evaluate(() => document.activeElement?.textContent?.trim() || document.activeElement?.ariaLabel);
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await heading(frame, "Demo Lending asks");
  await press("Tab", "Tab");
  assert.equal(await focused(), "No, thanks");
  await press("Tab");
  assert.equal(await focused(), "Close", "the focus stays in the widget");
  await press("Shift+Tab", "Shift+Tab", "Enter");
  await heading(frame, "Sign in to Freelancer");
  await frame.getByLabel("E-mail").waitFor();
  await press("Tab");
  await page.keyboard.type("gpalomero1234@smileapi.io");
  await press("Tab");
  await page.keyboard.type("123456");
  await press("Enter");
  await heading(frame, "Freelancer is connected");
  await press("Tab", "Enter");
  assert.match(await focused(), /^Remove Freelancer\?/, "the question gets the focus");
  await press("Escape");
  assert.equal(await focused(), "Remove", "Escape takes the question away, not the widget");
  leaveByEscape(page);
  await closed();
  assert.equal(await page.evaluate(() => document.activeElement.id), "open", "back where the person was");
}

/** A customer's page without an origin, version 1 of the script, and no storage or cookies. */
async function sandboxed({ openSandboxed, shot, api, page }) {
  api.stepMs = 20;
  const frame = await openSandboxed();
  await button(frame, "Continue").click();
  await button(frame, "Freelancer").click();
  await typeLogin(frame, "E-mail", "gpalomero1234@smileapi.io", "prompt_redirect");
  const opened = page.waitForEvent("popup");
  await button(frame, "Go to Freelancer").click();
  await (await opened).getByText("Sign in and allow").click();
  await heading(frame, "Freelancer is connected");
  await shot("connected");
  await leave(frame, "Done");
  await page.frameLocator("iframe.app").getByText("closed: exit").waitFor();
}

export const scenes = {
  happyPath,
  prompts,
  resend,
  redirect,
  health,
  notFound,
  testInputs,
  offline,
  reload,
  timeout,
  steps,
  errors,
  unshared,
  troubles,
  edges,
  slow,
  keyboard,
  sandboxed,
  uploads,
  refusedFiles,
  receipt,
  template,
  ...languages,
};
