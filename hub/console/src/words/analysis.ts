import type { Deployment, Measurement } from "../api/client";

// The measurements of one metric at one site, oldest first, with both arms summed over the last attempt.
export interface Series {
  site: string;
  metric: string;
  measurements: Measurement[];
  latest: Measurement;
  canary: Measurement["canary"];
  stable: Measurement["stable"];
}

function summed(measurements: readonly Measurement[], arm: "canary" | "stable") {
  const last = measurements[measurements.length - 1];
  const counted = measurements.filter((measurement) => measurement.attempt === last?.attempt);
  return {
    requests: counted.reduce((total, measurement) => total + measurement[arm].requests, 0),
    errors: counted.reduce((total, measurement) => total + measurement[arm].errors, 0),
  };
}

// What spoke last stands first.
export function seriesOf(deployment: Pick<Deployment, "measurements">): Series[] {
  const groups = new Map<string, Measurement[]>();
  for (const measurement of deployment.measurements) {
    const key = `${measurement.site}/${measurement.metric}`;
    groups.set(key, [...(groups.get(key) ?? []), measurement]);
  }
  const series = [...groups.values()].flatMap((measurements) => {
    const latest = measurements[measurements.length - 1];
    if (!latest) return [];
    const arms = { canary: summed(measurements, "canary"), stable: summed(measurements, "stable") };
    return [{ site: latest.site, metric: latest.metric, measurements, latest, ...arms }];
  });
  return series.sort((left, right) => right.latest.at.localeCompare(left.latest.at));
}
