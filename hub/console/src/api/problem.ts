import type { components } from "./schema";

export type Reason = components["schemas"]["Reason"];
export type ProblemBody = components["schemas"]["Problem"];

// The hub said no (RFC 9457), or could not be asked at all (status 0).
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly reasons: Reason[];

  constructor(body: Pick<ProblemBody, "title" | "status" | "detail" | "code" | "reasons">) {
    super(body.title);
    this.name = "Problem";
    this.status = body.status;
    this.code = body.code;
    this.detail = body.detail;
    this.reasons = body.reasons;
  }
}

export const unreachable = () =>
  new Problem({
    title: "The hub did not answer",
    status: 0,
    code: "unreachable",
    detail: "Sites keep carrying out their last orders. The page tries again by itself.",
    reasons: [],
  });

function isProblemBody(body: unknown): body is ProblemBody {
  return typeof body === "object" && body !== null && "code" in body && "title" in body;
}

// Something between us and the hub can answer as well; then there is no problem body and the status has to do.
export function problemFrom(status: number, body: unknown): Problem {
  if (isProblemBody(body)) return new Problem({ ...body, reasons: body.reasons ?? [] });
  return new Problem({
    title: status >= 500 ? "The hub had trouble" : "The request was refused",
    status,
    code: "unknown",
    detail: `Status ${status} without an explanation.`,
    reasons: [],
  });
}

// What the reader can do about it, by status.
export function remedyFor(problem: Problem): string {
  if (problem.status === 0) return "";
  if (problem.status === 401) return "Sign in again with a new one-time code.";
  if (problem.status === 404) return "Check the address, or go back to the list.";
  if (problem.status === 409) return "Something changed meanwhile. Read the page again, then decide.";
  if (problem.status === 429) return "Too many requests. Wait a moment, then try again.";
  if (problem.status >= 500) return "Try again. If it stays, the hub's log has the cause.";
  return "";
}

export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem({
    title: "The page had trouble",
    status: -1,
    code: "page",
    detail: error instanceof Error ? error.message : String(error),
    reasons: [],
  });
}
