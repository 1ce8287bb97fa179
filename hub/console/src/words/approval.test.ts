import { describe, expect, it } from "vitest";
import { offersFor } from "./actions";
import { approvalWords, pauseWords, signaturesOf } from "./approval";
import { canary, rolloutAt } from "./fixtures";
import { verdictOf } from "./verdict";

const asking = (needed: number, approvedBy: string[]) =>
  rolloutAt("fra-1", { state: "paused", pauses: ["approval"], approval: { needed, approvedBy } });

describe("an approval", () => {
  it("says who gave it and how many are missing", () => {
    expect(approvalWords(asking(1, []))).toBe("0 of 1 approved; 1 person has to");
    expect(approvalWords(asking(3, ["ana"]))).toBe("1 of 3 approved, by ana; 2 more people have to");
    expect(pauseWords(asking(2, ["ana"]))).toEqual(["approval: 1 of 2 approved, by ana; 1 more person has to"]);
    expect(pauseWords(rolloutAt("fra-1", { pauses: ["user"] }))).toEqual(["user"]);
  });

  it("is offered with its refusal while a site asks for it, and not otherwise", () => {
    const paused = canary({ state: "paused", rollouts: [asking(2, [])] });
    const offers = offersFor(paused, { reachable: true, services: [] });
    expect(offers.map(({ verb }) => verb)).toEqual(["resume", "advance", "approve", "reject", "abort", "rollback"]);
    expect(offers.find(({ verb }) => verb === "advance")?.refusal).not.toBeNull();
    expect(offers.find(({ verb }) => verb === "approve")?.expectedStep).toBe(1);
    expect(offersFor(canary(), { reachable: true, services: [] }).map(({ verb }) => verb)).not.toContain("approve");
  });

  it("before a site begins is asked of people by name, with the command they sign with", () => {
    const reason = { rule: "approvals", text: "waits for 2 approvals by different people, has 1 (ana)", who: "ben, cem: depops approve d-1 --key FILE" };
    const waiting = canary({ state: "waiting", rollouts: [], waiting: [reason], approval: { needed: 2, approvedBy: ["ana"] } });
    expect(signaturesOf(waiting)).toEqual({ given: ["ana"], open: ["ben", "cem"], command: "depops approve d-1 --key FILE" });
    expect(verdictOf(waiting).next).toBe("fra-1 begins as soon as it is approved.");
    expect(verdictOf(waiting).sentence).toBe("Waits for 2 approvals by different people, has 1 (ana).");
    expect(signaturesOf(canary())).toBeUndefined();
  });

  it("is what comes next", () => {
    expect(verdictOf(canary({ state: "paused", rollouts: [asking(1, [])] })).next).toBe("Approve to go on, or reject to go back to 1.1.");
  });
});
