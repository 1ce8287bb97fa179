// One visitor: signed in once, then a fresh page per check. Whatever a page says on its console counts, and so does every
// request that leaves for another host.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { axePath } from "./browser.mjs";

const axeSource = readFileSync(axePath, "utf8");
const axeTags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
export const DEADLINE = 10_000;

export class Visit {
  contexts = [];
  complaints = [];
  elsewhere = [];
  storageState = undefined;

  constructor({ browser, base, hub, code }) {
    Object.assign(this, { browser, base, hub, code });
  }

  async context(options = {}) {
    const context = await this.browser.newContext({ storageState: this.storageState, viewport: { width: 1440, height: 900 }, ...options });
    context.setDefaultTimeout(DEADLINE);
    this.contexts.push(context);
    return context;
  }

  watch(page) {
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("console", (message) => {
      // The browser reports every refused or failed request by itself; checks provoke those on purpose.
      if (message.type() === "error" && !/Failed to load resource/.test(message.text())) this.complaints.push(message.text());
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(this.base) && !request.url().startsWith("data:")) this.elsewhere.push(request.url());
    });
    return page;
  }

  async signIn() {
    const context = await this.context();
    const page = this.watch(await context.newPage());
    await page.goto(`${this.base}/deployments#code=${this.code}`);
    await page.getByRole("heading", { level: 1, name: "Deployments" }).waitFor();
    assert.equal(page.url(), `${this.base}/deployments`, "the code has left the address");
    this.storageState = await context.storageState();
    await this.leave();
  }

  // A page at `path`; options as of Playwright's context, for instance viewport and colorScheme.
  async open(path, options = {}) {
    const context = await this.context(options);
    const page = this.watch(await context.newPage());
    await page.goto(this.base + path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    return page;
  }

  async stranger(path) {
    const context = await this.context({ storageState: undefined });
    const page = this.watch(await context.newPage());
    await page.goto(this.base + path);
    return page;
  }

  // The newest deployment there is, on any hub.
  async anyDeployment() {
    if (this.hub) return "/deployments/d-41";
    const page = await this.open("/deployments");
    return page.locator("[data-row-link]").first().getAttribute("href");
  }

  async leave() {
    await Promise.all(this.contexts.map((context) => context.close()));
    this.contexts = [];
    const complaints = this.complaints.splice(0);
    assert.deepEqual(complaints, [], "the browser's console stays silent");
  }
}

// Run in the page's own world by the debugger, so that the page's content security policy stays as strict as it is.
export async function assertAccessible(page, what) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), axeTags);
  const told = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary}`));
  assert.deepEqual(told, [], what);
}

export async function assertFits(page, what) {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(overflow <= 0, `${what} is ${overflow} px too wide`);
}

// Waits until `condition()` holds; for facts outside the page.
export async function until(condition, what) {
  const deadline = Date.now() + DEADLINE;
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, `not in time: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
