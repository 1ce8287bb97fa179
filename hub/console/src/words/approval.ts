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

// Why a site stands still, in words.
export function pauseWords(rollout: Rollout): string[] {
  return rollout.pauses.map((pause) => (pause === "approval" && rollout.approval ? `approval: ${approvalWords(rollout)}` : pause));
}
