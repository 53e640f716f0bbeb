// The browser tests have no packages of their own: what they need comes out of `ui/node_modules`.
import { createRequire } from "node:module";

const require = createRequire(new URL("../../ui/package.json", import.meta.url));

export const { chromium } = require("playwright-core");
export const axeSource = require("axe-core").source;
