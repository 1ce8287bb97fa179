// Screenshots of every page in both themes, wide and narrow, for people to judge.
import { mkdirSync } from "node:fs";
import { join } from "node:path";

const lists = [["sites", "/sites"], ["site", "/sites/fra-1"], ["deployments", "/deployments"]];
const pagesOf = (visit) =>
  visit.hub
    ? [...lists, ["revoked", "/sites/osl-1"], ["live", "/deployments/d-41"], ["caught", "/deployments/d-39"]]
    : [...lists, ...(process.env.DEPOPS_LIVE ? [["real", `/deployments/${process.env.DEPOPS_LIVE}`]] : [])];

async function shoot(visit, folder, name, path, width, colorScheme) {
  const page = await visit.open(path, { colorScheme, viewport: { width, height: 900 } });
  await page.locator(".rows, .verdict, .facts, .empty").first().waitFor();
  await page.locator(".live", { hasText: "Live" }).waitFor();
  await page.waitForLoadState("load");
  await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
  await page.context().close();
}

async function shootSignIn(visit, folder, width, colorScheme) {
  const context = await visit.context({ storageState: undefined, colorScheme, viewport: { width, height: 900 } });
  const page = await context.newPage();
  await page.goto(visit.base);
  await page.getByLabel("One-time code").waitFor();
  await page.screenshot({ path: join(folder, `sign-in-${width}-${colorScheme}.png`) });
  await context.close();
}

export async function shots(visit, folder) {
  mkdirSync(folder, { recursive: true });
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1440, 390]) {
      await shootSignIn(visit, folder, width, colorScheme);
      for (const [name, path] of pagesOf(visit)) await shoot(visit, folder, name, path, width, colorScheme);
    }
  }
}
