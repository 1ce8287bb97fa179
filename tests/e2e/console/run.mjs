// The console in a real browser. Without arguments it runs against the fixture hub; against a real one:
//   DEPOPS_URL=http://127.0.0.1:PORT DEPOPS_CODE=one-time-code [DEPOPS_LIVE=d-2] node tests/e2e/console/run.mjs
// DEPOPS_SHOTS=DIR keeps screenshots, DEPOPS_JUNIT=FILE writes a report, DEPOPS_ONLY=TEXT runs the checks so named.
import { existsSync } from "node:fs";
import { launch } from "./browser.mjs";
import { anywhere } from "./checks_anywhere.mjs";
import { live } from "./checks_live.mjs";
import { real } from "./checks_real.mjs";
import { steering } from "./checks_steering.mjs";
import { FixtureHub } from "./fixture_hub.mjs";
import { Report } from "./report.mjs";
import { shots } from "./shots.mjs";
import { Visit } from "./visit.mjs";

const dist = new URL("../../../hub/console/dist/", import.meta.url).pathname;

async function runChecks(checks, visit, report) {
  for (const { name, run } of checks.filter((check) => check.name.includes(process.env.DEPOPS_ONLY ?? ""))) {
    try {
      await run(visit);
      await visit.leave();
      report.passed(name);
    } catch (error) {
      report.failed(name, error);
      await visit.leave().catch(() => undefined);
    }
  }
}

// The last of the real ones ends what they look at.
function externalChecks() {
  return process.env.DEPOPS_LIVE ? [...anywhere, ...real] : anywhere;
}

async function main() {
  const external = process.env.DEPOPS_URL;
  if (!external && !existsSync(dist)) throw new Error("hub/console/dist is missing: run npm ci && npm run build in hub/console");
  const hub = external ? null : new FixtureHub(dist);
  const base = external ?? (await hub.listen());
  const browser = await launch();
  const report = new Report();
  try {
    const visit = new Visit({ browser, base, hub, code: process.env.DEPOPS_CODE ?? "good-1" });
    await visit.signIn();
    await runChecks(hub ? [...anywhere, ...live, ...steering] : externalChecks(), visit, report);
    if (process.env.DEPOPS_SHOTS) await shots(visit, process.env.DEPOPS_SHOTS);
  } catch (error) {
    report.failed("the browser reaches the console and signs in", error);
  } finally {
    await browser.close();
    if (hub) await hub.vanish();
  }
  process.exitCode = report.close(process.env.DEPOPS_JUNIT) ? 0 : 1;
}

await main();
