// @ts-check
// What a hub with six sites would know. Types come from the hub's OpenAPI, so a fixture that drifts from it does not pass
// `npm run check`.

/** @typedef {import("../../../hub/console/src/api/schema").components["schemas"]} Schemas */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DIGEST = `sha256:${"3f9a1c22bd01e7d4".repeat(4)}`;

const start = Date.now();
/** @param {number} span */
const before = (span) => new Date(start - span).toISOString();

/** @type {Schemas["Environment"][]} */
export const environments = [
  { name: "staging", tier: "staging", createdAt: before(90 * 24 * HOUR) },
  { name: "production", tier: "production", createdAt: before(90 * 24 * HOUR) },
];

/** @type {Schemas["Service"][]} */
export const services = [
  {
    name: "checkout",
    latestVersion: "1.4",
    environments: [
      { environment: "staging", version: "1.4" },
      { environment: "production", version: "1.3", deployment: "d-41" },
    ],
  },
  { name: "ledger", latestVersion: "5.0", environments: [{ environment: "production", version: "5.0" }] },
];

/**
 * @param {string} service
 * @param {string} version
 * @param {Schemas["Weight"][]} weights
 * @returns {Schemas["SiteService"]}
 */
const runs = (service, version, weights = [{ version, percent: 100 }]) => ({
  service, version, desired: 4, ready: 4, weights, requests: 184_220, errors: 371,
});

/** @type {Schemas["Site"][]} */
export const sites = [
  {
    name: "ams-1", environment: "staging", labels: { region: "eu" }, connectivity: "connected", lastSeenAt: before(2000),
    health: "healthy", healthAsOf: before(2000), agentVersion: "0.1.0", generation: { signed: 12, held: 12 },
    services: [runs("checkout", "1.4")],
  },
  {
    name: "fra-1", environment: "production", labels: { region: "eu", ring: "pilot" }, connectivity: "connected",
    lastSeenAt: before(1000), health: "healthy", healthAsOf: before(1000), agentVersion: "0.1.0",
    generation: { signed: 31, held: 31 },
    services: [runs("checkout", "1.3", [{ version: "1.4", percent: 10 }, { version: "1.3", percent: 90 }]), runs("ledger", "5.0")],
  },
  {
    name: "gru-1", environment: "production", labels: { region: "sa" }, connectivity: "connected", lastSeenAt: before(3000),
    health: "degraded", healthAsOf: before(3000), problem: "ledger: 1 of 4 instances does not answer /ready since 13:58",
    agentVersion: "0.1.0", generation: { signed: 9, held: 9 }, services: [{ ...runs("ledger", "5.0"), ready: 3 }],
  },
  {
    name: "mel-1", environment: "production", labels: { region: "au" }, connectivity: "never", health: "unknown",
    generation: { signed: 1, held: 0 }, services: [], waitsForAdmission: true,
  },
  {
    name: "osl-1", environment: "production", labels: { region: "eu" }, connectivity: "offline", lastSeenAt: before(3.2 * HOUR),
    health: "healthy", healthAsOf: before(3.2 * HOUR), agentVersion: "0.1.0", generation: { signed: 30, held: 28 },
    services: [runs("checkout", "1.3")],
    certificate: { serial: "4a".repeat(16), endsAt: before(-90 * HOUR) },
    revoked: { at: before(3.2 * HOUR), by: "ana", reason: "its machine was stolen; see incident 42" },
  },
  {
    name: "sin-1", environment: "production", labels: { region: "ap" }, connectivity: "late", lastSeenAt: before(75_000),
    health: "healthy", healthAsOf: before(75_000), agentVersion: "0.1.0", generation: { signed: 31, held: 31 },
    services: [runs("checkout", "1.3")],
    cordoned: { at: before(26 * HOUR), by: "ben", reason: "the cooling is being rebuilt" },
  },
];

/** @type {Schemas["Hub"]} */
export const hub = { version: "0.1.0", epoch: 3, state: "ok", sitesSetAside: [], recoveries: [], alarms: [] };

/** @type {Schemas["HubAlarm"]} */
export const brokerAlarm = {
  name: "revocations-not-handed-over", since: before(40 * MINUTE),
  what: "the broker was not told of the newest list of revoked certificates: /run/mosquitto/broker.pid names no mosquitto " +
    "that this user may signal; send it SIGHUP, or it goes by the list it knows",
};

/** @type {Schemas["Step"][]} */
const steps = [
  { type: "setWeight", weight: 10, text: "weight 10 %" },
  { type: "analysis", template: "errors", durationMs: 30_000, metrics: ["errors"], text: "analysis errors for 30 s" },
  { type: "setWeight", weight: 50, text: "weight 50 %" },
  { type: "pause", durationMs: 600_000, text: "pause for 10 min" },
  { type: "analysis", template: "errors", durationMs: 30_000, metrics: ["errors"], text: "analysis errors for 30 s" },
  { type: "setWeight", weight: 100, text: "weight 100 %" },
];

/**
 * @param {Partial<Schemas["Set"]> & {version: string, weight: number}} part
 * @returns {Schemas["Set"]}
 */
const set = (part) => ({
  set: `checkout-${part.version}`, desired: 4, ready: 4, available: 4, verifiedLevel: 3, ...part,
});

/**
 * @param {string} site
 * @param {Partial<Schemas["Rollout"]>} part
 * @returns {Schemas["Rollout"]}
 */
const rollout = (site, part) => ({
  id: `r-${site}`, site, wave: "world", state: "running", phase: "stepping", step: 0, steps: steps.length, attempt: 1,
  strategySkipped: false, sets: [], pauses: [], reason: "", asOf: before(1000), ...part,
});

/**
 * Windows of two seconds at 200 requests a second; `canaryShare` of the new version's requests fail.
 * @param {string} site
 * @param {number} windows
 * @param {number} canaryShare
 * @param {number} ago
 * @returns {Schemas["Measurement"][]}
 */
export function measured(site, windows, canaryShare, ago) {
  let evidence = 1;
  return Array.from({ length: windows }, (_, index) => {
    const at = ago - index * 2000;
    const requests = 38 + ((index * 7) % 5);
    const errors = Math.round(requests * canaryShare + (index % 3 === 1 ? 0.4 : 0));
    const stableErrors = index % 2;
    evidence *= canaryShare > 0.1 ? 3.3 : [0.93, 1.12, 0.86, 1.04][index % 4] ?? 1;
    const failed = evidence >= 20;
    const told = `new version ${errors} errors in ${requests} requests, stable ${stableErrors} in ${requests * 9}`;
    return {
      site, step: 1, attempt: 1, metric: "errors", outcome: failed ? "fail" : "pass",
      window: { from: before(at + 2000), to: before(at) }, canary: { requests, errors },
      stable: { requests: requests * 9, errors: stableErrors }, value: evidence, limit: 20, at: before(at),
      sentence: `${told}: evidence ${evidence.toFixed(1)} : 1, limit 20 : 1`,
    };
  });
}

/**
 * @param {Partial<Schemas["Deployment"]> & {id: string, version: string}} part
 * @returns {Schemas["Deployment"]}
 */
const deployment = (part) => ({
  service: "checkout", environment: "production", kind: "forward", state: "completed", reason: "all sites completed",
  actor: "ana", startedAt: before(HOUR), changeFailed: false, updatedSeq: 100, planDigest: DIGEST, strategy: "canary", steps,
  waves: [{ name: "world", sites: ["fra-1", "sin-1"], maxConcurrent: 1 }], rollouts: [], measurements: [], waiting: [],
  release: `rel-${part.id}`, ...part,
});

const live = deployment({
  id: "d-41", version: "1.4", previousVersion: "1.3", state: "running", reason: "", startedAt: before(48_000), updatedSeq: 410,
  exposedAt: before(40_000),
  rollouts: [
    rollout("fra-1", { step: 1, sets: [set({ version: "1.4", weight: 10 }), set({ version: "1.3", weight: 90 })], exposedAt: before(40_000) }),
    rollout("sin-1", { state: "pending", reason: "Begins when fra-1 completed." }),
  ],
  measurements: measured("fra-1", 12, 0, 24_000),
});

const caught = deployment({
  id: "d-39", version: "1.2", previousVersion: "1.1", state: "rolled_back", startedAt: before(3 * HOUR), changeFailed: true,
  endedAt: before(3 * HOUR - 41_000), updatedSeq: 390, exposedAt: before(3 * HOUR - 21_000), detectedAt: before(3 * HOUR - 30_400),
  safeAt: before(3 * HOUR - 30_700), reason: "analysis errors failed at fra-1",
  failureReason: "Analysis errors failed at fra-1 in step 2: 24 errors in 118 requests of 1.2 against 1 in 1 062 of 1.1, evidence 36 : 1, limit 20 : 1",
  rollouts: [
    rollout("fra-1", {
      state: "rolled_back", step: 1, sets: [set({ version: "1.2", weight: 0, desired: 0, ready: 0, available: 0 }), set({ version: "1.1", weight: 100 })],
      exposedAt: before(3 * HOUR), reason: "analysis errors failed",
    }),
    rollout("sin-1", { state: "cancelled", reason: "Not begun: the wave stopped at fra-1." }),
  ],
  measurements: measured("fra-1", 3, 0.2, 3 * HOUR - 26_000),
});

const first = deployment({
  id: "d-36", version: "5.0", service: "ledger", startedAt: before(26 * HOUR), endedAt: before(26 * HOUR - 9000), updatedSeq: 360,
  waves: [{ name: "world", sites: ["fra-1"], maxConcurrent: 1 }], release: undefined,
  rollouts: [
    rollout("fra-1", {
      state: "completed", strategySkipped: true, step: 6, reason: "first version at this site", sets: [set({ version: "5.0", weight: 100 })],
    }),
  ],
});

const previous = deployment({
  id: "d-35", version: "1.0", previousVersion: "0.9", service: "invoice", state: "completed", startedAt: before(27 * HOUR),
  endedAt: before(27 * HOUR - 95_000), updatedSeq: 350,
  rollouts: ["fra-1", "sin-1"].map((site) => rollout(site, { state: "completed", step: 6, sets: [set({ version: "1.0", weight: 100 }), set({ version: "0.9", weight: 0 })] })),
});
services.push({ name: "invoice", latestVersion: "1.0", environments: [{ environment: "production", version: "1.0" }] });

/** @type {Schemas["Deployment"][]} */
const earlier = Array.from({ length: 30 }, (_, index) => {
  const state = (["completed", "completed", "rolled_back", "aborted", "completed", "expired", "failed"][index % 7] ?? "completed");
  return deployment({
    id: `d-${34 - index}`, version: `0.${34 - index}`, previousVersion: index === 29 ? undefined : `0.${33 - index}`,
    environment: index % 2 ? "production" : "staging", state: /** @type {Schemas["State"]} */ (state), strategy: "rolling", steps: [],
    startedAt: before((30 + index * 7) * HOUR), endedAt: before((30 + index * 7) * HOUR - 70_000 - index * 3000), updatedSeq: 340 - index,
    actor: index % 3 ? "ci/812" : "ana", changeFailed: state === "failed", reason: `the hub says ${state}`,
  });
});

/** @type {Schemas["Deployment"][]} */
export const deployments = [
  live,
  deployment({
    id: "d-40", version: "1.4", previousVersion: "1.3", environment: "staging", strategy: "rolling", steps: [], startedAt: before(6 * MINUTE),
    endedAt: before(6 * MINUTE - 14_000), updatedSeq: 400, waves: [{ name: "all", sites: ["ams-1"], maxConcurrent: 1 }],
    rollouts: [rollout("ams-1", { wave: "all", state: "completed", steps: 0, sets: [set({ version: "1.4", weight: 100 }), set({ version: "1.3", weight: 0, desired: 0, ready: 0, available: 0 })] })],
  }),
  caught, first, previous, ...earlier,
];

/** @type {Map<string, Schemas["DeploymentEvent"][]>} */
export const events = new Map([
  ["d-41", [
    { seq: 401, at: before(48_000), kind: "deployment", actor: "ana", text: "started checkout 1.4 in production, ticket CHG-7" },
    { seq: 402, at: before(47_600), receivedAt: before(47_500), kind: "rollout", site: "fra-1", text: "running: 4 of 4 instances of 1.4 are available" },
    { seq: 405, at: before(40_000), receivedAt: before(39_900), kind: "rollout", site: "fra-1", text: "step 1 of 6: weight 10 %, read back from the router" },
    { seq: 406, at: before(31_000), receivedAt: before(18_000), kind: "notice", site: "fra-1", text: "weight 10 % measured on 412 requests: 9.7 %" },
    { seq: 407, at: before(24_000), receivedAt: before(23_900), kind: "measurement", site: "fra-1", text: "errors: pass, evidence 0.93 : 1, limit 20 : 1" },
  ]],
]);
