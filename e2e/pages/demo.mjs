// The demo page: a lender's site, with what its developer sees beside it.
import assert from "node:assert/strict";
import { eventually } from "../harness/wait.mjs";
import { findWidget } from "./widget.mjs";

export async function openDemo(session, demoUrl) {
  const { page } = session;
  await page.goto(demoUrl);
  await page.getByText("Sign in as George Palomero Jr.").waitFor();

  const log = (id) => page.getByTestId(id).locator("li");

  /** Unfolds what is folded, or folds it again: entries make their JSON when someone first looks. */
  const fold = (id, open) =>
    log(id).evaluateAll((items, opening) => {
      for (const details of items.map((item) => item.querySelector("details"))) {
        if (opening && !details.open) details.dataset.unfolded = "";
        if (opening) details.open = true;
        else if ("unfolded" in details.dataset) details.open = false;
      }
    }, open);

  /** Oldest first: `{name, detail, kind, payload}`. */
  async function entries(id) {
    const all = await eventually(async () => {
      // Again each time: more can come while we look.
      await fold(id, true);
      const found = await log(id).evaluateAll((items) =>
        items.map((item) => ({
          name: item.dataset.name,
          kind: item.dataset.kind,
          detail: item.querySelector(".entry-detail")?.textContent ?? null,
          json: item.querySelector("pre")?.textContent ?? null,
        })),
      );
      assert.ok(
        found.every(({ json }) => json !== null),
        `every entry of ${id} unfolds to its JSON`,
      );
      return found;
    });
    await fold(id, false);
    return all.map(({ json, ...rest }) => ({ ...rest, payload: JSON.parse(json) })).reverse();
  }

  const output = page.getByTestId("api-data");

  /** Shows a resource of the API panel, and waits until `check` holds for the answer's items. */
  async function data(resource, check) {
    await page.getByTestId(`tab-${resource}`).click();
    return eventually(async () => {
      const seen = await output.evaluate((panel) => ({
        resource: panel.querySelector(".data-output")?.dataset.resource,
        busy: panel.querySelector(".data-output")?.getAttribute("aria-busy"),
        request: panel.querySelector(".request-line")?.textContent ?? "",
        json: panel.querySelector(".json-box pre")?.textContent ?? "null",
      }));
      assert.equal(seen.resource, resource);
      assert.equal(seen.busy, null, `the answer for ${resource} is there`);
      assert.ok(seen.request.startsWith(`GET /sandbox/v1/${resource}?`), `${resource}: ${seen.request}`);
      const body = JSON.parse(seen.json);
      check(body.data.items, body.data);
      return body.data;
    });
  }

  return {
    page,
    log,
    data,
    callbacks: () => entries("callbacks"),
    webhooks: () => entries("webhooks"),
    connect: async () => {
      await page.getByTestId("connect-button").click();
      return findWidget(page);
    },
    openAgain: async () => {
      await page.getByTestId("open-again").click();
      return findWidget(page);
    },
    /** Waits for an event of this type, at least `count` times. */
    event: (type, count = 1) =>
      page
        .getByTestId("webhooks")
        .locator(`li[data-name=${type}]`)
        .nth(count - 1)
        .waitFor({ state: "attached" }),
    applicant: () => page.getByTestId("applicant").locator("code").textContent(),
  };
}

/** Callbacks in a line each: the event's name for `onUIEvent`, the callback's own otherwise. */
export const inShort = (calls) => calls.map(({ name, payload }) => (name === "onUIEvent" ? payload.eventName : name));
