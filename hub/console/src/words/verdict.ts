import type { Deployment, Rollout, Step } from "../api/client";
import { pauseWords, signaturesOf, waitsForApproval } from "./approval";
import { plural } from "./numbers";
import { isEnded } from "./state";

// The deployment in two sentences: what is so, and what comes next. All words come from what the hub said.
export interface Verdict {
  sentence: string;
  next: string;
}

// Sites in the order in which the plan goes through them.
export function orderedRollouts(deployment: Deployment): Rollout[] {
  const order = deployment.waves.flatMap((wave) => wave.sites);
  const rank = (site: string) => (order.includes(site) ? order.indexOf(site) : order.length);
  return [...deployment.rollouts].sort((left, right) => rank(left.site) - rank(right.site));
}

const underWay = (rollout: Rollout) => ["running", "paused", "rolling_back", "waiting"].includes(rollout.state);
export const currentRollout = (deployment: Deployment) => orderedRollouts(deployment).find(underWay);

export function targetWeight(deployment: Deployment, rollout: Rollout): number {
  return rollout.sets.find((set) => set.version === deployment.version)?.weight ?? 0;
}

const wasTouched = (rollout: Rollout) => rollout.exposedAt !== undefined || rollout.sets.some((set) => set.ready > 0);

function list(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}

function sentences(...parts: Array<string | undefined>): string {
  const ended = (part: string) => (/[.!?]$/.test(part) ? part : `${part}.`);
  // Names stay as they are written: "sin-1 was never touched."
  const upper = (part: string) => (/^[a-z]+(?=[ :,.])/.test(part) ? part.charAt(0).toUpperCase() + part.slice(1) : part);
  return parts.filter((part): part is string => Boolean(part)).map((part) => ended(upper(part))).join(" ");
}

function stepText(deployment: Deployment, rollout: Rollout): string | undefined {
  const step = deployment.steps[rollout.step];
  return step && !rollout.strategySkipped ? `step ${rollout.step + 1} of ${deployment.steps.length}: ${step.text}` : undefined;
}

function progressAt(deployment: Deployment, rollout: Rollout): string {
  const target = rollout.sets.find((set) => set.version === deployment.version);
  if (deployment.strategy === "rolling" || rollout.strategySkipped) {
    return `${target?.available ?? 0} of ${target?.desired ?? 0} instances of ${deployment.version} are available at ${rollout.site}`;
  }
  return `${deployment.version} takes ${targetWeight(deployment, rollout)} % of requests at ${rollout.site}`;
}

function endedSentence(deployment: Deployment): string {
  const all = deployment.waves.flatMap((wave) => wave.sites);
  if (deployment.state === "completed") return sentences(`${deployment.version} runs at ${list(all)}`);
  const touched = new Set(deployment.rollouts.filter(wasTouched).map((rollout) => rollout.site));
  const spared = all.filter((site) => !touched.has(site));
  const untouched = spared.length > 0 && touched.size > 0 ? `${list(spared)} ${spared.length === 1 ? "was" : "were"} never touched` : undefined;
  return sentences(deployment.failureReason || deployment.reason, untouched);
}

function activeSentence(deployment: Deployment): string {
  const rollout = currentRollout(deployment);
  const waiting = deployment.waiting.map((reason) => reason.text);
  if (!rollout) return sentences(...waiting) || sentences(deployment.reason) || "Not started at any site yet.";
  if (deployment.state === "rolling_back") {
    return sentences(deployment.reason, `${targetWeight(deployment, rollout)} % of requests still go to ${deployment.version} at ${rollout.site}`);
  }
  return sentences(progressAt(deployment, rollout), stepText(deployment, rollout), ...pauseWords(rollout), ...waiting);
}

function siteAfter(deployment: Deployment, rollout: Rollout): string | undefined {
  const order = deployment.waves.flatMap((wave) => wave.sites);
  return order[order.indexOf(rollout.site) + 1];
}

function afterThis(deployment: Deployment, rollout: Rollout): string {
  const next: Step | undefined = rollout.strategySkipped ? undefined : deployment.steps[rollout.step + 1];
  if (next) return `${next.text} at ${rollout.site}`;
  const site = siteAfter(deployment, rollout);
  return site ? `${site} begins` : "the deployment completes";
}

function nextFor(deployment: Deployment): string {
  const back = deployment.previousVersion ? ` to ${deployment.previousVersion}` : "";
  if (deployment.state === "completed") return "Nothing to do.";
  if (deployment.state === "failed") return "Look at the site: it could not return to a healthy state by itself.";
  if (isEnded(deployment.state)) return deployment.changeFailed ? "Read the evidence, then publish a version that mends it." : "Nothing to do.";
  if (deployment.state === "rolling_back") return "Nothing to do: the site returns by itself, with or without the hub.";
  if (signaturesOf(deployment)) return `${deployment.waves[0]?.sites[0] ?? "The first site"} begins as soon as it is approved.`;
  if (deployment.state === "paused" && waitsForApproval(deployment)) return `Approve to go on, or reject to go back${back}.`;
  if (deployment.state === "paused") return `Advance to go on, or abort to go back${back}.`;
  const rollout = currentRollout(deployment);
  return rollout ? sentences(afterThis(deployment, rollout)) : `${plural(deployment.waves.length, "wave")} to go.`;
}

export function verdictOf(deployment: Deployment): Verdict {
  const sentence = isEnded(deployment.state) ? endedSentence(deployment) : activeSentence(deployment);
  return { sentence, next: nextFor(deployment) };
}

export type StepMark = "done" | "now" | "stopped" | "open" | "skipped";

export function stepMark(rollout: Rollout, index: number): StepMark {
  if (rollout.strategySkipped) return "skipped";
  if (rollout.state === "completed" || index < rollout.step) return "done";
  if (index > rollout.step || rollout.state === "pending" || rollout.state === "queued") return "open";
  if (rollout.state === "cancelled" || rollout.state === "expired") return "open";
  return isEnded(rollout.state) || rollout.state === "rolling_back" ? "stopped" : "now";
}
