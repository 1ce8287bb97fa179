import { describe, expect, it } from "vitest";
import { canary, rolloutAt } from "./fixtures";
import { orderedRollouts, stepMark, verdictOf } from "./verdict";

describe("verdict", () => {
  it("of a running canary: who takes how much where, which step, what follows", () => {
    expect(verdictOf(canary())).toEqual({
      sentence: "1.2 takes 10 % of requests at fra-1. Step 2 of 3: analysis errors for 30 s.",
      next: "Weight 100 % at fra-1.",
    });
  });

  it("names the next site after the last step, and the end after the last site", () => {
    const atEnd = rolloutAt("fra-1", { step: 2 });
    expect(verdictOf(canary({ rollouts: [atEnd] })).next).toBe("sin-1 begins.");
    expect(verdictOf(canary({ rollouts: [rolloutAt("sin-1", { step: 2 })] })).next).toBe("The deployment completes.");
  });

  it("of a first deployment counts instances", () => {
    const rollouts = [rolloutAt("fra-1", { strategySkipped: true })];
    expect(verdictOf(canary({ rollouts })).sentence).toBe("4 of 4 instances of 1.2 are available at fra-1.");
  });

  it("of one that was caught gives the reason and the sites it never touched", () => {
    const rollouts = [rolloutAt("fra-1", { state: "rolled_back", exposedAt: "2026-12-08T13:00:00.000Z" })];
    const caught = canary({ state: "rolled_back", changeFailed: true, failureReason: "evidence 36 : 1", rollouts });
    expect(verdictOf(caught)).toEqual({
      sentence: "Evidence 36 : 1. sin-1 was never touched.",
      next: "Read the evidence, then publish a version that mends it.",
    });
  });

  it("of one that waits gives the hub's reasons", () => {
    const waiting = [{ rule: "one-per-site", text: "d-0 is under way at fra-1" }];
    expect(verdictOf(canary({ state: "waiting", rollouts: [], waiting })).sentence).toBe("d-0 is under way at fra-1.");
  });
});

describe("order and steps", () => {
  it("follows the plan, not the answer", () => {
    expect(orderedRollouts(canary()).map(({ site }) => site)).toEqual(["fra-1", "sin-1"]);
  });

  it.each([
    [{}, ["done", "now", "open"]],
    [{ state: "completed" }, ["done", "done", "done"]],
    [{ state: "rolled_back" }, ["done", "stopped", "open"]],
    [{ state: "pending", step: 0 }, ["open", "open", "open"]],
    [{ state: "cancelled", step: 0 }, ["open", "open", "open"]],
    [{ state: "completed", strategySkipped: true }, ["skipped", "skipped", "skipped"]],
  ] as const)("marks steps of %j", (part, marks) => {
    expect([0, 1, 2].map((index) => stepMark(rolloutAt("fra-1", part), index))).toEqual(marks);
  });
});
