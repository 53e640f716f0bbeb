// The walks on which something goes wrong.
import assert from "node:assert/strict";
import { ERROR_CODES } from "./mock/script.mjs";
import { button, heading, leave, leaveByEscape, typeLogin } from "./steps.mjs";

/** Every reason for which a data source can refuse, and the way out of each. */
export async function errors({ open, shot, api }) {
  api.stepMs = 30;
  const { frame, calls, closed } = await open({ enableConsentPage: false, providers: ["abccorp", "upwork"] });
  await button(frame, "ABC Corporation").click();
  for (const code of ERROR_CODES) {
    await typeLogin(frame, "User name or employee number", `fail.${code}@example.com`);
    await frame.getByText(`Error code: ${code}`).waitFor();
    await shot(`failed-${code}`);
    await button(frame, "Try again").click();
    const kept = await frame.getByLabel("User name or employee number").inputValue();
    assert.equal(kept, `fail.${code}@example.com`, "what was typed is kept");
    assert.equal(await frame.getByLabel("Password", { exact: true }).inputValue(), "", "but not the password");
  }
  await typeLogin(frame, "User name or employee number", "fail.ACCOUNT_LOCKED@example.com");
  await leave(frame, "Exit");
  await closed();
  const seen = await calls();
  assert.deepEqual(seen.at(-1)[1], { reason: "error" });
  assert.equal(seen.filter(([name]) => name === "onAccountError").length, ERROR_CODES.length + 1);
}

/** An account that failed is not shared, but is there to be tried again or removed. */
export async function unshared({ open, shot, api }) {
  api.stepMs = 30;
  const { frame, calls, closed } = await open({ topProviders: ["freelancer"] });
  await button(frame, "Continue").click();
  await button(frame, "Freelancer").click();
  for (let tries = 0; tries < 2; tries++) {
    await typeLogin(frame, "E-mail", "fail.ACCOUNT_LOCKED@example.com");
    await frame.getByText("Error code: ACCOUNT_LOCKED").waitFor();
    if (!tries) await button(frame, "Try again").click();
  }
  await button(frame, "Choose another").click();
  await frame.getByText("1 account is not connected").waitFor();
  assert.equal(await frame.getByText("You share").count(), 0, "nothing is shared by failing");
  await shot("providers");
  await button(frame, "1 account is not connected").click();
  await heading(frame, "You share nothing now");
  await shot("accounts");
  await button(frame, "Try again: Freelancer").click();
  await typeLogin(frame, "E-mail", "gpalomero1234@smileapi.io");
  await heading(frame, "Freelancer is connected");
  await frame.getByRole("heading", { level: 2, name: "Not connected" }).waitFor();
  await shot("both");
  await leave(frame, "Done");
  await closed();
  const created = (await calls()).filter(([name]) => name === "onAccountCreated");
  assert.equal(created.length, 2, "once for each account");
}

/** No network, an overloaded and a broken server: each can be tried again, and nothing is lost. */
export async function troubles({ page, open, shot, api, cut }) {
  api.stepMs = 400;
  api.faults.push({ match: /GET \/accounts$/, status: 500 });
  const { frame, calls, closed } = await open({ enableTypeBar: false, topProviders: ["freelancer"] });
  await heading(frame, "The service has a problem");
  await shot("trouble-server");
  await button(frame, "Try again").click();
  await cut(/\/providers$/);
  await button(frame, "Continue").click();
  await frame.getByText("No connection").waitFor();
  await shot("providers-trouble");
  await button(frame, "Try again").click();

  api.faults.push({ match: /GET \/providers\/freelancer/, status: 429, headers: { "Retry-After": "7" } });
  await button(frame, "Freelancer").click();
  await frame.getByText("wait 7 seconds").waitFor();
  await shot("trouble-busy");
  await button(frame, "Try again").click();
  await frame.getByLabel("E-mail").waitFor();
  await cut(/\/accounts$/);
  await typeLogin(frame, "E-mail", "gpalomero1234@smileapi.io");
  await heading(frame, "No connection");
  await shot("trouble-network");
  // The event stream is refused and the first polls fail: the widget keeps asking until it gets an answer.
  api.faults.push({ match: /events$/, status: 503 });
  await cut(/\/progress$/);
  await button(frame, "Try again").click();
  await frame.getByText("The connection was lost").waitFor();
  await shot("progress-offline");
  await heading(frame, "Freelancer is connected");
  leaveByEscape(page);
  await closed();
  assert.deepEqual((await calls()).at(-1)[1], { reason: "close" });
}

/** A wrong and a late code, a form that the server refuses, and a token that is over. */
export async function edges({ open, shot, api, spentToken }) {
  api.stepMs = 150;
  api.promptLifeMs = 3000;
  const { frame, calls } = await open({ enableConsentPage: false, providers: ["upwork"] });
  api.faults.push({ match: /POST \/accounts$/, status: 400 });
  await typeLogin(frame, "E-mail", "gpalomero1234@smileapi.io");
  await frame.getByText("These details could not be used").waitFor();
  await shot("login-refused");
  await frame.getByLabel("Password", { exact: true }).fill("123456");
  await button(frame, "Sign in and share").click();
  await heading(frame, "Enter your code");
  await frame.getByText("The time for this step is over").waitFor();
  await shot("mfa-over");
  await frame.getByText("Error code: MFA_TIMEOUT").waitFor();
  api.promptLifeMs = 120_000;
  api.faults.push({ match: /GET \/providers\/upwork/, status: 401 }, { match: /POST \/accounts/, status: 401 });
  await button(frame, "Try again").click();
  await typeLogin(frame, "E-mail", "gpalomero1234@smileapi.io");
  await heading(frame, "This page has timed out");
  await shot("expired");
  api.faults.length = 0;
  assert.equal((await calls()).filter(([name]) => name === "onTokenExpired").length, 1);
  await leave(frame, "Go back");

  const second = await open({ userToken: spentToken });
  await heading(second.frame, "This page has timed out");
  await leave(second.frame, "Close");
  await second.closed();
}
