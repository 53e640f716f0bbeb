// What the server keeps of how far people came, also of those who leave at once or close the page.
import assert from "node:assert/strict";
import { eventually } from "../harness/wait.mjs";
import { openCustomer } from "../pages/customer.mjs";
import { openAtGrab, signInAt } from "../pages/grab.mjs";

/** They are sent without anybody waiting for them, so the last two can overtake each other. */
function stepsAre(api, userId, expected) {
  return eventually(async () => {
    const { items } = await api.call("GET", `/users/${userId}/steps`);
    assert.deepEqual(items.map(({ step }) => step).sort(), [...expected].sort());
  });
}

async function steps({ api, customer, open }) {
  const session = await open("phone");
  const declining = await api.newUser();
  const widget = await (await openCustomer(session, customer, declining)).open();
  await widget.screen(/asks to see/);
  await widget.leave("No, thanks");
  await stepsAre(api, declining.userId, ["OPENED", "DECLINED", "CLOSED"]);

  const seeking = await api.newUser();
  const second = await (await openCustomer(session, customer, seeking)).open();
  await second.consent();
  await second.search("no such place");
  await second.press("Can't find yours?");
  await second.leave(/^Close and go back to/);
  await stepsAre(api, seeking.userId, ["OPENED", "CONSENTED", "SEARCHED", "NOT_FOUND", "CLOSED"]);

  const leaving = await api.newUser();
  const { start } = await openAtGrab(session, customer, leaving);
  const third = await start();
  await signInAt(third, "prompt_sms");
  await third.screen("Enter your code");
  await session.page.goto("about:blank");
  await stepsAre(api, leaving.userId, ["OPENED", "CONSENTED", "CHOSEN", "SUBMITTED", "CHALLENGED", "CLOSED"]);
}

export const cases = { "how far people come": steps };
