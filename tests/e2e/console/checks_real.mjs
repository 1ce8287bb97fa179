// What only a real hub with a real site behind it can show. DEPOPS_LIVE names a deployment whose canary is under way.
const LONG = 60_000;

async function checkFollows(visit) {
  const page = await visit.open(`/deployments/${process.env.DEPOPS_LIVE}`);
  await page.getByText(/takes 10 % of requests at/).waitFor({ timeout: LONG });
  await page.locator(".live", { hasText: "Live" }).waitFor();
  await page.getByText(/^limit \d+ : 1$/).first().waitFor({ timeout: LONG });
}

async function checkAborts(visit) {
  const page = await visit.open(`/deployments/${process.env.DEPOPS_LIVE}`);
  await page.getByRole("button", { name: "Abort" }).click();
  const dialog = page.getByRole("dialog", { name: /^Abort / });
  await dialog.getByLabel("Reason").fill("seen in the browser");
  const confirm = dialog.getByLabel(/to confirm/);
  if (await confirm.count()) await confirm.fill("checkout");
  await dialog.getByRole("button", { name: "Abort" }).click();
  await page.locator(".verdict .status", { hasText: "Aborted" }).waitFor({ timeout: LONG });
  await page.getByText(/seen in the browser/).first().waitFor();
  await page.getByText("Abort It has ended: there is nothing to abort.").waitFor();
}

export const real = [
  { name: "the page follows a real canary: its weight, its numbers against the limit", run: checkFollows },
  { name: "a real canary is aborted in the browser", run: checkAborts },
];
