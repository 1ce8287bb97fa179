import { describe, expect, it } from "vitest";
import { HintBatch, hintFrom, mergeEvents, newer, newerPage } from "./merge";

describe("merge by version", () => {
  const item = (id: string, updatedSeq: number, state = "running") => ({ id, updatedSeq, state });

  it("takes what is as new or newer, keeps what is newer already", () => {
    expect(newer(undefined, item("d-1", 3))).toEqual(item("d-1", 3));
    expect(newer(item("d-1", 3), item("d-1", 3, "paused")).state).toBe("paused");
    expect(newer(item("d-1", 4, "completed"), item("d-1", 3)).state).toBe("completed");
  });

  it("does not mistake another thing for an older one", () => {
    expect(newer(item("d-1", 9), item("d-2", 1)).id).toBe("d-2");
  });

  it("merges a page item by item and follows the new page's order and token", () => {
    const old = { items: [item("d-1", 5, "completed"), item("d-0", 1)], nextPageToken: "old" };
    const next = { items: [item("d-2", 6), item("d-1", 4)], nextPageToken: "new" };
    const merged = newerPage(old, next);
    expect(merged.items.map(({ id, state }) => [id, state])).toEqual([["d-2", "running"], ["d-1", "completed"]]);
    expect(merged.nextPageToken).toBe("new");
  });

  it("keeps each event once, in the hub's order", () => {
    expect(mergeEvents([{ seq: 1 }, { seq: 3 }], [{ seq: 3 }, { seq: 2 }]).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });
});

describe("hints", () => {
  it("are batched: the newest of each thing, once", () => {
    const batch = new HintBatch();
    for (const version of [2, 5, 4]) batch.add({ kind: "deployment", id: "d-1", version });
    batch.add({ kind: "site", id: "d-1", version: 1 });
    expect(batch.take()).toEqual([
      { kind: "deployment", id: "d-1", version: 5 },
      { kind: "site", id: "d-1", version: 1 },
    ]);
    expect(batch.take()).toEqual([]);
  });

  it("that are not hints are ignored", () => {
    expect(hintFrom('{"kind":"site","id":"fra-1","version":7}')).toEqual({ kind: "site", id: "fra-1", version: 7 });
    for (const bad of ["", "{", "null", "[]", '{"kind":"site"}', '{"kind":"site","id":1,"version":2}']) {
      expect(hintFrom(bad)).toBeUndefined();
    }
  });
});
