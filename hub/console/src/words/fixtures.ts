import type { Deployment, Rollout } from "../api/client";

// A canary at the first of two sites, for the tests beside this file.
const set = (version: string, weight: number) => ({
  version, set: `checkout-${version}`, desired: 4, ready: 4, available: 4, weight, verifiedLevel: 2,
});

export function rolloutAt(site: string, part: Partial<Rollout> = {}): Rollout {
  return {
    id: `r-${site}`, site, wave: "world", state: "running", phase: "stepping", step: 1, steps: 3, attempt: 1,
    strategySkipped: false, sets: [set("1.2", 10), set("1.1", 90)], pauses: [], reason: "", ...part,
  };
}

export function canary(part: Partial<Deployment> = {}): Deployment {
  return {
    id: "d-1", service: "checkout", version: "1.2", previousVersion: "1.1", environment: "production", kind: "forward",
    state: "running", reason: "", actor: "ana", startedAt: "2026-12-08T13:00:00.000Z", changeFailed: false, updatedSeq: 1,
    planDigest: `sha256:${"0".repeat(64)}`, strategy: "canary",
    steps: [
      { type: "setWeight", weight: 10, text: "weight 10 %" },
      { type: "analysis", template: "errors", durationMs: 30_000, text: "analysis errors for 30 s" },
      { type: "setWeight", weight: 100, text: "weight 100 %" },
    ],
    waves: [{ name: "world", sites: ["fra-1", "sin-1"], maxConcurrent: 1 }],
    rollouts: [rolloutAt("sin-1", { state: "pending", step: 0, sets: [] }), rolloutAt("fra-1")],
    measurements: [], waiting: [], ...part,
  };
}
