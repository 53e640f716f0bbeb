// Grab, which asks for nothing by itself: what is typed as the password says what happens (docs/sandbox.md).
import { openCustomer } from "./customer.mjs";
import { GEORGE } from "./widget.mjs";

/** A customer's page; `start` opens the widget there for a new person, up to Grab's login form. */
export async function openAtGrab(session, customer, options) {
  const site = await openCustomer(session, customer, { topProviders: ["grab"], ...options });
  return { site, start: () => start(site) };
}

async function start(site) {
  const widget = await site.open();
  await widget.consent();
  await widget.choose("Grab");
  return widget;
}

/** Signs in as George, with a test input for the password. */
export const signInAt = (widget, input) => widget.signIn("Mobile number or e-mail", GEORGE.email, input);
