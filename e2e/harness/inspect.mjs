// What has to hold on every screen: it is at rest, fits its width, and axe finds nothing.
import assert from "node:assert/strict";
import { axeSource } from "./packages.mjs";
import { eventually } from "./wait.mjs";

const AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const REST_MS = 5_000;

/** Waits until fonts and pictures are there and nothing moves but what moves for ever, such as a spinner. */
export async function rest(frame) {
  await eventually(async () => {
    const restless = await frame.evaluate(() => {
      const moving = document.getAnimations().filter(({ playState, effect }) => {
        return playState === "running" && effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY;
      });
      // What is scrolled away, or under a bar, may stay away.
      const isSeen = (image) => {
        const { left, top, width, height } = image.getBoundingClientRect();
        return document.elementFromPoint(left + width / 2, top + height / 2)?.contains(image);
      };
      const loading = [...document.images].filter((image) => !image.complete && isSeen(image));
      return [
        ...moving.map(({ effect }) => `moving: ${effect.target.outerHTML.slice(0, 120)}`),
        ...loading.map(({ src }) => `loading: ${src}`),
        ...(document.fonts.status === "loaded" ? [] : ["loading: fonts"]),
      ];
    });
    assert.deepEqual(restless, [], `${frame.url()} comes to rest`);
  }, REST_MS);
}

export async function fitsItsWidth(frame, label) {
  const wide = await frame.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const beyond = [...document.querySelectorAll("body *")].filter((element) => {
      return element.getBoundingClientRect().right > clientWidth + 1;
    });
    const names = beyond.slice(0, 5).map((element) => element.outerHTML.slice(0, 80));
    return scrollWidth > clientWidth ? { by: scrollWidth - clientWidth, names } : null;
  });
  assert.equal(wide, null, `${label} scrolls sideways: ${JSON.stringify(wide)}`);
}

export async function isAccessible(frame, label) {
  // Evaluated through the debugger, so the page's policy does not apply to it.
  if (!(await frame.evaluate(() => "axe" in window))) await frame.evaluate(axeSource);
  const { violations } = await frame.evaluate(
    (runOnly) => window.axe.run({ runOnly, iframes: false, preload: false, resultTypes: ["violations"] }),
    AXE_RULES,
  );
  const found = violations.flatMap(({ id, nodes }) => nodes.map((node) => ({ id, ...node })));
  const real = found.filter((node) => !isScrolledUnder(node));
  const words = real.map(({ id, html, failureSummary }) => `${id}: ${html} ${failureSummary}`);
  assert.deepEqual(words, [], `${label}: axe`);
}

/** A list's row half under the bar at the bottom is small only until the list is scrolled. */
function isScrolledUnder({ id, any }) {
  return id === "target-size" && any.some(({ data }) => data?.messageKey?.startsWith("partiallyObscured"));
}
