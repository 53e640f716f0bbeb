// The walks through everything that a data source can ask.
import assert from "node:assert/strict";
import { button, heading, leave, names, typeLogin } from "./steps.mjs";

const GEORGE = "gpalomero1234@smileapi.io";
const WITHOUT_CONSENT = { enableConsentPage: false, providers: ["freelancer"] };

const signIn = (frame, ...prompts) =>
  typeLogin(frame, "E-mail", GEORGE, prompts.map((prompt) => `prompt_${prompt}`).join("+"));

/** One after the other, each answered rightly. */
export async function prompts({ open, shot, api }) {
  api.stepMs = 30;
  api.approvalMs = 1500;
  const { frame, calls } = await open(WITHOUT_CONSENT);
  await signIn(frame, "choice", "email", "authenticator", "question", "approval", "captcha");

  await heading(frame, "How do you want to get your code?");
  await shot("choice");
  await button(frame, "Phone call").click();
  await heading(frame, "Enter your code");
  await frame.getByText("calls •••• 1234").waitFor();
  await frame.getByText("New code in").waitFor();
  await shot("code-call");
  await button(frame, "Use test code").click();
  await button(frame, "Confirm").click();
  await frame.getByText("sent an e-mail with a code to g•••@smileapi.io").waitFor();
  await button(frame, "Use test code").click();
  await button(frame, "Confirm").click();

  await heading(frame, "Open your sign-in app");
  await frame.getByLabel("Code").fill("12");
  await button(frame, "Confirm").click();
  await frame.getByText("The code has 6 digits.").waitFor();
  assert.equal(await frame.getByLabel("Code").inputValue(), "12", "what was typed is kept");
  await shot("authenticator-fault");
  await frame.getByLabel("Code").fill("123 456");
  await button(frame, "Confirm").click();

  await heading(frame, "Answer your security question");
  await shot("question");
  await frame.getByLabel("What was the name of your first employer?").fill("Sahod");
  await button(frame, "Confirm").click();

  await heading(frame, "Say yes on your phone");
  await frame.getByText("to Sandbox phone").waitFor();
  await shot("approval");

  await heading(frame, "Type what you see");
  await shot("captcha");
  await button(frame, "Show another picture").click();
  await frame.getByText("Here is another picture.").waitFor();
  await button(frame, "Confirm").click();
  await frame.getByText("Please type the characters").waitFor();
  await shot("captcha-another");
  await frame.getByLabel("Characters in the picture").fill("sweldo");
  await button(frame, "Confirm").click();

  await heading(frame, "Freelancer is connected");
  const seen = names(await calls());
  assert.equal(seen.filter((name) => name === "MFA_REQUESTED").length, 8);
  await leave(frame, "Done");
}

/** A code that is sent again, first in vain, and a wrong answer. */
export async function resend({ open, shot, api }) {
  api.stepMs = 30;
  api.resendMs = 2000;
  const { frame } = await open(WITHOUT_CONSENT);
  await signIn(frame, "sms");
  await heading(frame, "Enter your code");
  await button(frame, "Send a new code").waitFor();
  await shot("can-be-sent");
  api.faults.push({ match: /resend$/, status: 503 });
  await button(frame, "Send a new code").click();
  await frame.getByText("That did not work.").waitFor();
  await shot("failed");
  await button(frame, "Send a new code").click();
  await frame.getByText("A new code is on its way.").waitFor();
  await frame.getByText("New code in").waitFor();
  await shot("sent");
  await frame.getByLabel("Code").fill("9999");
  await button(frame, "Confirm").click();
  await frame.getByText("Error code: INVALID_MFA").waitFor();
  api.resendMs = 30_000;
  await leave(frame, "Exit");
}

/** The source's own page in a window of its own, then as a page that is left and come back from. */
export async function redirect({ open, openAgain, shot, api, page, platform }) {
  api.stepMs = 30;
  api.steps.length = 0;
  const { frame } = await open({ ...WITHOUT_CONSENT, userToken: api.mintToken() }, platform);
  await signIn(frame, "redirect");
  await heading(frame, "Go on at Freelancer");
  await shot("idle");
  const opened = page.waitForEvent("popup");
  await button(frame, "Go to Freelancer").click();
  const window = await opened;
  await window.getByText("Sign in and allow").waitFor();
  assert.equal(await window.evaluate(() => opener), null, "the source cannot reach the widget");
  await frame.getByText("is open in another window").waitFor();
  await shot("opened");
  await window.getByText("Do not allow").click();
  await frame.getByText("Error code: INVALID_AUTH").waitFor();
  await window.close();

  await button(frame, "Try again").click();
  await signIn(frame, "redirect");
  await heading(frame, "Go on at Freelancer");
  await frame.evaluate(() => {
    window.open = () => null;
  });
  await button(frame, "Go to Freelancer").click();
  await page.getByText("Sign in and allow").click();
  const { frame: later, calls, closed } = await openAgain();
  assert.ok(!api.steps.includes("CLOSED"), "who leaves for the source has not closed");
  await later.getByText("Freelancer is connected").waitFor();
  await leave(later, "Done");
  await closed();
  assert.ok(names(await calls()).includes("onAccountConnected"), "the page hears of it after it was away");
}
