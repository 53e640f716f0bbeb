// The walk past the main screens in every language but English. The words to look for come from the built files.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { button, heading, leave } from "./steps.mjs";

const assets = new URL("../dist/wink/assets/", import.meta.url).pathname;

/** What a language's file says, by key, with the gaps filled in. */
function wordsOf(language) {
  const file = readdirSync(assets).find((name) => name.startsWith(`strings-${language}-`));
  let texts = {};
  new Function("sahodStrings", readFileSync(`${assets}${file}`, "utf8"))((_, given) => {
    texts = given;
  });
  return (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

const company = "Acme Loans";
/** Where long words show first. */
const NARROW = ["small", "large-text"];
const provider = "Upwork";

function inLanguage(language, locale) {
  async function walk({ open, shot, api }) {
    const say = wordsOf(language);
    api.stepMs = 500;
    const { frame } = await open({ companyName: company, topProviders: ["upwork", "grab"] });
    await heading(frame, say("consent.title", { company }));
    assert.equal(await frame.evaluate(() => document.documentElement.lang), language);
    await shot("consent");
    await button(frame, say("consent.yes")).click();
    await button(frame, provider).waitFor();
    await shot("providers");
    await button(frame, say("providers.missing")).click();
    await heading(frame, say("missing.title"));
    await shot("missing");
    await button(frame, say("upload.instead")).click();
    await heading(frame, say("upload.title"));
    await button(frame, say("upload.send")).click();
    await frame.getByText(say("upload.none")).waitFor();
    await shot("upload");
    await button(frame, say("app.back")).click();
    await button(frame, say("missing.again")).click();
    await button(frame, provider).click();
    await heading(frame, say("login.title", { provider }));
    await button(frame, say("login.submit")).click();
    await frame.getByText(say("login.required", { label: say("field.EMAIL") })).waitFor();
    await shot("login");
    await frame.getByLabel(say("field.EMAIL")).fill("fail.INVALID_CREDENTIALS@example.com");
    await frame.getByLabel(say("field.PASSWORD"), { exact: true }).fill("x");
    await button(frame, say("login.submit")).click();
    await heading(frame, say("error.INVALID_CREDENTIALS.title"));
    await shot("failed");
    await button(frame, say("failed.again")).click();
    await frame.getByLabel(say("field.EMAIL")).fill("gpalomero1234@smileapi.io");
    await frame.getByLabel(say("field.PASSWORD"), { exact: true }).fill("123456");
    await button(frame, say("login.submit")).click();
    await heading(frame, say("mfa.title"));
    await shot("mfa");
    await button(frame, say("test.code", { code: "1234" })).click();
    await button(frame, say("mfa.submit")).click();
    await frame.getByText(say("progress.leave")).waitFor();
    await shot("progress");
    await heading(frame, say("accounts.connected.title", { provider }));
    await shot("connected");
    await button(frame, say("accounts.receiptNamed", { provider })).click();
    await frame.getByText(say("receipt.signed")).waitFor();
    await shot("receipt");
    await button(frame, say("app.back")).click();
    // Below it is the account whose password was wrong.
    await button(frame, say("accounts.removeNamed", { provider })).first().click();
    await frame.getByText(say("accounts.confirm", { provider, company })).waitFor();
    await shot("remove");
    await button(frame, say("accounts.confirm.yes")).click();
    await heading(frame, say("accounts.none.title"));
    await leave(frame, say("accounts.done"));
  }
  return Object.assign(walk, { locale, sizes: NARROW });
}

/** All that a source can ask, and a source that is down, in one language. */
function prompting(language, locale) {
  async function walk({ open, shot, api }) {
    const say = wordsOf(language);
    const named = { provider: "Freelancer" };
    api.stepMs = 30;
    api.approvalMs = 1500;
    const { frame } = await open({ enableConsentPage: false, providers: ["freelancer"] });
    await frame.getByLabel(say("field.EMAIL")).fill("gpalomero1234@smileapi.io");
    await frame.getByText(say("test.title")).click();
    await frame.getByText(say("test.inputs.title")).waitFor();
    await shot("inputs");
    const asked = ["choice", "authenticator", "question", "approval", "captcha", "redirect"];
    const password = asked.map((prompt) => `prompt_${prompt}`).join("+");
    await frame.getByLabel(say("field.PASSWORD"), { exact: true }).fill(password);
    await button(frame, say("login.submit")).click();
    await heading(frame, say("choice.title"));
    await shot("choice");
    await button(frame, say("choice.VOICE")).click();
    await heading(frame, say("mfa.title"));
    await shot("call");
    await frame.getByLabel(say("mfa.label")).fill("1234");
    await button(frame, say("mfa.submit")).click();
    await heading(frame, say("authenticator.title"));
    await shot("authenticator");
    await frame.getByLabel(say("mfa.label")).fill("123456");
    await button(frame, say("mfa.submit")).click();
    await heading(frame, say("question.title"));
    await frame.getByRole("textbox").fill("Sahod");
    await button(frame, say("mfa.submit")).click();
    await heading(frame, say("approval.title"));
    await shot("approval");
    await heading(frame, say("captcha.title"));
    await shot("captcha");
    await frame.getByLabel(say("captcha.label")).fill("sweldo");
    await button(frame, say("mfa.submit")).click();
    await heading(frame, say("redirect.title", named));
    await shot("redirect");
    await leave(frame, say("app.close"));
  }
  return Object.assign(walk, { locale, sizes: NARROW });
}

/** The person's own choice holds, and changes what is on screen at once. */
async function chosenLanguage({ open, shot, hold, api }) {
  api.template = { id: "wtpl-1", name: "Hindi", language: "hi", options: {}, theme: {} };
  const { frame } = await open({ companyName: company });
  await heading(frame, wordsOf("hi")("consent.title", { company }));
  const picker = frame.getByRole("combobox");
  const release = hold(/strings-id/);
  await picker.selectOption("id");
  await frame.evaluate(() => document.querySelector("select").focus());
  release();
  await frame.getByRole("heading", { name: wordsOf("id")("consent.title", { company }) }).waitFor();
  assert.equal(await frame.evaluate(() => document.activeElement.tagName), "SELECT", "the focus stays");
  await shot("consent");
  await picker.selectOption("en");
  await frame.getByRole("heading", { name: "Acme Loans asks to see" }).waitFor();
  assert.equal(await frame.title(), "Share your employment and income data");
}

/** Where no file of words can be loaded, English is better than nothing. */
async function lostLanguage({ open, page }) {
  await page.route(/strings-fil/, (route) => route.abort("connectionfailed"));
  const { frame } = await open({ companyName: company });
  await heading(frame, "Acme Loans asks to see");
}

/** In a frame without an origin. */
async function sandboxedLanguage({ openSandboxed }) {
  const frame = await openSandboxed();
  await heading(frame, wordsOf("zh-Hans")("consent.title", { company: "Demo Lending" }));
}

export const languages = {
  filipino: inLanguage("fil", "fil-PH"),
  indonesian: inLanguage("id", "id-ID"),
  chinese: inLanguage("zh-Hans", "zh-CN"),
  hindi: inLanguage("hi", "hi-IN"),
  filipinoPrompts: prompting("fil", "fil-PH"),
  indonesianPrompts: prompting("id", "id-ID"),
  chinesePrompts: prompting("zh-Hans", "zh-CN"),
  hindiPrompts: prompting("hi", "hi-IN"),
  chosenLanguage,
  lostLanguage: Object.assign(lostLanguage, { locale: "tl", sizes: NARROW }),
  sandboxedLanguage: Object.assign(sandboxedLanguage, { locale: "zh-SG" }),
};
