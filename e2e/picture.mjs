// Takes the README's picture, docs/images/demo.png: the demo page with the widget open where an account has just been
// connected. `node e2e/picture.mjs`; with `pngquant` installed the file is a quarter of the size.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { launch } from "./harness/browser.mjs";
import { rest } from "./harness/inspect.mjs";
import { startSahod } from "./harness/sahod.mjs";
import { openDemo } from "./pages/demo.mjs";
import { GEORGE } from "./pages/widget.mjs";

const PICTURE = fileURLToPath(new URL("../docs/images/demo.png", import.meta.url));

const browser = await launch();
const sahod = await startSahod();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
  const demo = await openDemo({ page }, sahod.demoUrl);
  const widget = await demo.connect();
  await widget.consent();
  await widget.choose(/^Upwork/);
  await widget.signIn("E-mail or user name", GEORGE.email, GEORGE.password);
  await widget.screen("Enter your code");
  await widget.answer(GEORGE.code);
  await widget.screen("Upwork is connected");
  await demo.event("TASK_FINISHED");
  await page.getByTestId("income").getByRole("img").waitFor();
  await page.mouse.move(1, 1);
  await rest(page.mainFrame());
  await rest(widget.frame);
  mkdirSync(new URL("../docs/images/", import.meta.url), { recursive: true });
  await page.screenshot({ path: PICTURE });
  spawnSync("pngquant", ["--force", "--skip-if-larger", "--strip", "--output", PICTURE, "128", PICTURE]);
} finally {
  await browser.close();
  await sahod.stop();
}
