// What holds on every hub, whatever it knows.
import assert from "node:assert/strict";
import { assertAccessible, assertFits } from "./visit.mjs";

const themes = ["light", "dark"];
const FIRST_LOAD = 150 * 1024;

async function everyPage(visit) {
  const deployment = await visit.anyDeployment();
  return ["/sites", "/deployments", ...(deployment ? [deployment] : [])];
}

async function settled(page) {
  await page.locator(".rows, .empty, .verdict, .facts").first().waitFor();
}

async function checkAccessible(visit) {
  for (const path of await everyPage(visit)) {
    for (const colorScheme of themes) {
      for (const width of [1440, 390]) {
        const page = await visit.open(path, { colorScheme, viewport: { width, height: 900 } });
        await settled(page);
        await assertAccessible(page, `${path} ${colorScheme} ${width}`);
        await page.context().close();
      }
    }
  }
}

async function checkSignInAccessible(visit) {
  for (const colorScheme of themes) {
    const context = await visit.context({ storageState: undefined, colorScheme });
    const page = visit.watch(await context.newPage());
    await page.goto(`${visit.base}/sites`);
    await page.getByLabel("One-time code").waitFor();
    await assertAccessible(page, `sign in, ${colorScheme}`);
    assert.equal(page.url(), `${visit.base}/sites`, "the address survives the form");
  }
}

async function checkReflow(visit) {
  for (const path of await everyPage(visit)) {
    const page = await visit.open(path, { viewport: { width: 320, height: 700 } });
    await settled(page);
    await assertFits(page, `${path} at 320 px`);
  }
}

async function checkCookie(visit) {
  const cookie = visit.storageState.cookies.find(({ name }) => name === "depops_session");
  assert.ok(cookie, "the session cookie is set");
  assert.equal(cookie.httpOnly, true);
  assert.equal(cookie.sameSite, "Strict");
}

async function checkSites(visit) {
  const page = await visit.open("/sites");
  await settled(page);
  for (const row of await page.locator("tbody tr").all()) {
    const connectivity = await row.locator('[data-head="Connectivity"]').innerText();
    const health = await row.locator('[data-head="Health"]').innerText();
    assert.match(connectivity, /^(Never connected|(Connected|Late|Offline)\s+seen (now|\d+ \S+ ago))$/);
    assert.match(health, /^(Healthy|Degraded|Unknown)(\s+as of (now|\d+ \S+ ago))?/);
    if (/^Connected/.test(connectivity)) continue;
    assert.equal(await row.locator('[data-head="Health"] .tone-good').count(), 0, "an absent site is never green");
  }
}

async function checkFilters(visit) {
  const page = await visit.open("/deployments");
  const asked = page.waitForRequest((request) => /\/deployments\?.*state=ended/.test(request.url()));
  await page.getByLabel("State").selectOption("ended");
  await asked;
  assert.match(page.url(), /[?&]state=ended/);
  await page.reload();
  assert.equal(await page.getByLabel("State").inputValue(), "ended", "the address keeps the filter");
}

async function checkKeyboard(visit) {
  const page = await visit.open("/deployments");
  await settled(page);
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await page.waitForURL("**/sites");
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "SELECT");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
  await assertAccessible(page, "the keyboard list");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

async function checkRows(visit) {
  const page = await visit.open("/deployments");
  await settled(page);
  const rows = page.locator("[data-row-link]");
  if ((await rows.count()) < 2) return;
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  const first = await rows.first().getAttribute("href");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), first);
  await page.keyboard.press("Enter");
  await page.waitForURL(`**${first}`);
  await page.getByRole("region", { name: "Verdict" }).waitFor();
}

async function checkFirstLoad(visit) {
  const context = await visit.context();
  const page = visit.watch(await context.newPage());
  const scripts = [];
  page.on("response", (response) => response.request().resourceType() === "script" && scripts.push(response));
  await page.goto(`${visit.base}/deployments`);
  await settled(page);
  const sizes = await Promise.all(scripts.map((response) => response.request().sizes()));
  const total = sizes.reduce((sum, { responseBodySize }) => sum + responseBodySize, 0);
  assert.ok(total > 0 && total <= FIRST_LOAD, `first load is ${total} bytes of JavaScript, at most ${FIRST_LOAD}`);
}

async function checkNotFound(visit) {
  const page = await visit.open("/no/such/page");
  await page.getByRole("heading", { name: "No such page" }).waitFor();
  const lost = await visit.open("/deployments/d-none");
  await lost.getByRole("alert").waitFor();
}

async function checkNowhereElse(visit) {
  for (const path of await everyPage(visit)) await settled(await visit.open(path));
  assert.deepEqual(visit.elsewhere, []);
}

export const anywhere = [
  { name: "the session cookie is out of reach of scripts and other sites", run: checkCookie },
  { name: "sign-in keeps the address and has no accessibility violation", run: checkSignInAccessible },
  { name: "every page has no accessibility violation, light and dark, wide and narrow", run: checkAccessible },
  { name: "every page fits into 320 px", run: checkReflow },
  { name: "sites show connectivity and health apart, each with its age, and never green when away", run: checkSites },
  { name: "filters are in the address and asked of the hub", run: checkFilters },
  { name: "g s, /, Esc and ? do what the list says", run: checkKeyboard },
  { name: "j, k and Enter walk the list", run: checkRows },
  { name: "the first load stays within its budget on the wire", run: checkFirstLoad },
  { name: "an address without a page says so", run: checkNotFound },
  { name: "no request leaves for another host", run: checkNowhereElse },
];
