// The widget, as a person finds their way through it: by what they read.
import assert from "node:assert/strict";
import { eventually } from "../harness/wait.mjs";

export const GEORGE = {
  email: "gpalomero1234@smileapi.io",
  password: "123456",
  code: "1234",
  ssNumber: "3300000008",
  fullName: "George Cimafranca Palomero, Jr",
};

/** Finds the widget in `parent`, a page or a frame of one. */
export async function findWidget(parent) {
  const element = await parent.waitForSelector("dialog iframe");
  const frame = await element.contentFrame();
  await frame.waitForURL(/\/wink\//);
  const touch = await frame.evaluate(() => navigator.maxTouchPoints > 0);
  return widget(frame, parent, touch);
}

function widget(frame, parent, touch) {
  /** As a person would on this device: with a finger, or with a mouse. */
  const press = (locator) => (touch ? locator.tap() : locator.click());
  const button = (name) => frame.getByRole("button", { name });

  const gone = () => parent.waitForSelector("dialog iframe", { state: "detached" });

  /** A screen begins with its heading: for the eye, and for the keyboard and the screen reader. */
  async function screen(title) {
    await frame.getByRole("heading", { level: 1, name: title }).waitFor();
    await eventually(async () => {
      const focused = await frame.evaluate(() => document.activeElement?.textContent?.trim());
      const matches = typeof title === "string" ? focused?.includes(title) : title.test(focused ?? "");
      assert.ok(matches, `the focus is at the heading "${title}", not at "${focused?.slice(0, 60)}"`);
    });
  }

  async function agree() {
    await screen(/asks to see/);
    await press(button("Continue"));
  }

  const field = (label) => frame.getByLabel(label);
  const password = field(/^Password/);

  return {
    frame,
    button,
    field,
    password,
    screen,
    press: (name) => press(button(name)),
    text: (text) => frame.getByText(text).first().waitFor(),

    agree,
    consent: async () => {
      await agree();
      await screen("Where does your income come from?");
    },

    search: async (words) => {
      await field("Search by name").fill(words);
      await frame.locator("[aria-busy=false]").waitFor();
    },

    choose: async (name) => {
      await press(button(name));
      await screen(/^Sign in to/);
      await password.waitFor();
    },

    signIn: async (label, login, secret) => {
      await field(label).fill(login);
      await password.fill(secret);
      await press(button("Sign in and share"));
    },

    answer: async (code) => {
      await field("Code").fill(code);
      await press(button("Confirm"));
    },

    /** Presses a button that takes the widget away, and waits until it is gone. */
    leave: async (name) => {
      // It may never return: its frame goes away under it.
      let fault = null;
      press(button(name)).catch((error) => {
        fault = error;
      });
      await gone().catch((error) => Promise.reject(fault ?? error));
    },
    /** Presses a key that takes the widget away. */
    leaveByKey: async (key) => {
      // As above: the key goes to a frame that is then no more.
      parent.keyboard.press(key).catch(() => {});
      await gone();
    },
    gone,
  };
}
