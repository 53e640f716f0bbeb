// Languages: the browser's own, one of a template, and one that the person chooses.
import assert from "node:assert/strict";
import { openCustomer } from "../pages/customer.mjs";
import { GEORGE } from "../pages/widget.mjs";

const language = (widget) => widget.frame.evaluate(() => document.documentElement.lang);

/** A browser in the Philippines. */
async function filipino({ api, customer, open }) {
  const session = await open("phone", { locale: "fil-PH" });
  const site = await openCustomer(session, customer, { topProviders: ["grab"] });
  const widget = await site.open();
  await widget.screen(/^Gustong makita ng/);
  assert.equal(await language(widget), "fil");
  await session.look("consent", widget.frame);
  await widget.press("Magpatuloy");
  await widget.screen("Saan galing ang kita mo?");
  await session.look("providers", widget.frame);
  await widget.press("Grab");
  await widget.screen("Mag-log in sa Grab");
  await widget.password.waitFor();
  await session.look("login", widget.frame);
  await widget.frame.locator("#login input").first().fill(GEORGE.email);
  await widget.password.fill("error_ACCOUNT_LOCKED");
  await widget.press("Mag-log in at i-share");
  await widget.text("ACCOUNT_LOCKED");
  await session.look("failed", widget.frame);
  await widget.frame.locator(".button.primary").tap();
  await widget.screen("Mag-log in sa Grab");
  await widget.password.fill("prompt_email");
  await widget.press("Mag-log in at i-share");
  await widget.frame.locator("#answer-input").fill(GEORGE.code);
  await session.look("code", widget.frame);
  await widget.frame.locator(".button.primary").tap();
  await widget.screen("Nakakonekta na ang Grab");
  await session.look("connected", widget.frame);
  await widget.leave("Tapos na");
  const [{ accountId }] = await site.called("onAccountConnected");
  assert.equal((await api.call("GET", `/accounts/${accountId}`)).connection.status, "CONNECTED");
}

/** The template's language and colour; what the page says itself comes first. */
async function template({ api, customer, open }) {
  const { id } = await api.call("POST", "/winkTemplates", {
    name: "Hindi, in purple",
    language: "hi",
    options: { companyName: "Acme", enableSearchBar: false, topProviders: ["grab"] },
    theme: { primaryColor: "#6b2fb3", rounded: false },
  });
  try {
    const session = await open("desktop");
    const site = await openCustomer(session, customer, { templateId: id });
    const widget = await site.open();
    await widget.screen("Acme आपके काम और कमाई की जानकारी देखना चाहता है");
    assert.equal(await language(widget), "hi");
    const primary = widget.frame.locator(".button.primary");
    const colour = await primary.evaluate((button) => getComputedStyle(button).backgroundColor);
    assert.equal(colour, "rgb(107, 47, 179)");
    await session.look("consent", widget.frame);
    await widget.press("आगे बढ़ें");
    await widget.screen("आपकी कमाई कहाँ से आती है?");
    await widget.button("Grab").waitFor();
    assert.equal(await widget.frame.getByRole("searchbox").count(), 0, "the template turns the search off");
    await session.look("providers", widget.frame);
    await widget.leave("बंद करें");

    const own = await openCustomer(session, customer, { templateId: id, companyName: "Bayan Bank" });
    const second = await own.open();
    await second.screen(/^Bayan Bank/);
    await second.leave("बंद करें");
  } finally {
    await api.call("DELETE", `/winkTemplates/${id}`);
  }
}

/** Each language that there is, on the page where people choose it; the choice is kept. */
async function chosen({ customer, open }) {
  const session = await open("phone");
  const site = await openCustomer(session, customer, { companyName: "Acme" });
  const widget = await site.open();
  await widget.screen("Acme asks to see your work and income data");
  const picker = widget.frame.getByRole("combobox");
  for (const [code, title] of [
    ["id", /Acme/],
    ["zh-Hans", /Acme/],
    ["hi", "Acme आपके काम और कमाई की जानकारी देखना चाहता है"],
    ["fil", "Gustong makita ng Acme ang data ng iyong trabaho at kita"],
  ]) {
    await picker.selectOption(code);
    await widget.frame.locator(`html[lang="${code}"]`).waitFor({ state: "attached" });
    await widget.frame.getByRole("heading", { level: 1, name: title }).waitFor();
    await session.look(code, widget.frame);
  }
  await widget.press("Magpatuloy");
  await widget.screen("Saan galing ang kita mo?");
  await widget.leave("Isara");
}

export const cases = {
  "a browser in Filipino": filipino,
  "a template in Hindi": template,
  "a language that is chosen": chosen,
};
