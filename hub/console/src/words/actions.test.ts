import { describe, expect, it } from "vitest";
import type { Deployment } from "../api/client";
import { needsTypedName, offersFor } from "./actions";
import { canary, rolloutAt } from "./fixtures";

const services = (version: string, deployment?: string) => [
  { name: "checkout", environments: [{ environment: "production", version, deployment }] },
];
const refusals = (deployment: Deployment, surroundings = { reachable: true, services: services("1.2") }) =>
  Object.fromEntries(offersFor(deployment, surroundings).map(({ verb, refusal }) => [verb, refusal]));

describe("what can be asked of a deployment", () => {
  it("under way: pause and abort, with the reason for the rest", () => {
    expect(refusals(canary())).toEqual({
      pause: null,
      advance: "It does not stand at a pause.",
      abort: null,
      rollback: "Under way: abort takes it back to 1.1.",
    });
  });

  it("paused: resume, advance and abort; advance names the step it was offered for", () => {
    const paused = canary({ state: "paused", rollouts: [rolloutAt("fra-1", { state: "paused" })] });
    expect(refusals(paused)).toMatchObject({ resume: null, advance: null, abort: null });
    expect(offersFor(paused, { reachable: true, services: [] }).find(({ verb }) => verb === "advance")?.expectedStep).toBe(1);
  });

  it("completed: rollback while it is the one that runs there", () => {
    const done = canary({ state: "completed" });
    expect(refusals(done)).toEqual({ abort: "It has ended: there is nothing to abort.", rollback: null });
    expect(refusals(done, { reachable: true, services: services("1.3") }).rollback).toMatch(/^1\.3 runs there now/);
    expect(refusals(done, { reachable: true, services: services("1.2", "d-9") }).rollback).toMatch(/^Another deployment/);
    expect(refusals({ ...done, previousVersion: undefined }).rollback).toMatch(/^No earlier version/);
  });

  it("on its way back: nothing, and says so", () => {
    expect(refusals(canary({ state: "rolling_back" })).abort).toBe("It is on its way back already.");
  });

  it("without the hub: nothing", () => {
    const all = Object.values(refusals(canary(), { reachable: false, services: [] }));
    expect(all.every((refusal) => refusal !== null)).toBe(true);
  });

  it("says what changes, where", () => {
    const effect = offersFor(canary(), { reachable: true, services: [] }).find(({ verb }) => verb === "abort")?.effect;
    expect(effect).toBe("Ends checkout 1.2 in production: traffic returns to 1.1 (fra-1). No further site begins.");
  });

  it("wants the name typed for a rollback at several production sites only", () => {
    const offers = offersFor(canary({ state: "completed" }), { reachable: true, services: [] });
    const typed = (tier: string) => offers.filter((offer) => needsTypedName(offer, canary(), tier)).map(({ verb }) => verb);
    expect(typed("production")).toEqual(["rollback"]);
    expect(typed("staging")).toEqual([]);
  });
});
