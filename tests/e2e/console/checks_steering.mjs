// What a person does: signing in, reading lists, giving verbs.
import assert from "node:assert/strict";
import { blocked } from "./fixture_hub.mjs";
import { assertAccessible, until } from "./visit.mjs";

async function checkWrongCode(visit) {
  const page = await visit.stranger("/sites");
  await page.getByLabel("One-time code").fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").getByText("The code was not taken").waitFor();
  assert.equal(await page.getByLabel("One-time code").inputValue(), "wrong", "what was typed is kept");
  await page.getByLabel("One-time code").fill("good-2");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Sites" }).waitFor();
}

async function checkSignOut(visit) {
  const page = await visit.stranger("/deployments/d-39#code=good-3");
  await page.getByRole("heading", { level: 1, name: "checkout 1.2 to production" }).waitFor();
  const kept = [...visit.hub.sessions];
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("One-time code").waitFor();
  kept.forEach((session) => visit.hub.sessions.add(session));
}

async function checkSessionEnds(visit) {
  const page = await visit.open("/deployments/d-39");
  await page.getByRole("region", { name: "Verdict" }).waitFor();
  const kept = [...visit.hub.sessions];
  visit.hub.sessions.clear();
  visit.hub.change("d-39", () => undefined);
  await page.getByLabel("One-time code").waitFor();
  assert.match(page.url(), /\/deployments\/d-39$/);
  kept.forEach((session) => visit.hub.sessions.add(session));
}

async function checkEmpty(visit) {
  visit.hub.empty = true;
  try {
    for (const [path, sentence, line] of [
      ["/deployments", "Nothing was deployed yet.", "depops deploy"],
      ["/sites", "No site is registered yet.", "depops site enroll"],
      ["/deployments?state=failed", "No deployment matches these filters.", "Show all deployments"],
    ]) {
      const page = await visit.open(path);
      await page.getByText(sentence).waitFor();
      await page.getByText(line).waitFor();
      await assertAccessible(page, `${path} without rows`);
    }
  } finally {
    visit.hub.empty = false;
  }
}

async function checkPaging(visit) {
  const page = await visit.open("/deployments");
  await page.locator("tbody tr").first().waitFor();
  assert.equal(await page.locator("tbody tr").count(), 25);
  await page.getByRole("link", { name: "Next page" }).click();
  await page.getByRole("link", { name: "First page" }).waitFor();
  await page.locator("tbody tr", { hasText: "checkout 0.5" }).first().waitFor();
  assert.match(page.url(), /pageToken=/);
}

async function checkAbort(visit) {
  const page = await visit.open("/deployments/d-41");
  await page.getByRole("button", { name: "Abort" }).click();
  const dialog = page.getByRole("dialog", { name: "Abort checkout 1.4?" });
  await dialog.getByText("traffic returns to 1.3 (fra-1). No further site begins.").waitFor();
  await assertAccessible(page, "the confirmation");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.equal(visit.hub.writes.some(({ body }) => body.verb === "abort"), false, "asking is not doing");

  visit.hub.refuseNext = blocked();
  await page.getByRole("button", { name: "Abort" }).click();
  await dialog.getByLabel("Reason").fill("errors in the shop");
  await dialog.getByRole("button", { name: "Abort" }).click();
  await dialog.getByText("Frozen for the peak season.").waitFor();
  await dialog.getByText("retail-ops may lift it").waitFor();
  await dialog.getByRole("button", { name: "Abort" }).click();
  await page.locator(".verdict .status", { hasText: "Rolling back" }).waitFor();

  const given = visit.hub.writes.filter(({ body }) => body.verb === "abort");
  assert.deepEqual(given.map(({ body }) => body), Array(2).fill({ verb: "abort", reason: "errors in the shop" }));
  assert.equal(given[0].headers["idempotency-key"], given[1].headers["idempotency-key"], "one intent, one key");
  assert.ok(given.every(({ headers }) => headers.origin === visit.base));
  await page.getByText("Abort It is on its way back already.").waitFor();
}

async function checkRollback(visit) {
  const [service] = visit.hub.read("/services", new URLSearchParams()).items.filter(({ name }) => name === "invoice");
  assert.equal(service.environments[0].version, "1.0");
  const page = await visit.open("/deployments/d-35");
  await page.getByText("Abort It has ended: there is nothing to abort.").waitFor();
  await page.getByRole("button", { name: "Roll back" }).click();
  const dialog = page.getByRole("dialog", { name: "Roll back invoice 1.0?" });
  await dialog.getByText("Starts a deployment of invoice 0.9 in production, in place of 1.0. Sites: fra-1, sin-1.").waitFor();
  const go = dialog.getByRole("button", { name: "Roll back" });
  assert.equal(await go.getAttribute("aria-disabled"), "true", "production wants the name typed");
  await go.click({ force: true });
  await dialog.getByLabel(/Type invoice to confirm/).fill("invoice");
  await go.click();
  await page.waitForURL("**/deployments/d-40");
  const given = visit.hub.writes.filter(({ path }) => path === "/rollbacks");
  assert.deepEqual(given.map(({ body }) => body), [{ service: "invoice", environment: "production", to: "0.9" }]);
}

async function checkCaught(visit) {
  const page = await visit.open("/deployments/d-39");
  const verdict = page.getByRole("region", { name: "Verdict" });
  await verdict.getByText("Rolled back", { exact: true }).waitFor();
  await verdict.getByText("Change failure").waitFor();
  await verdict.getByText("sin-1 was never touched.").waitFor();
  await page.getByText("limit 20 : 1", { exact: true }).waitFor();
  await page.locator(".step-stopped", { hasText: "Analysis" }).waitFor();
  await page.getByText("Roll back It did not complete").waitFor();
  await page.getByText("Decided against it after").waitFor();
}

async function checkTheme(visit) {
  const page = await visit.open("/sites", { colorScheme: "light" });
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await ground();
  await page.getByRole("button", { name: "Dark theme" }).click();
  await until(async () => (await ground()) !== light, "the ground turns dark");
  const dark = await ground();
  await page.reload();
  await page.getByRole("button", { name: "Light theme" }).waitFor();
  assert.equal(await ground(), dark, "the choice is kept");
}

async function checkTargets(visit) {
  for (const path of ["/sites", "/deployments", "/deployments/d-41"]) {
    const page = await visit.open(path, { viewport: { width: 390, height: 800 } });
    await page.locator(".rows, .verdict").first().waitFor();
    const small = await page.evaluate(() =>
      [...document.querySelectorAll("button, select, input, .top a, .pager a, .crumb")]
        .filter((element) => element.getClientRects().length > 0)
        .filter((element) => Math.min(element.offsetWidth, element.offsetHeight) < 24)
        .map((element) => element.outerHTML.slice(0, 80)));
    assert.deepEqual(small, [], path);
  }
}

export const steering = [
  { name: "a wrong code is refused in the hub's words and what was typed is kept", run: checkWrongCode },
  { name: "signing out ends the session", run: checkSignOut },
  { name: "a session that ends shows the form and keeps the address", run: checkSessionEnds },
  { name: "no rows is a page of its own, with the command line", run: checkEmpty },
  { name: "pages come from the hub and are in the address", run: checkPaging },
  { name: "a release that was caught shows why, with the numbers", run: checkCaught },
  { name: "rollback says what it changes and wants the name typed in production", run: checkRollback },
  { name: "abort says what it changes, asks, shows a refusal, and is given once", run: checkAbort },
  { name: "the theme can be chosen and is kept", run: checkTheme },
  { name: "targets are at least 24 px", run: checkTargets },
];
