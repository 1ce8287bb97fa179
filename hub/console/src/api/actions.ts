import type { Offer } from "../words/actions";
import { api, ask, idempotencyKey, type Deployment } from "./client";

// Carries out what a person confirmed; returns the deployment to look at afterwards.
export async function carryOut(offer: Offer, deployment: Deployment, reason: string, key = idempotencyKey()): Promise<string> {
  const header = { "Idempotency-Key": key };
  const why = reason.trim() || undefined;
  if (offer.verb === "rollback") {
    const body = { service: deployment.service, environment: deployment.environment, to: deployment.previousVersion, reason: why };
    return (await ask(api.POST("/api/v1/rollbacks", { params: { header }, body }))).deployment;
  }
  const params = { header, path: { deployment: deployment.id } };
  const body = { verb: offer.verb, expectedStep: offer.expectedStep, reason: why };
  await ask(api.POST("/api/v1/deployments/{deployment}/actions", { params, body }));
  return deployment.id;
}
