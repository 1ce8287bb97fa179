import createClient from "openapi-fetch";
import { problemFrom, unreachable } from "./problem";
import { reachability } from "./reachability";
import type { components, paths } from "./schema";

export type Site = components["schemas"]["Site"];
export type Deployment = components["schemas"]["Deployment"];
export type DeploymentSummary = components["schemas"]["DeploymentSummary"];
export type DeploymentEvent = components["schemas"]["DeploymentEvent"];
export type Rollout = components["schemas"]["Rollout"];
export type Measurement = components["schemas"]["Measurement"];
export type Step = components["schemas"]["Step"];
export type Service = components["schemas"]["Service"];
export type Environment = components["schemas"]["Environment"];
export type Me = components["schemas"]["Me"];
export type Verb = components["schemas"]["Action"]["verb"];

async function watchedFetch(request: Request): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    reachability.failed();
    throw unreachable();
  }
  // A gateway in front of a dead hub answers in its place.
  if ([502, 503, 504].includes(response.status)) reachability.failed();
  else reachability.answered(response.headers.get("date"));
  return response;
}

const client = createClient<paths>({ baseUrl: window.location.origin, fetch: watchedFetch });
export const api = client;

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

// The body, or the problem thrown.
export async function ask<T>(pending: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await pending;
  if (!response.ok) throw problemFrom(response.status, error);
  return data as T;
}

// One key per intent: a retry of the same click has the effect of once.
export function idempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
