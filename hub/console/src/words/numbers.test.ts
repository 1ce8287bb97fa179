import { describe, expect, it } from "vitest";
import { count, evidencePosition, odds, plural, share } from "./numbers";

describe("numbers", () => {
  it("groups by three with a narrow space", () => {
    expect(count(7)).toBe("7");
    expect(count(1234567)).toBe("1\u202f234\u202f567");
    expect(plural(1, "site")).toBe("1 site");
    expect(plural(0, "try", "tries")).toBe("0 tries");
  });

  it("gives small shares more digits", () => {
    expect([share(0, 0), share(0, 9), share(1, 5), share(1, 40), share(2, 1000)]).toEqual(["–", "0 %", "20 %", "2.5 %", "0.2 %"]);
  });

  it("writes evidence as odds", () => {
    expect([odds(0.314), odds(1), odds(20), odds(4210)]).toEqual(["0.31 : 1", "1 : 1", "20 : 1", "4\u202f210 : 1"]);
    expect(odds(3.2e9)).toBe("3.2 × 10^9 : 1");
  });

  it("places evidence on a logarithmic scale that ends at the limit", () => {
    expect(evidencePosition(0.2, 20)).toBe(0);
    expect(evidencePosition(Math.sqrt(20), 20)).toBeCloseTo(0.5);
    expect(evidencePosition(20, 20)).toBe(1);
    expect(evidencePosition(1e9, 20)).toBe(1);
    expect(evidencePosition(5, 0)).toBe(0);
  });
});
