import { describe, expect, it } from "vitest";
import { age, ago, between, duration, stamp } from "./time";

describe("age", () => {
  it.each([
    [-5, "now"], [0, "now"], [999, "now"], [1000, "1 s"], [59_999, "59 s"], [60_000, "1 min"], [3_599_999, "59 min"],
    [3_600_000, "1 h"], [86_399_999, "23 h"], [86_400_000, "1 d"], [30 * 86_400_000, "30 d"],
  ])("%i ms is %s", (span, word) => {
    expect(age(span)).toBe(word);
  });

  it("says never for what never was, and now for a clock that is a little ahead", () => {
    expect(ago(undefined, 0)).toBe("never");
    expect(ago("1970-01-01T00:00:02.000Z", 1000)).toBe("now");
    expect(ago("1970-01-01T00:00:00.000Z", 12_000)).toBe("12 s ago");
  });
});

describe("duration", () => {
  it.each([
    [-1, "0 ms"], [840, "840 ms"], [4200, "4.2 s"], [5000, "5 s"], [42_000, "42 s"], [59_999, "59 s"], [200_000, "3 min 20 s"],
    [7_200_000, "2 h"], [7_500_000, "2 h 5 min"], [90_000_000, "1 d 1 h"],
  ])("%i ms is %s", (span, word) => {
    expect(duration(span)).toBe(word);
  });

  it("of something under way is counted up to now", () => {
    expect(between("1970-01-01T00:00:00.000Z", undefined, 61_000)).toBe("1 min 1 s");
    expect(between("1970-01-01T00:00:00.000Z", "1970-01-01T00:00:30.000Z", 61_000)).toBe("30 s");
  });
});

describe("stamp", () => {
  it("prints day, time and zone", () => {
    expect(stamp("2026-12-08T13:00:05.000Z")).toMatch(/^2026-12-0[789] \d\d:\d\d:05 (UTC|[+−]\d\d:\d\d)$/);
  });
});
