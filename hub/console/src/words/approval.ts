import type { Deployment, Rollout } from "../api/client";

export const waitsForApproval = (deployment: Deployment) => deployment.rollouts.find((rollout) => rollout.approval !== undefined);

// "1 of 2 approved, by ana; 1 more person has to".
export function approvalWords({ approval }: Rollout): string {
  if (approval === undefined) return "";
  const { needed, approvedBy } = approval;
  const missing = needed - approvedBy.length;
  const by = approvedBy.length > 0 ? `, by ${approvedBy.join(" and ")}` : "";
  const more = approvedBy.length > 0 ? " more" : "";
  return `${approvedBy.length} of ${needed} approved${by}; ${missing}${more} ${missing === 1 ? "person has" : "people have"} to`;
}

// Whom the hub waits for before a site begins.
export interface Signatures {
  given: string[];
  open: string[]; // who can still approve
  command: string;
}

export function signaturesOf({ approval, waiting }: Deployment): Signatures | undefined {
  const reason = waiting.find(({ rule }) => rule === "approvals");
  if (approval === undefined || reason === undefined) return undefined;
  const [people = "", command = ""] = (reason.who ?? "").split(/: (?=depops )/);
  return { given: approval.approvedBy, open: people === "" ? [] : people.split(", "), command };
}

// Why a site stands still, in words.
export function pauseWords(rollout: Rollout): string[] {
  return rollout.pauses.map((pause) => (pause === "approval" && rollout.approval ? `approval: ${approvalWords(rollout)}` : pause));
}
