import { Link } from "wouter";
import type { Deployment, Rollout, Step } from "../../api/client";
import { Ago } from "../../ui/clock";
import { Icon, type IconName } from "../../ui/icons";
import { StateStatus } from "../../ui/status";
import { TrafficBar, trafficParts } from "../../ui/traffic";
import { pauseWords } from "../../words/approval";
import { duration } from "../../words/time";
import { orderedRollouts, stepMark, type StepMark } from "../../words/verdict";

const stepIcons: Record<Step["type"], IconName> = {
  setWeight: "weight",
  pause: "pause",
  analysis: "analysis",
  setScale: "weight",
  setHeader: "weight",
  batch: "weight",
  approval: "check",
  hook: "link",
};
const markIcons: Partial<Record<StepMark, IconName>> = { done: "check", stopped: "cross" };
const markWords: Record<StepMark, string> = {
  done: "done",
  now: "now",
  stopped: "stopped here",
  open: "to come",
  skipped: "skipped",
};

function shortStep(step: Step): string {
  if (step.type === "setWeight") return `${step.weight ?? 0} %`;
  if (step.type === "hook") return `Hook ${step.name ?? ""}`;
  if (step.type === "approval") return `Approval${(step.count ?? 1) > 1 ? ` by ${step.count}` : ""}`;
  if (step.type === "setScale") return step.text.replace(/^scale to/, "Scale to");
  if (step.type === "batch") return step.text.replace(/^batch/, "Batch");
  if (step.type === "setHeader") return `Route ${step.route ?? ""}`;
  const span = step.durationMs === undefined ? "" : ` ${duration(step.durationMs)}`;
  return step.type === "pause" ? `Pause${span || " until advanced"}` : `Analysis${span}`;
}

function StepItem({ step, mark }: { step: Step; mark: StepMark }) {
  return (
    <li className={`step step-${mark}`} aria-current={mark === "now" ? "step" : undefined} title={step.text}>
      <Icon name={markIcons[mark] ?? stepIcons[step.type]} />
      <span>{shortStep(step)}</span>
      <span className="visually-hidden">, {markWords[mark]}</span>
    </li>
  );
}

function Timeline({ steps, rollout }: { steps: readonly Step[]; rollout: Rollout }) {
  if (rollout.strategySkipped) return <p className="quiet">Steps are skipped here: {rollout.reason || "there is nothing to compare with"}</p>;
  if (steps.length === 0) return null;
  return (
    <ol className="timeline" aria-label={`Steps at ${rollout.site}`}>
      {steps.map((step, index) => <StepItem key={index} step={step} mark={stepMark(rollout, index)} />)}
    </ol>
  );
}

const verifiedWords = ["not confirmed yet", "accepted by the router", "read back from the router", "measured on traffic"];

function Instances({ rollout, target }: { rollout: Rollout; target: string }) {
  const newSet = rollout.sets.find((set) => set.version === target);
  return (
    <p className="quiet site-instances">
      {rollout.sets.map((set) => (
        <span key={set.set}>
          {set.version}: <span className="number">{set.available}/{set.desired}</span> available
        </span>
      ))}
      {newSet && <span>weight {verifiedWords[newSet.verifiedLevel] ?? "unknown"}</span>}
      {rollout.asOf && <span>as of <Ago at={rollout.asOf} /></span>}
    </p>
  );
}

function traffic(rollout: Rollout, target: string) {
  const stable = rollout.sets.find((set) => set.version !== target)?.version ?? "";
  return trafficParts(rollout.sets.map(({ version, weight }) => ({ version, percent: weight })), stable);
}

function SiteRollout({ rollout, deployment }: { rollout: Rollout; deployment: Deployment }) {
  const untouched = rollout.sets.length === 0;
  return (
    <article className="site-rollout">
      <header>
        <h3><Link href={`/sites/${rollout.site}`}>{rollout.site}</Link></h3>
        <StateStatus state={rollout.state} />
        {rollout.attempt > 1 && <span className="quiet">attempt {rollout.attempt}</span>}
      </header>
      {!untouched && <TrafficBar site={rollout.site} parts={traffic(rollout, deployment.version)} />}
      {!untouched && <Timeline steps={deployment.steps} rollout={rollout} />}
      {rollout.pauses.length > 0 && <p className="tone-wait-text">{pauseWords(rollout).join(" · ")}</p>}
      {(rollout.routes ?? []).map((route) => <p key={route} className="quiet">Goes to {deployment.version} whatever the weights: {route}</p>)}
      {untouched ? <p className="quiet">{rollout.reason || "Not begun."}</p> : <Instances rollout={rollout} target={deployment.version} />}
    </article>
  );
}

export function SitesSection({ deployment }: { deployment: Deployment }) {
  const rollouts = orderedRollouts(deployment);
  const told = new Set(rollouts.map((rollout) => rollout.site));
  const silent = deployment.waves.flatMap((wave) => wave.sites).filter((site) => !told.has(site));
  return (
    <section aria-labelledby="sites-head">
      <h2 id="sites-head">Sites</h2>
      {rollouts.map((rollout) => <SiteRollout key={rollout.id} rollout={rollout} deployment={deployment} />)}
      {silent.map((site) => (
        <article key={site} className="site-rollout">
          <header><h3><Link href={`/sites/${site}`}>{site}</Link></h3></header>
          <p className="quiet">Not begun.</p>
        </article>
      ))}
    </section>
  );
}
