// One visitor: a fresh browser context of a given size, watched, with pictures taken at every step.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fitsItsWidth, isAccessible, rest } from "./inspect.mjs";
import { reportViolations, watch } from "./watch.mjs";

export const SIZES = {
  desktop: { width: 1280, height: 900 },
  phone: { width: 390, height: 844, isMobile: true, hasTouch: true },
  narrow: { width: 320, height: 640, isMobile: true, hasTouch: true },
};
const OUTPUT = fileURLToPath(new URL("../../test-output/e2e/", import.meta.url));
const DEFAULT_TIMEOUT_MS = 20_000;

export async function openSession(browser, origins, caseName, sizeName, options = {}) {
  const { width, height, ...device } = SIZES[sizeName];
  const context = await browser.newContext({
    viewport: { width, height },
    ...device,
    locale: "en-GB",
    timezoneId: "UTC",
    ...options,
  });
  await context.addInitScript(reportViolations);
  const watched = watch(context, origins);
  const page = await context.newPage();
  page.setDefaultTimeout(DEFAULT_TIMEOUT_MS);
  const folder = `${OUTPUT}${sizeName}/`;
  mkdirSync(folder, { recursive: true });
  let count = 0;
  const path = (name) => {
    count += 1;
    return `${folder}${caseName}-${String(count).padStart(2, "0")}-${name}.png`;
  };

  /** A picture of what is on screen right now, without waiting for it to come to rest. */
  const glimpse = (name) => page.screenshot({ path: path(name) });

  /** Waits for rest, takes pictures (also of what is below the fold) and inspects `frame`, the page by default. */
  async function look(name, frame = page.mainFrame()) {
    const label = `${sizeName} ${caseName}, "${name}"`;
    // On a touch screen nothing hovers.
    if (!device.hasTouch) await page.mouse.move(1, 1);
    await rest(page.mainFrame());
    await rest(frame);
    if (frame === page.mainFrame()) {
      await page.screenshot({ path: path(name), fullPage: true });
    } else {
      await page.screenshot({ path: path(name) });
      if (await scroll(frame, Number.MAX_SAFE_INTEGER)) {
        await rest(frame);
        await page.screenshot({ path: path(`${name}-end`) });
        await scroll(frame, 0);
      }
    }
    await fitsItsWidth(frame, label);
    await isAccessible(frame, label);
  }

  return {
    page,
    context,
    look,
    glimpse,
    expect: watched.expect,
    expectWords: watched.expectWords,
    /** Fails for everything that the pages should not have done. */
    close: async () => {
      await context.close();
      assert.deepEqual(watched.faults, [], `${sizeName} ${caseName}: the pages were not quiet`);
    },
    faults: watched.faults,
  };
}

/** Scrolls whatever part of the frame scrolls; says whether there was something to scroll. */
function scroll(frame, top) {
  return frame.evaluate((to) => {
    const scrolls = (element) => {
      if (element.scrollHeight <= element.clientHeight + 1) return false;
      return element === document.documentElement || /auto|scroll/.test(getComputedStyle(element).overflowY);
    };
    const all = [document.documentElement, ...document.querySelectorAll("body, body *:not(pre)")].filter(scrolls);
    for (const element of all) element.scrollTop = to;
    return all.length > 0;
  }, top);
}
