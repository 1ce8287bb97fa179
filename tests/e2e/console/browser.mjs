// Debian's Chromium, quiet, with a new profile each time.
import { createRequire } from "node:module";

const require = createRequire(new URL("../../../hub/console/package.json", import.meta.url));
const { chromium } = require("playwright-core");
export const axePath = require.resolve("axe-core/axe.min.js");

const args = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

export const launch = () =>
  chromium.launch({ executablePath: process.env.DEPOPS_CHROMIUM ?? "/usr/bin/chromium", args, chromiumSandbox: false });
