// How the page follows the hub; the fixture hub's screws are turned for this.
import assert from "node:assert/strict";
import { brokerAlarm, events } from "./fixture_world.mjs";
import { assertAccessible, until } from "./visit.mjs";

const LIVE = "/deployments/d-41";
const liveMark = (page, text) => page.locator(".live", { hasText: text }).waitFor();

async function openLive(visit) {
  const page = await visit.open(LIVE);
  await liveMark(page, "Live");
  return page;
}

async function checkChange(visit) {
  const page = await openLive(visit);
  await page.getByText("1.4 takes 10 % of requests at fra-1").waitFor();
  visit.hub.change("d-41", (deployment) => {
    const [rollout] = deployment.rollouts;
    rollout.step = 2;
    rollout.sets[0].weight = 50;
    rollout.sets[1].weight = 50;
  }, "step 3 of 6: weight 50 %");
  await page.getByText("1.4 takes 50 % of requests at fra-1").waitFor();
  await page.getByText("step 3 of 6: weight 50 %", { exact: true }).waitFor();
  await page.getByRole("img", { name: "Traffic at fra-1: 1.3 50 %, 1.4 50 %" }).waitFor();
  assert.equal(await page.locator('[aria-current="step"]').textContent(), "50 %, now");
}

async function checkAnnounced(visit) {
  const page = await openLive(visit);
  visit.hub.change("d-41", (deployment) => Object.assign(deployment, { state: "paused", reason: "paused by ana" }));
  await page.locator('[role="status"]', { hasText: "checkout 1.4: Paused" }).waitFor();
  assert.equal(await page.locator('[aria-live="polite"]').count(), 1);
  await page.waitForFunction(() => document.title.startsWith("Paused: checkout 1.4"));
  visit.hub.change("d-41", (deployment) => Object.assign(deployment, { state: "running", reason: "" }));
  await page.locator(".verdict .status", { hasText: "Running" }).waitFor();
}

// Signed on the approver's machine: the page says by whom and with what, and changes as voices come in.
async function checkSignatures(visit) {
  const page = await openLive(visit);
  const kept = structuredClone(visit.hub.deployment("d-41"));
  const asks = (given, open) => ({
    state: "waiting", rollouts: [], measurements: [], approval: { needed: 2, approvedBy: given },
    waiting: [{ rule: "approvals", text: `waits for 2 approvals by different people, has ${given.length}`, who: `${open}: depops approve d-41 --key FILE` }],
  });
  visit.hub.change("d-41", (deployment) => Object.assign(deployment, asks([], "ana, ben")));
  const approvals = page.getByRole("list", { name: "Approvals" });
  await approvals.getByText("ben can approve").waitFor();
  await page.getByText("depops approve d-41 --key FILE", { exact: true }).waitFor();
  await page.getByText("fra-1 begins as soon as it is approved.").waitFor();
  visit.hub.change("d-41", (deployment) => Object.assign(deployment, asks(["ana"], "ben")));
  await approvals.getByText("ana approved").waitFor();
  assert.deepEqual(await approvals.getByRole("listitem").allInnerTexts(), ["ana approved", "ben can approve"]);
  for (const colorScheme of ["light", "dark"]) {
    const other = await visit.open(LIVE, { colorScheme });
    await other.getByText("ana approved").waitFor();
    await assertAccessible(other, `a deployment that waits for approvals, ${colorScheme}`);
  }
  visit.hub.change("d-41", (deployment) => Object.assign(deployment, { approval: undefined }, kept));
  await page.locator(".verdict .status", { hasText: "Running" }).waitFor();
}

// An answer that was overtaken by a newer one must not put the page back.
async function checkNeverBackwards(visit) {
  const page = await openLive(visit);
  const now = visit.hub.deployment("d-41").updatedSeq;
  let stale = 0;
  await page.route("**/api/v1/deployments/d-41", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ json: { ...(await response.json()), updatedSeq: now - 1, actor: "somebody-else" } });
    stale++;
  });
  visit.hub.stream.publish({ kind: "deployment", id: "d-41", version: ++visit.hub.seq });
  await until(() => page.evaluate(() => true).then(() => stale > 0), "the page reads again");
  await page.unrouteAll({ behavior: "wait" });  // another read may be in the handler
  assert.equal(await page.getByText("somebody-else").count(), 0);
}

async function checkBatched(visit) {
  const page = await openLive(visit);
  const before = visit.hub.requests.filter((path) => path === "/deployments/d-41").length;
  for (let index = 0; index < 40; ++index) visit.hub.change("d-41", () => undefined);
  visit.hub.change("d-41", () => undefined, "the last of many");
  await page.getByText("the last of many").waitFor();
  const reads = visit.hub.requests.filter((path) => path === "/deployments/d-41").length - before;
  assert.ok(reads <= 4, `41 changes at once made ${reads} reads`);
}

async function checkResume(visit) {
  const page = await openLive(visit);
  visit.hub.change("d-41", () => undefined, "before the cut");
  await page.getByText("before the cut").waitFor();
  const last = visit.hub.seq;
  visit.hub.stream.dropAll();
  visit.hub.change("d-41", () => undefined, "during the cut");
  await page.getByText("during the cut").waitFor();
  assert.equal(visit.hub.stream.resumedFrom.at(-1), last, "the stream goes on after the last id");
}

async function checkResync(visit) {
  const page = await openLive(visit);
  visit.hub.change("d-41", () => undefined, "the page knows this");
  await page.getByText("the page knows this").waitFor();
  visit.hub.stream.dropAll();
  for (let index = 0; index < 3; ++index) visit.hub.change("d-41", () => undefined, `missed ${index}`);
  visit.hub.stream.forget();
  await page.getByText("missed 2").waitFor();
}

async function checkSilence(visit) {
  const context = await visit.context();
  const page = visit.watch(await context.newPage());
  await page.clock.install();
  await page.goto(visit.base + LIVE);
  await liveMark(page, "Live");
  await page.route("**/api/v1/events", (route) => route.abort());
  await page.clock.fastForward(41_000);
  await liveMark(page, "Live updates lost");
  await page.unroute("**/api/v1/events");
  await page.clock.runFor(20_000);
  await liveMark(page, "Live");
}

async function checkOneStream(visit) {
  const context = await visit.context();
  const opened = visit.hub.stream.opened;
  const pages = [];
  for (let index = 0; index < 3; ++index) {
    const page = visit.watch(await context.newPage());
    await page.goto(visit.base + LIVE);
    await liveMark(page, "Live");
    pages.push(page);
  }
  assert.equal(visit.hub.stream.opened - opened, 1, "three tabs hold one stream");
  visit.hub.change("d-41", () => undefined, "heard by all");
  for (const page of pages) await page.getByText("heard by all").waitFor();
  await pages[0].close();
  await until(() => visit.hub.stream.opened - opened === 2, "another tab takes the stream over");
  visit.hub.change("d-41", () => undefined, "heard by the rest");
  for (const page of pages.slice(1)) await page.getByText("heard by the rest").waitFor();
}

async function checkHubAway(visit) {
  const page = await openLive(visit);
  const { port } = visit.hub;
  await visit.hub.vanish();
  try {
    await page.getByText(/Hub unreachable since \d\d:\d\d:\d\d/).waitFor({ timeout: 30_000 });
    await page.getByText("sites keep running their last orders").waitFor();
    await page.getByText("1.4 takes 50 % of requests at fra-1").waitFor();
    assert.equal(await page.locator(".stale .verdict .status").count(), 1, "old facts lose their colour");
    assert.equal(await page.getByRole("button", { name: "Abort" }).getAttribute("aria-disabled"), "true");
    await page.getByText("Abort The hub does not answer.").waitFor();
  } finally {
    await visit.hub.listen(port);
  }
  await page.getByText(/Hub unreachable since/).waitFor({ state: "detached", timeout: 30_000 });
}

async function checkLongLog(visit) {
  const log = events.get("d-41");
  const kept = log.length;
  for (let index = 0; index < 620; ++index) {
    log.push({ seq: ++visit.hub.seq, at: new Date().toISOString(), kind: "notice", site: "fra-1", text: `line ${index}` });
  }
  const page = await openLive(visit);
  await page.getByText("line 619", { exact: true }).waitFor();
  await page.getByRole("button", { name: /Show .* earlier events/ }).click();
  await page.getByText("line 3", { exact: true }).waitFor();
  log.splice(kept);
}

async function checkStanding(visit) {
  const list = await visit.open("/sites");
  await list.getByRole("row", { name: /osl-1/ }).getByText("its machine was stolen").waitFor();
  await list.getByRole("row", { name: /sin-1/ }).getByText("Cordoned").waitFor();
  await list.getByRole("row", { name: /mel-1/ }).getByText("Waits to be admitted").waitFor();
  for (const colorScheme of ["light", "dark"]) {
    const page = await visit.open("/sites/osl-1", { colorScheme });
    const revoked = page.getByRole("region", { name: "Revoked" });
    await revoked.getByText("its machine was stolen; see incident 42").waitFor();
    await revoked.getByText(/since \d{4}-\d\d-\d\d .* by ana/).waitFor();
    await revoked.getByText("depops site reenroll osl-1").waitFor();
    await assertAccessible(page, `a revoked site, ${colorScheme}`);
  }
}

async function checkAlarm(visit) {
  const page = await visit.open("/sites");
  await liveMark(page, "Live");
  assert.equal(await page.getByRole("alert").count(), 0);
  visit.hub.alarms = [brokerAlarm];
  visit.hub.stream.publish({ kind: "site", id: "osl-1", version: ++visit.hub.seq });
  await page.getByRole("alert").getByText("send it SIGHUP").waitFor();
  await assertAccessible(page, "an alarm");
  visit.hub.alarms = [];
  visit.hub.stream.publish({ kind: "site", id: "osl-1", version: ++visit.hub.seq });
  await page.getByRole("alert").waitFor({ state: "detached" });
}

export const live = [
  { name: "a change at the hub shows by itself: sentence, traffic, step, event", run: checkChange },
  { name: "a new state is announced in the one polite live region and in the title", run: checkAnnounced },
  { name: "a deployment that waits for signatures says whose, and with which command", run: checkSignatures },
  { name: "a site that is revoked, cordoned or waits for a person says since when, by whom, why and what ends it", run: checkStanding },
  { name: "an alarm of the hub is on every page until it is over", run: checkAlarm },
  { name: "an answer that was overtaken never puts the page back", run: checkNeverBackwards },
  { name: "many changes at once make few reads", run: checkBatched },
  { name: "a cut stream goes on after its last id", run: checkResume },
  { name: "resync reads everything again", run: checkResync },
  { name: "a silent stream is called lost after 40 s and comes back", run: checkSilence },
  { name: "all tabs share one stream, and another takes over", run: checkOneStream },
  { name: "without the hub the page stays, says since when, and acts no more", run: checkHubAway },
  { name: "a long log is read to its end", run: checkLongLog },
];
