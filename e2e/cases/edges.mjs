// Where things do not go as planned, or not with a mouse.
import assert from "node:assert/strict";
import { eventually } from "../harness/wait.mjs";
import { openCustomer } from "../pages/customer.mjs";
import { findWidget, GEORGE } from "../pages/widget.mjs";

/** A link token opens the widget once. */
async function spentToken({ api, customer, open }) {
  const { userToken } = await api.newUser();
  const session = await open("phone");
  const first = await openCustomer(session, customer, { userToken });
  const opened = await first.open();
  await opened.screen(/asks to see/);
  await opened.leave("No, thanks");
  assert.deepEqual(await first.called("onClose"), [{ reason: "close" }]);

  session.expect(401, /\/link-sandbox\/v1\/sessions$/);
  const second = await openCustomer(session, customer, { userToken });
  const widget = await second.open();
  await widget.screen("This page has timed out");
  await session.look("expired", widget.frame);
  assert.deepEqual(await second.called("onTokenExpired"), [{}]);
  await widget.leave("Go back");
  assert.deepEqual(await second.called("onClose"), [{ reason: "error" }]);
}

/** The cross, Escape, and a page that takes the widget away itself. */
async function closing({ customer, open }) {
  const session = await open("desktop");
  const site = await openCustomer(session, customer);
  const byCross = await site.open();
  await byCross.consent();
  await byCross.leave("Close");
  assert.deepEqual(await site.called("onClose"), [{ reason: "close" }]);

  const byKey = await site.open();
  await byKey.screen(/asks to see/);
  await byKey.leaveByKey("Escape");
  assert.deepEqual(await site.called("onClose"), [{ reason: "close" }, { reason: "close" }]);

  const byPage = await site.open();
  await byPage.screen(/asks to see/);
  await session.page.evaluate(() => window.modal.close());
  await byPage.gone();
  assert.equal((await site.called("onClose")).length, 2, "the page knows that it closed it");
}

async function nothingFound({ customer, open }) {
  const session = await open("phone");
  const site = await openCustomer(session, customer);
  const widget = await site.open();
  await widget.consent();
  await widget.search("no such place");
  await widget.text("Nothing found for “no such place”");
  await session.look("nothing-found", widget.frame);
  await widget.press("Can't find yours?");
  await widget.screen("Can't find your employer?");
  await session.look("missing", widget.frame);
  await widget.press("Search again");
  await widget.press("Show everything");
  await widget.button("ABC Corp").waitFor();
  await widget.search("no such place");
  await widget.text("Nothing found for “no such place”");
  await widget.press("Can't find yours?");
  await widget.leave(/^Close and go back to/);
  assert.deepEqual(await site.called("onClose"), [{ reason: "close" }]);
  const missing = (await site.called("onUIEvent")).find(({ eventName }) => eventName === "PROVIDER_NOT_FOUND");
  assert.equal(missing.query, "no such place");
}

/** Nothing but Tab, Enter, Escape and typing, from the customer's button back to it. */
async function keyboard({ api, customer, open }) {
  const session = await open("desktop");
  const site = await openCustomer(session, customer);
  const { page } = session;
  const { keyboard } = page;
  await keyboard.press("Tab");
  await keyboard.press("Enter");
  const widget = await findWidget(page);
  const focused = () =>
    widget.frame.evaluate(() => {
      const { ariaLabel, textContent, labels } = document.activeElement ?? {};
      return (ariaLabel || labels?.[0]?.textContent || textContent || "").trim().replace(/\s+/g, " ");
    });
  /** Presses Tab until something of that name has the focus; it must not take a whole round. */
  const tabTo = async (name) => {
    const passed = [];
    for (let presses = 0; presses < 60; presses += 1) {
      await keyboard.press("Tab");
      const now = await focused();
      if (name.test(now)) return;
      passed.push(now);
    }
    assert.fail(`Tab does not reach ${name}: ${passed.join(" | ")}`);
  };

  await widget.screen(/asks to see/);
  await tabTo(/^Continue$/);
  await session.look("focus-continue", widget.frame);
  // The focus stays in the widget: after the last comes the first.
  await tabTo(/^No, thanks$/);
  await keyboard.press("Tab");
  assert.equal(await focused(), "Close");
  await tabTo(/^Continue$/);
  await keyboard.press("Enter");
  await widget.screen("Where does your income come from?");
  await tabTo(/^Search by name$/);
  await keyboard.type("abccorp");
  await widget.frame.getByText("1 result").waitFor({ state: "attached" });
  await tabTo(/^ABC Corp/);
  await session.look("focus-provider", widget.frame);
  await keyboard.press("Enter");
  await widget.screen("Sign in to ABC Corp");
  await widget.password.waitFor();
  await tabTo(/^E-mail, mobile number or employee number$/);
  await keyboard.type(GEORGE.email);
  await tabTo(/^Password$/);
  await keyboard.type(GEORGE.password);
  await tabTo(/^Show password$/);
  await keyboard.press("Enter");
  assert.equal(await widget.password.inputValue(), GEORGE.password);
  await session.look("focus-password-shown", widget.frame);
  await keyboard.press("Shift+Tab");
  await keyboard.press("Enter");
  await widget.screen("ABC Corp is connected");

  await tabTo(/^Remove ABC Corp$/);
  await keyboard.press("Enter");
  await eventually(async () => assert.match(await focused(), /^Remove ABC Corp\?/, "the question has the focus"));
  await keyboard.press("Escape");
  await eventually(async () => assert.match(await focused(), /^Remove/, "Escape only takes the question away"));
  await tabTo(/^Done$/);
  await widget.leaveByKey("Enter");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "open", "back where the person was");
  const [{ userId }] = await site.called("onAccountConnected");
  assert.equal((await api.list("accounts", userId)).length, 1);
}

/** The narrowest screen that there is, and a person who wants nothing to move. */
async function narrow({ sahod, customer, open }) {
  const session = await open("narrow", { reducedMotion: "reduce" });
  const site = await openCustomer(session, customer);
  const widget = await site.open();
  const { frame } = widget;
  const still = async (name) => {
    const moving = await frame.evaluate(
      () => document.getAnimations().filter(({ effect }) => Number(effect?.getComputedTiming().duration) > 1).length,
    );
    assert.equal(moving, 0, `${name}: nothing moves`);
    await session.look(name, frame);
  };
  await widget.screen(/asks to see/);
  await still("consent");
  await widget.consent();
  await widget.button("ABC Corp").waitFor();
  await still("providers");
  await widget.search("freelancer");
  await widget.choose("Freelancer");
  await still("login");
  await widget.press("Sign in and share");
  await still("login-faults");
  await widget.signIn(/^E-mail/, GEORGE.email, "wrong");
  await widget.text("Error code: INVALID_CREDENTIALS");
  await still("failed");
  await widget.press("Try again");
  await widget.password.fill(GEORGE.password);
  await widget.press("Sign in and share");
  await widget.screen("Freelancer is connected");
  await still("connected");
  await widget.press("Remove Freelancer");
  await still("confirm");
  await widget.leave("Close");

  await session.page.goto(sahod.demoUrl);
  await session.page.getByText("Sign in as George Palomero Jr.").waitFor();
  await session.look("demo");
}

export const cases = {
  "a spent token": spentToken,
  "ways to close": closing,
  "nothing found": nothingFound,
  "keyboard only": keyboard,
  "320 pixels, no motion": narrow,
};
