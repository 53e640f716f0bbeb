// Each thing that a source can ask, as a test input: the screen, the right answer, the account, the event, the callbacks.
import assert from "node:assert/strict";
import { startReceiver } from "../harness/receiver.mjs";
import { openAtGrab, signInAt } from "../pages/grab.mjs";
import { GEORGE } from "../pages/widget.mjs";

/** `asked`: how often the person is asked, `answered`: how often they answer in the widget. */
const PROMPTS = {
  sms: { title: "Enter your code", says: "a text message with a code to •••• 1234", answer: anotherCode, asked: 2 },
  email: { title: "Enter your code", says: "an e-mail with a code to g•••@smileapi.io", answer: code },
  voice: { title: "Enter your code", says: "Grab calls •••• 1234 and says a code.", answer: code },
  authenticator: { title: "Open your sign-in app", says: "your sign-in app shows for Grab", answer: sixDigits },
  choice: { title: "How do you want to get your code?", says: "Phone call", answer: choose, asked: 2, answered: 2 },
  question: { title: "Answer your security question", says: "You chose this question at Grab.", answer: remember },
  approval: { title: "Say yes on your phone", says: "a request to Sandbox phone", answer: wait, answered: 0 },
  captcha: { title: "Type what you see", says: "that a person is signing in", answer: readPicture, asked: 2 },
};

function code(widget) {
  return widget.answer(GEORGE.code);
}

async function anotherCode(widget, session) {
  await widget.press("Send a new code");
  await widget.text("A new code is on its way.");
  await session.look("sms-again", widget.frame);
  await code(widget);
}

async function sixDigits(widget) {
  await widget.answer("12");
  await widget.text("The code has 6 digits.");
  await widget.answer("123 456");
}

async function choose(widget, session) {
  await widget.press("E-mail");
  await widget.screen("Enter your code");
  await widget.text("an e-mail with a code to g•••@smileapi.io");
  await widget.text("New code in");
  await session.look("choice-code", widget.frame);
  await code(widget);
}

async function remember(widget) {
  await widget.field("What was the name of your first employer?").fill("Sahod");
  await widget.press("Confirm");
}

/** Nothing to do here: the phone says yes after a while. */
async function wait() {}

async function readPicture(widget, session) {
  await widget.press("Show another picture");
  await widget.text("Here is another picture.");
  await session.look("captcha-again", widget.frame);
  await widget.field("Characters in the picture").fill("sweldo");
  await widget.press("Confirm");
}

async function prompts({ api, customer, open }, size, names) {
  const receiver = await startReceiver(api, ["ACCOUNT_CONNECTED"]);
  try {
    const session = await open(size);
    const { site, start } = await openAtGrab(session, customer);
    for (const name of names) {
      await site.forget();
      const widget = await start();
      await signInAt(widget, `prompt_${name}`);
      await isAsked(session, api, site, widget, name);
      await PROMPTS[name].answer(widget, session);
      await widget.screen("Grab is connected");
      await widget.leave("Done");
      await isConnected(api, receiver, site, PROMPTS[name]);
    }
  } finally {
    await receiver.stop();
  }
}

async function isAsked(session, api, site, widget, name) {
  await widget.screen(PROMPTS[name].title);
  await widget.text(PROMPTS[name].says);
  const [{ accountId }] = await site.called("onAccountCreated");
  const account = await api.call("GET", `/accounts/${accountId}`);
  assert.deepEqual([account.connection.status, account.connection.errorCode], ["AWAITING_MFA", null], name);
  // The one that does not wait for us is looked at in passing.
  if (name === "approval") await session.glimpse(name);
  else await session.look(name, widget.frame);
}

async function isConnected(api, receiver, site, { asked = 1, answered = 1, providerId = "grab" }) {
  const calls = await site.inShort();
  const count = (name) => calls.filter((call) => call === name).length;
  assert.deepEqual([count("MFA_REQUESTED"), count("MFA_SUBMITTED")], [asked, answered], `${calls}`);
  assert.deepEqual(
    calls.filter((call) => /^on/.test(call)),
    ["onAccountCreated", "onAccountConnected", "onClose"],
  );
  const [account] = await site.called("onAccountConnected");
  assert.deepEqual(await site.called("onAccountCreated"), [account]);
  const { connection } = await api.call("GET", `/accounts/${account.accountId}`);
  assert.deepEqual([connection.status, connection.errorCode], ["CONNECTED", null]);
  const data = await receiver.event("ACCOUNT_CONNECTED", account.accountId);
  assert.deepEqual([data.userId, data.providers], [account.userId, [providerId]]);
}

/** A provider that always asks, and does not. */
async function nothingAsked({ api, customer, open }) {
  const receiver = await startReceiver(api, ["ACCOUNT_CONNECTED"]);
  try {
    const session = await open("phone");
    const { site } = await openAtGrab(session, customer, { topProviders: ["upwork"] });
    const widget = await site.open();
    await widget.consent();
    await widget.choose("Upwork");
    await widget.signIn("E-mail or user name", GEORGE.email, "prompt_none");
    await widget.screen("Upwork is connected");
    await widget.leave("Done");
    await isConnected(api, receiver, site, { asked: 0, answered: 0, providerId: "upwork" });
  } finally {
    await receiver.stop();
  }
}

/** Several in a row, of which the last is answered wrongly. */
async function wrong({ api, customer, open }) {
  const session = await open("desktop");
  const { site, start } = await openAtGrab(session, customer);
  const widget = await start();
  await signInAt(widget, "prompt_email+prompt_question");
  await widget.screen("Enter your code");
  await widget.press("Use test code 1234");
  await widget.press("Confirm");
  await widget.screen("Answer your security question");
  await widget.field("What was the name of your first employer?").fill("no idea");
  await widget.press("Confirm");
  await widget.screen("That code was wrong");
  const [account] = await site.called("onAccountCreated");
  assert.deepEqual(await site.called("onAccountError"), [{ ...account, errorCode: "INVALID_MFA" }]);
  await session.look("failed", widget.frame);
  await widget.press("Try again");
  await signInAt(widget, "prompt_sms");
  await widget.screen("Enter your code");
  await widget.answer(GEORGE.code);
  await widget.screen("Grab is connected");
  await widget.leave("Done");
  assert.equal((await api.call("GET", `/accounts/${account.accountId}`)).connection.status, "CONNECTED");
}

export const cases = {
  "prompt inputs on a phone": (t) => prompts(t, "phone", ["sms", "choice", "approval", "captcha"]),
  "prompt inputs on a desktop": (t) => prompts(t, "desktop", ["email", "voice", "authenticator", "question"]),
  "prompt input, nothing asked": nothingAsked,
  "prompt inputs, a wrong answer": wrong,
};
