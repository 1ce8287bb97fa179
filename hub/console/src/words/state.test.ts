import { describe, expect, it } from "vitest";
import { connectivityLooks, healthLook, isEnded, outcomeLooks, stateLooks, type State } from "./state";

describe("state words", () => {
  it("has a word, a shape and a tone for every state", () => {
    expect(Object.values(stateLooks).map((look) => look.word)).toEqual([
      "Pending", "Queued", "Waiting", "Running", "Paused", "Rolling back",
      "Completed", "Rolled back", "Aborted", "Cancelled", "Expired", "Failed",
    ]);
  });

  it("says which states are the end", () => {
    const ended = (Object.keys(stateLooks) as State[]).filter(isEnded);
    expect(ended).toEqual(["completed", "rolled_back", "aborted", "cancelled", "expired", "failed"]);
  });

  it("keeps green for what completed and red for what could not return to health", () => {
    const withTone = (tone: string) => Object.entries(stateLooks).filter(([, look]) => look.tone === tone).map(([state]) => state);
    expect(withTone("good")).toEqual(["completed"]);
    expect(withTone("bad")).toEqual(["failed"]);
  });

  it("never tells two states of one tone apart by colour alone", () => {
    for (const looks of [stateLooks, outcomeLooks, connectivityLooks]) {
      const words = Object.values(looks).map((look) => look.word);
      expect(new Set(words).size).toBe(words.length);
    }
  });
});

describe("health of a site", () => {
  it("is green only while the site is connected", () => {
    expect(healthLook("healthy", "connected").tone).toBe("good");
    for (const away of ["late", "offline", "never"] as const) {
      expect(healthLook("healthy", away)).toEqual({ word: "Healthy", shape: "check", tone: "quiet" });
      expect(healthLook("degraded", away).tone).toBe("quiet");
    }
  });
});
