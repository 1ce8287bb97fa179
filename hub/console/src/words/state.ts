import type { components } from "../api/schema";

export type State = components["schemas"]["State"];
export type Outcome = components["schemas"]["Outcome"];
export type Connectivity = components["schemas"]["Site"]["connectivity"];
export type Health = components["schemas"]["Site"]["health"];

// What a status looks like: a shape and a colour family, always beside its word.
export type Tone = "good" | "run" | "wait" | "bad" | "quiet";
export type Shape = "check" | "play" | "clock" | "pause" | "back" | "cross" | "stop" | "dash" | "link" | "cut" | "alert";
export interface Look {
  word: string;
  tone: Tone;
  shape: Shape;
}

export const stateLooks: Record<State, Look> = {
  pending: { word: "Pending", tone: "quiet", shape: "clock" },
  queued: { word: "Queued", tone: "quiet", shape: "clock" },
  waiting: { word: "Waiting", tone: "wait", shape: "clock" },
  running: { word: "Running", tone: "run", shape: "play" },
  paused: { word: "Paused", tone: "wait", shape: "pause" },
  rolling_back: { word: "Rolling back", tone: "wait", shape: "back" },
  completed: { word: "Completed", tone: "good", shape: "check" },
  rolled_back: { word: "Rolled back", tone: "wait", shape: "back" },
  aborted: { word: "Aborted", tone: "quiet", shape: "stop" },
  cancelled: { word: "Cancelled", tone: "quiet", shape: "stop" },
  expired: { word: "Expired", tone: "quiet", shape: "dash" },
  failed: { word: "Failed", tone: "bad", shape: "cross" },
};

const endedStates: ReadonlySet<State> = new Set([
  "completed",
  "rolled_back",
  "aborted",
  "cancelled",
  "expired",
  "failed",
]);

export function isEnded(state: State): boolean {
  return endedStates.has(state);
}

export const outcomeLooks: Record<Outcome, Look> = {
  pass: { word: "Pass", tone: "good", shape: "check" },
  fail: { word: "Fail", tone: "bad", shape: "cross" },
  inconclusive: { word: "Inconclusive", tone: "wait", shape: "dash" },
  no_data: { word: "No data", tone: "wait", shape: "dash" },
  error: { word: "Error", tone: "wait", shape: "alert" },
  terminated: { word: "Terminated", tone: "quiet", shape: "stop" },
};

export const connectivityLooks: Record<Connectivity, Look> = {
  connected: { word: "Connected", tone: "good", shape: "link" },
  late: { word: "Late", tone: "wait", shape: "clock" },
  offline: { word: "Offline", tone: "quiet", shape: "cut" },
  never: { word: "Never connected", tone: "quiet", shape: "dash" },
};

const healthLooks: Record<Health, Look> = {
  healthy: { word: "Healthy", tone: "good", shape: "check" },
  degraded: { word: "Degraded", tone: "bad", shape: "alert" },
  unknown: { word: "Unknown", tone: "quiet", shape: "dash" },
};

// Health is what the site last said. While the site is away nobody knows whether it still holds: it keeps its word and
// loses its colour.
export function healthLook(health: Health, connectivity: Connectivity): Look {
  const look = healthLooks[health];
  return connectivity === "connected" ? look : { ...look, tone: "quiet" };
}
