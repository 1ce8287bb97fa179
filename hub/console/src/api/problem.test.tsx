import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { ProblemView } from "../ui/problem_view";
import { asProblem, problemFrom, remedyFor, unreachable } from "./problem";

const body = {
  type: "urn:depops:problem:blocked",
  title: "It may not start now",
  status: 409,
  detail: "checkout is under way at fra-1; wait for d-7 or abort it",
  code: "blocked",
  reasons: [{ rule: "one-per-site", text: "d-7 is under way.", until: "2026-12-08T13:00:00.000Z", who: "ana" }],
};

describe("problem details", () => {
  it("are shown in the hub's own words, with the rule, the end and who may lift it", () => {
    const html = renderToStaticMarkup(<ProblemView error={problemFrom(409, body)} />);
    for (const part of [body.title, body.detail, "d-7 is under way.", "one-per-site", "2026-12-", "ana may lift it"]) {
      expect(html).toContain(part);
    }
    expect(html).toContain('role="alert"');
  });

  it("escape what came from outside", () => {
    const html = renderToStaticMarkup(<ProblemView error={problemFrom(400, { ...body, detail: "<img src=x>" })} />);
    expect(html).not.toContain("<img");
  });

  it("survive an answer that is not a problem", () => {
    for (const odd of [undefined, null, "<html>", {}, 7]) {
      expect(problemFrom(502, odd)).toMatchObject({ status: 502, code: "unknown" });
    }
    expect(asProblem(new Error("boom")).detail).toBe("boom");
    expect(asProblem("boom").status).toBe(-1);
  });

  it("say what to do where that does not depend on the hub's words", () => {
    expect(remedyFor(problemFrom(401, undefined))).toMatch(/one-time code/);
    expect(remedyFor(problemFrom(409, undefined))).toMatch(/decide/);
    expect(remedyFor(unreachable())).toBe("");
  });
});
