// The API reference: find an operation, fill in its form, send it, read what comes back.
import assert from "node:assert/strict";
import { eventually } from "../harness/wait.mjs";

export async function openReference(session, sahod, hash = "") {
  await session.page.goto(`${sahod.docsUrl}/reference/${hash}`);
  return atReference(session);
}

/** The reference that the page has come to. */
export async function atReference({ page }) {
  await page.locator("#navigation nav").waitFor({ state: "attached" });
  await page.locator("main h1").waitFor();

  const heading = async (name) => {
    await page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
  };
  const tryIt = page.getByRole("region", { name: "Try it" });

  /** What the last call got: `{status, body, headers}`. */
  async function answer(status) {
    await tryIt.locator(".status", { hasText: status }).waitFor();
    return eventually(async () => {
      const seen = await tryIt.evaluate((region) => ({
        busy: region.querySelector(".answer").getAttribute("aria-busy"),
        text: region.querySelector(".answer pre")?.textContent,
        headers: Object.fromEntries(
          [...region.querySelectorAll("dl > div")].map((row) => [
            row.querySelector("dt").textContent,
            row.querySelector("dd").textContent,
          ]),
        ),
      }));
      assert.equal(seen.busy, "false", "the answer is there");
      return { body: JSON.parse(seen.text), headers: seen.headers };
    });
  }

  return {
    heading,
    tryIt,
    answer,
    search: page.getByRole("textbox", { name: "Search operations and events" }),
    navigation: page.getByRole("navigation", { name: "Operations and events" }),
    field: (name) => tryIt.getByLabel(name),
    sign: async ({ apiKey, apiSecret }) => {
      await tryIt.getByLabel("Key", { exact: true }).fill(apiKey);
      await tryIt.getByLabel("Secret", { exact: true }).fill(apiSecret);
    },
    send: () => tryIt.getByRole("button", { name: "Send request" }).click(),
    code: async (language) => {
      await page.getByRole("tab", { name: language }).click();
      return page.getByRole("region", { name: `the ${language} example` }).textContent();
    },
  };
}
