import type { Deployment, Service, Verb } from "../api/client";
import { approvalWords, waitsForApproval } from "./approval";
import { isEnded } from "./state";

// What a person can ask of a deployment now. An action that is not possible says why.
export interface Offer {
  verb: Exclude<Verb, "retry" | "skip"> | "rollback";
  word: string;
  refusal: string | null; // null: possible
  effect: string; // what will change, where
  danger: boolean;
  expectedStep?: number;
}

export interface Surroundings {
  reachable: boolean;
  services: readonly Service[];
}

const sitesOf = (deployment: Deployment) => deployment.waves.flatMap((wave) => wave.sites);

function here(deployment: Deployment, services: readonly Service[]) {
  const service = services.find((candidate) => candidate.name === deployment.service);
  return service?.environments.find((place) => place.environment === deployment.environment);
}

function rollbackRefusal(deployment: Deployment, services: readonly Service[]): string | null {
  const { state, previousVersion, version, environment } = deployment;
  if (!isEnded(state)) return previousVersion ? `Under way: abort takes it back to ${previousVersion}.` : "Under way: abort ends it.";
  if (state !== "completed") return `It did not complete: there is nothing to roll back.`;
  const place = here(deployment, services);
  if (place?.deployment) return `Another deployment is under way in ${environment}.`;
  if (place && place.version !== version) return `${place.version || "Nothing"} runs there now: roll back from its own deployment.`;
  return previousVersion ? null : `No earlier version completed in ${environment}.`;
}

function abortRefusal(deployment: Deployment): string | null {
  if (deployment.state === "rolling_back") return "It is on its way back already.";
  return isEnded(deployment.state) ? "It has ended: there is nothing to abort." : null;
}

function abortEffect(deployment: Deployment): string {
  const touched = deployment.rollouts.filter((rollout) => !isEnded(rollout.state) && rollout.sets.length > 0);
  const where = touched.map((rollout) => rollout.site).join(", ") || "no site yet";
  const back = deployment.previousVersion ? `traffic returns to ${deployment.previousVersion}` : "its instances are stopped";
  return `Ends ${deployment.service} ${deployment.version} in ${deployment.environment}: ${back} (${where}). No further site begins.`;
}

function rollbackEffect(deployment: Deployment): string {
  const sites = sitesOf(deployment);
  return (
    `Starts a deployment of ${deployment.service} ${deployment.previousVersion ?? "(the version before)"} in ` +
    `${deployment.environment}, in place of ${deployment.version}. Sites: ${sites.join(", ")}.`
  );
}

function pauseOffer(deployment: Deployment): Offer {
  const paused = deployment.state === "paused";
  return {
    verb: paused ? "resume" : "pause",
    word: paused ? "Resume" : "Pause",
    refusal: null,
    effect: paused ? "Goes on with the current step." : "Stands still after the current step; weights stay as they are.",
    danger: false,
  };
}

function approvalOffers(deployment: Deployment): Offer[] {
  const asking = waitsForApproval(deployment);
  if (asking === undefined) return [];
  const { site, step } = asking;
  const back = deployment.previousVersion ? ` Traffic returns to ${deployment.previousVersion}.` : "";
  return [
    { verb: "approve", word: "Approve", refusal: null, effect: `Counts as your yes at ${site}: ${approvalWords(asking)}.`, danger: false, expectedStep: step },
    { verb: "reject", word: "Reject", refusal: null, effect: `Answers no: the deployment ends.${back}`, danger: true, expectedStep: step },
  ];
}

function advanceOffer(deployment: Deployment): Offer {
  const paused = deployment.rollouts.find((rollout) => rollout.state === "paused" && !rollout.approval);
  const next = paused && deployment.steps[paused.step + 1];
  return {
    verb: "advance",
    word: "Advance",
    refusal: paused ? null : "It does not stand at a pause.",
    effect: `Goes on past the pause${paused ? ` at ${paused.site}` : ""}${next ? `: ${next.text}` : ""}.`,
    danger: false,
    expectedStep: paused?.step,
  };
}

export function offersFor(deployment: Deployment, { reachable, services }: Surroundings): Offer[] {
  const offers: Offer[] = [];
  if (!isEnded(deployment.state) && deployment.state !== "rolling_back") {
    offers.push(pauseOffer(deployment));
    if (deployment.strategy === "canary") offers.push(advanceOffer(deployment));
    offers.push(...approvalOffers(deployment));
  }
  offers.push(
    { verb: "abort", word: "Abort", refusal: abortRefusal(deployment), effect: abortEffect(deployment), danger: true },
    {
      verb: "rollback",
      word: "Roll back",
      refusal: rollbackRefusal(deployment, services),
      effect: rollbackEffect(deployment),
      danger: true,
    },
  );
  if (reachable) return offers;
  return offers.map((offer) => ({ ...offer, refusal: offer.refusal ?? "The hub does not answer." }));
}

// Undoing something for more than one site of users at once takes the service's name, typed.
export function needsTypedName(offer: Offer, deployment: Deployment, tier: string | undefined): boolean {
  return offer.verb === "rollback" && tier === "production" && sitesOf(deployment).length > 1;
}
