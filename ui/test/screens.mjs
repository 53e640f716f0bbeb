// Walks through every screen of the built widget on several sizes of screen, against the mock Link API and under the
// policy that the product sends. Takes a picture of each (test-output/), and fails on accessibility violations, on
// sideways scrolling and on anything in the console that is not meant to be there.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import axe from "axe-core";
import { chromium } from "playwright-core";
import { startMock } from "./mock/server.mjs";
import { scenes } from "./scenes.mjs";

const SIZES = [
  { name: "phone", width: 390, height: 844 },
  { name: "small", width: 320, height: 640 },
  { name: "desktop", width: 1280, height: 800 },
  { name: "large-text", width: 390, height: 844, rootFontSize: "200%" },
];
const AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const output = new URL("../test-output/", import.meta.url).pathname;

const only = process.argv.slice(2);
const wanted = (name) => !only.length || only.includes(name);

const mock = await startMock();
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
const faults = [];
rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });

/** What the browser itself says about requests that a scene makes fail on purpose. */
const isMeant = (message) =>
  message.text().startsWith("Failed to load resource") &&
  /link-sandbox|missing\.svg|strings-fil/.test(message.location().url);

async function inspect(frame, label) {
  const wide = await frame.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) faults.push(`${label}: scrolls sideways by ${wide} px`);
  const small = await frame.evaluate(() =>
    [...document.querySelectorAll("button, summary, input, select")]
      .filter((element) => element.getClientRects().length && !element.closest(".types"))
      .map((element) => ({
        name: element.textContent.trim() || element.ariaLabel,
        ...element.getBoundingClientRect().toJSON(),
      }))
      .filter(({ height, width }) => height < 43.9 || width < 43.9)
      .map(({ name, width, height }) => `${name} ${Math.round(width)}x${Math.round(height)}`),
  );
  if (small.length) faults.push(`${label}: too small to touch: ${small.join(", ")}`);
  // axe's own rule for targets also counts what is scrolled under the actions; the one above is stricter anyway.
  if (!(await frame.evaluate(() => typeof window.axe !== "undefined"))) await frame.evaluate(axe.source);
  const { violations } = await frame.evaluate(
    (tags) => window.axe.run({ runOnly: tags, preload: false, rules: { "target-size": { enabled: false } } }),
    AXE_RULES,
  );
  for (const { id, nodes } of violations) {
    faults.push(`${label}: axe ${id}: ${nodes.map((node) => `${node.target} ${node.failureSummary}`).join(" | ")}`);
  }
}

async function walk(size, sceneName) {
  const { width, height, rootFontSize } = size;
  const { locale = "en" } = scenes[sceneName];
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: "reduce", locale });
  const page = await context.newPage();
  page.setDefaultTimeout(12_000);
  page.on("console", (message) => {
    if (message.type() === "error" && !isMeant(message)) faults.push(`${size.name} ${sceneName}: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`${size.name} ${sceneName}: ${error.message}`));
  let frame;
  let count = 0;

  /** `site`: whose page it is. On the platform's own site the widget may keep a session; on others browsers refuse it. */
  const open = async (options, site = mock.customer) => {
    await page.goto(`${site}/?options=${encodeURIComponent(JSON.stringify(options))}`);
    return openAgain();
  };
  const openAgain = async () => {
    await page.locator("body[data-ready]").waitFor();
    await page.getByRole("button", { name: "Share my income" }).click();
    await page.locator("iframe").waitFor();
    frame = await (await page.locator("iframe").elementHandle()).contentFrame();
    await frame.waitForURL(/wink/);
    await frame.locator("h1").first().waitFor({ state: "attached" });
    if (rootFontSize)
      await frame.evaluate((value) => document.documentElement.style.setProperty("font-size", value), rootFontSize);
    return {
      frame,
      calls: () => page.evaluate(() => window.calls),
      closed: () => page.locator("iframe").waitFor({ state: "detached" }),
    };
  };
  const shot = async (name) => {
    const label = `${size.name}-${sceneName}-${String(++count).padStart(2, "0")}-${name}`;
    // Nothing looks hovered over.
    await page.mouse.move(0, 0);
    await page.waitForTimeout(60);
    await page.screenshot({ path: `${output}${label}.png` });
    await inspect(frame, label);
  };
  const hold = (path) => {
    let release;
    const gate = new Promise((resolve) => {
      release = resolve;
    });
    const pattern = (url) => path.test(url.pathname);
    page.route(pattern, async (route) => {
      await gate;
      await route.continue();
    });
    return release;
  };

  /** Loses one request, as a phone in a tunnel does. */
  const cut = (path) =>
    page.route(
      (url) => path.test(url.pathname),
      (route) => route.abort("connectionfailed"),
      { times: 1 },
    );
  const openSandboxed = async () => {
    await page.goto(`${mock.customer}/sandboxed.html`);
    const app = await (await page.locator("iframe.app").elementHandle()).contentFrame();
    frame = await (await app.waitForSelector("iframe")).contentFrame();
    await frame.waitForURL(/wink/);
    return frame;
  };

  try {
    const spentToken = mock.api.mintToken().replace(/\.unsigned$/, ".spent");
    const { api, platform } = mock;
    await scenes[sceneName]({ page, open, openAgain, openSandboxed, shot, hold, cut, api, platform, spentToken });
  } catch (error) {
    await page.screenshot({ path: `${output}${size.name}-${sceneName}-stopped.png` });
    faults.push(`${size.name} ${sceneName} stopped: ${error.message}`);
  }
  mock.api.faults.length = 0;
  mock.api.promptLifeMs = 120_000;
  mock.api.template = null;
  mock.api.consent = {};
  await context.close();
}

for (const size of SIZES.filter(({ name }) => wanted(name) || only.every((word) => word in scenes))) {
  for (const sceneName of Object.keys(scenes).filter((name) => wanted(name) || !only.some((word) => word in scenes))) {
    // Some show no more on other sizes than others do; asked for by name they go anywhere.
    if (!only.includes(sceneName) && scenes[sceneName].sizes?.includes(size.name) === false) continue;
    const startedAt = Date.now();
    await walk(size, sceneName);
    console.log(`${size.name}: ${sceneName} walked in ${Math.round((Date.now() - startedAt) / 1000)} s`);
  }
}
await browser.close();
mock.stop();

writeFileSync(`${output}faults.txt`, faults.join("\n"));
for (const fault of faults) console.error(fault);
console.log(faults.length ? `${faults.length} faults` : "No faults");
process.exitCode = faults.length ? 1 : 0;
