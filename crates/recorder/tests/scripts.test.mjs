// What pages are given, without a page: the few things of a browser that the two scripts use are stood in for.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runInNewContext } from "node:vm";

const script = (name) => readFileSync(new URL(`../js/${name}`, import.meta.url), "utf8");
const src = "http://127.0.0.1:9999/web/v2/smile.v2.js";

function load(name, fetch, window = {}) {
  const errors = [];
  const console = { error: (...texts) => errors.push(texts.join(" ")) };
  runInNewContext(script(name), { window, document: { currentScript: { src } }, fetch, console, URL, performance });
  return { SmileLinkModal: window.SmileLinkModal, errors };
}

test("every callback goes to the page and to the recorder", () => {
  const sent = [];
  const fetch = async (url, options) => sent.push({ url: String(url), ...options });
  class Modal {
    constructor(options) {
      this.options = options;
    }
  }
  const { SmileLinkModal } = load("record.js", fetch, { SmileLinkModal: Modal });
  const heard = [];
  const modal = new SmileLinkModal({ userToken: "t", onClose: (how) => heard.push(how), onUIEvent: "no function" });
  assert(modal instanceof Modal);
  assert.equal(modal.options.userToken, "t");
  assert.equal(modal.options.onUIEvent, "no function", "which the widget complains about");
  modal.options.onAccountCreated({ accountId: "a-1" });
  modal.options.onClose({ reason: "exit" });
  assert.deepEqual(heard, [{ reason: "exit" }]);
  const told = sent.map(({ body }) => JSON.parse(body));
  assert.deepEqual(told.map(({ name }) => name), ["onAccountCreated", "onClose"]);
  assert.deepEqual(told[1].payload, { reason: "exit" });
  assert(told[0].order < told[1].order);
  assert.equal(sent[0].url, "http://127.0.0.1:9999/recorder/callbacks");
  assert.equal(new SmileLinkModal(undefined).options, undefined);
});

test("opening the stand-in plays the callbacks, and says what is missing", async () => {
  const answers = [
    { ok: true, json: async () => ({ callbacks: [
      { name: "onAccountCreated", payload: { accountId: "a-1" } },
      { name: "onUIEvent", payload: {} },
      { name: "onClose", payload: { reason: "exit" } },
    ] }) },
    { ok: false, json: async () => ({ message: "first POST /sandbox/v1/users" }) },
  ];
  const called = [];
  const fetch = async (url, { method }) => {
    called.push(`${method} ${url}`);
    return answers.shift();
  };
  const { SmileLinkModal, errors } = load("replay.js", fetch);
  const heard = [];
  const options = { onAccountCreated: (it) => heard.push(it.accountId), onClose: (it) => heard.push(it.reason) };
  const modal = new SmileLinkModal(options);
  await Promise.all([modal.open(), modal.open()]);
  assert.deepEqual(heard, ["a-1", "exit"]);
  await modal.open();
  assert.deepEqual(heard, ["a-1", "exit", "error"]);
  assert.match(errors.join(), /first POST/);
  assert.deepEqual(called, Array(2).fill("POST http://127.0.0.1:9999/replay/widget"));
});
