// Plays the demo page through on several sizes of screen, with the real widget above it. Takes a picture of each state
// (test-output/demo/), and fails on accessibility violations, on sideways scrolling, on targets too small to touch and
// on anything in the console that is not meant to be there.
import { mkdirSync, rmSync } from "node:fs";
import axe from "axe-core";
import { chromium } from "playwright-core";
import { startDemo } from "../test/demo/server.mjs";
import { leave } from "../test/steps.mjs";

const SIZES = [
  { name: "phone", width: 390, height: 844 },
  { name: "small", width: 320, height: 640 },
  { name: "desktop", width: 1280, height: 900 },
  { name: "large-text", width: 390, height: 844, rootFontSize: "200%" },
];
const AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const output = new URL("../test-output/demo/", import.meta.url).pathname;
rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });

const faults = [];
const demo = await startDemo();
demo.platform.api.stepMs = 50;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});

async function inspect(page, label) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) {
    const over = await page.evaluate(() =>
      [...document.querySelectorAll("main *, header *")]
        .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth)
        .map((element) => `${element.tagName}.${element.className}`),
    );
    faults.push(`${label}: scrolls sideways by ${wide} px: ${over.slice(0, 5)}`);
  }
  const small = await page.evaluate(() =>
    [...document.querySelectorAll("button, summary, a:not(.skip)")]
      .filter((element) => element.getClientRects().length)
      .map((element) => ({ name: element.textContent.trim(), ...element.getBoundingClientRect().toJSON() }))
      .filter(({ height, width }) => height < 43.9 || width < 43.9)
      .map(({ name, width, height }) => `${name} ${Math.round(width)}x${Math.round(height)}`),
  );
  if (small.length) faults.push(`${label}: too small to touch: ${small.join(", ")}`);
  if (!(await page.evaluate(() => typeof window.axe !== "undefined"))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate((tags) => window.axe.run({ runOnly: tags }), AXE_RULES);
  for (const { id, nodes } of violations) {
    faults.push(`${label}: axe ${id}: ${nodes.map((node) => `${node.target} ${node.failureSummary}`).join(" | ")}`);
  }
}

async function play({ name, width, height, rootFontSize }) {
  Object.assign(demo.state, { userId: null, accounts: [], past: [], down: false, limited: false });
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: "reduce", locale: "en" });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on("pageerror", (error) => faults.push(`${name}: ${error.message}`));
  page.on("console", (message) => {
    const { url } = message.location();
    const meant = (demo.state.down && url.includes("/api/")) || url.endsWith("missing.svg");
    if (message.type() === "error" && !meant) faults.push(`${name}: ${message.text()}`);
  });
  let count = 0;
  const shot = async (state) => {
    const label = `${name}-${++count}-${state}`;
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: `${output}${label}.png` });
    await page.screenshot({ path: `${output}${label}-full.png`, fullPage: true });
    await inspect(page, label);
  };

  await page.goto(demo.url);
  if (rootFontSize)
    await page.evaluate((size) => document.documentElement.style.setProperty("font-size", size), rootFontSize);
  await page.getByText("gpalomero1234@smileapi.io").waitFor();
  await shot("empty");

  await page.getByTestId("connect-button").click();
  const frame = page.frameLocator("iframe");
  await frame.getByRole("button", { name: "Continue" }).waitFor();
  await page.waitForTimeout(100);
  await page.screenshot({ path: `${output}${name}-widget.png` });
  await frame.getByRole("button", { name: "Continue" }).click();
  await frame.getByRole("button", { name: "Upwork" }).click();
  await frame.getByText("Test people").click();
  await frame.getByRole("button", { name: "George Palomero" }).click();
  await frame.getByRole("button", { name: "Sign in and share" }).click();
  await frame.getByRole("button", { name: "Use test code 1234" }).click();
  await frame.getByRole("button", { name: "Confirm" }).click();
  await page.getByTestId("callbacks").getByText("onAccountConnected").waitFor({ state: "attached" });
  demo.connectAccount("upwork");
  await page.getByTestId("webhooks").getByText("TASK_FINISHED").waitFor({ state: "attached" });
  demo.tell("INCOMES_ADDED", { note: "a forged event" }, false);
  await leave(frame, "Done");
  await page.getByTestId("income").getByRole("img").waitFor();
  await page.getByTestId("tab-eincomes").click();
  await page.getByText("7 items").waitFor();
  await page.getByText("signature not valid").waitFor();
  await page.getByTestId("webhooks").getByText("TASK_FINISHED").click();
  await shot("connected");

  await page.getByText("Show as a table").click();
  await page.getByTestId("tab-eincomes").press("ArrowRight");
  await page.getByText("0 items").waitFor();
  await page.getByTestId("revoke-1").click();
  await page.getByTestId("accounts").getByText("Revoked").waitFor();
  await page.getByTestId("webhooks").getByText("ACCOUNT_DISCONNECTED").waitFor();
  await shot("revoked");

  demo.state.limited = true;
  await page.getByTestId("tab-identities").click();
  await page.getByText("429", { exact: true }).waitFor();
  await shot("limited");

  Object.assign(demo.state, { limited: false, down: true });
  await page.getByTestId("tab-incomes").click();
  await page.getByTestId("connect-button").click();
  await page.getByTestId("api-data").getByText("The API does not answer").waitFor();
  await page.locator("#apply-notice").getByText("The API does not answer").waitFor();
  await shot("down");

  demo.state.down = false;
  await page.getByTestId("start-over").click();
  await page.getByText("You become an applicant").waitFor();
  await context.close();
}

for (const size of SIZES) {
  try {
    await play(size);
    console.log(`${size.name}: played`);
  } catch (error) {
    faults.push(`${size.name} stopped: ${error.message}`);
  }
}
await browser.close();
demo.stop();
for (const fault of faults) console.error(fault);
console.log(faults.length ? `${faults.length} faults` : "No faults");
process.exitCode = faults.length ? 1 : 0;
