// Kinds of sources other than Upwork: a government service by its own number, an employer, and one source only.
import assert from "node:assert/strict";
import { openCustomer } from "../pages/customer.mjs";
import { GEORGE } from "../pages/widget.mjs";

/** SSS: the login is a number, and there is no code to type. */
async function sss({ api, customer, open }) {
  const session = await open("phone");
  const site = await openCustomer(session, customer, { companyName: "Acme Loans", topProviders: ["sss_ph"] });
  const widget = await site.open();
  await widget.screen("Acme Loans asks to see your work and income data");
  await widget.consent();
  await widget.press(/^Government$/);
  await widget.button(/^SSS/).waitFor();
  await widget.button("Upwork").waitFor({ state: "detached" });
  await session.look("government", widget.frame);
  await widget.choose("SSS");
  await session.look("login", widget.frame);
  await widget.signIn("SS number or e-mail", GEORGE.ssNumber, GEORGE.password);
  await widget.screen("SSS is connected");
  await session.look("connected", widget.frame);
  await widget.leave("Done");

  const names = (await site.calls()).map(([name, { eventName }]) => eventName ?? name);
  assert.ok(!names.includes("MFA_REQUESTED"), "no code is asked for");
  const [{ userId, accountId }] = await site.called("onAccountConnected");
  const contributions = await api.list("contributions", userId);
  assert.ok(contributions.length >= 24, `two years of contributions, not ${contributions.length}`);
  assert.ok(contributions.every(({ metadata }) => metadata.sourceId === accountId && metadata.providerId === "sss_ph"));
  assert.ok((await api.list("eincomes", userId)).length > 0);
}

/** The customer names one employer: the list is skipped, and there is nothing else to choose. */
async function employer({ api, customer, open }) {
  const session = await open("desktop");
  const site = await openCustomer(session, customer, { providers: ["abccorp"] });
  const widget = await site.open();
  await widget.screen(/asks to see/);
  await widget.press("Continue");
  await widget.screen("Sign in to ABC Corp");
  await widget.password.waitFor();
  await session.look("login", widget.frame);
  await widget.signIn("E-mail, mobile number or employee number", "(+63) 9559991234", GEORGE.password);
  await widget.screen("ABC Corp is connected");
  assert.equal(await widget.button("Connect another").count(), 0);
  await session.look("connected", widget.frame);
  await widget.leave("Done");
  const [{ userId }] = await site.called("onAccountConnected");
  assert.ok((await api.list("incomes", userId)).length >= 12, "a year of payslips");
  assert.ok((await api.list("documents", userId)).length > 0);
  assert.ok((await api.list("employments", userId)).length > 0);
}

export const cases = {
  "SSS by number, no code": sss,
  "one employer only": employer,
};
