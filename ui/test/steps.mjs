// What a person does again and again in the walks.
import assert from "node:assert/strict";

export const button = (frame, name) => frame.getByRole("button", { name });
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits for a screen, and for the focus to be on its heading. */
export async function heading(frame, name) {
  await frame.getByRole("heading", { level: 1, name }).waitFor();
  let focused = "";
  for (let tries = 0; tries < 20 && focused !== "H1"; tries++) {
    focused = await frame.evaluate(() => document.activeElement?.tagName);
    if (focused !== "H1") await pause(50);
  }
  assert.equal(focused, "H1", `focus goes to the heading "${name}"`);
}

/** Presses a button that takes the widget away: its frame can be gone before the click has returned. */
export const leave = (frame, name) =>
  button(frame, name)
    .click({ timeout: 2000 })
    .catch(() => {});

/** Not waited for: the browser may never acknowledge a key whose frame is gone. */
export const leaveByEscape = (page) => void page.keyboard.press("Escape").catch(() => {});

export const names = (calls) => calls.map(([name, payload]) => payload.eventName ?? name);

export async function typeLogin(frame, label, login, password = "123456") {
  await frame.getByLabel(label).fill(login);
  await frame.getByLabel("Password", { exact: true }).fill(password);
  await button(frame, "Sign in and share").click();
}
