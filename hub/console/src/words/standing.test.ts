import { describe, expect, it } from "vitest";
import { standingOf } from "./standing";

const mark = { at: "2026-11-26T07:00:00.000Z", by: "ana", reason: "its disk was stolen" };

describe("the standing of a site", () => {
  it("is nothing for a site that takes part", () => {
    expect(standingOf({ name: "fra-1" })).toEqual([]);
    expect(standingOf({ name: "fra-1", waitsForAdmission: false })).toEqual([]);
  });

  it("says of a revoked site since when, by whom, why, and how it comes back", () => {
    const [standing] = standingOf({ name: "fra-1", revoked: mark });
    expect(standing).toMatchObject({ ...mark, command: "depops site reenroll fra-1" });
    expect(standing?.look).toEqual({ word: "Revoked", tone: "bad", shape: "cross" });
  });

  it("names the gravest first, and never in green", () => {
    const all = standingOf({ name: "fra-1", cordoned: mark, revoked: mark, waitsForAdmission: true });
    expect(all.map(({ look }) => look.word)).toEqual(["Revoked", "Cordoned", "Waits to be admitted"]);
    expect(all.map(({ look }) => look.tone)).not.toContain("good");
    expect(all.map(({ command }) => command)[1]).toBe("depops site uncordon fra-1");
  });
});
