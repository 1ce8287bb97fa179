import type { Deployment } from "../../api/client";
import { CommandLine } from "../../ui/command_line";
import { between, stamp } from "../../words/time";

// The moments by which a bad release is measured, when there was one.
function Moments({ deployment }: { deployment: Deployment }) {
  const { exposedAt, detectedAt, safeAt } = deployment;
  if (!exposedAt) return null;
  return (
    <>
      <div><dt>First users saw it</dt><dd><time dateTime={exposedAt}>{stamp(exposedAt)}</time></dd></div>
      {detectedAt && <div><dt>Decided against it after</dt><dd>{between(exposedAt, detectedAt, 0)}</dd></div>}
      {detectedAt && safeAt && <div><dt>Off traffic after a further</dt><dd>{between(detectedAt, safeAt, 0)}</dd></div>}
    </>
  );
}

export function FactsSection({ deployment }: { deployment: Deployment }) {
  return (
    <section aria-labelledby="plan-head">
      <h2 id="plan-head">Plan</h2>
      <dl className="facts">
        <div><dt>Deployment</dt><dd><code>{deployment.id}</code></dd></div>
        {deployment.release && <div><dt>Release</dt><dd><code>{deployment.release}</code></dd></div>}
        <div><dt>Strategy</dt><dd>{deployment.strategy}{deployment.kind === "rollback" ? ", rollback" : ""}</dd></div>
        <div><dt>Before it</dt><dd>{deployment.previousVersion || "nothing: first version here"}</dd></div>
        <div>
          <dt>Waves</dt>
          <dd>{deployment.waves.map((wave) => `${wave.name}: ${wave.sites.join(", ")}`).join(" → ")}</dd>
        </div>
        {deployment.approval && (
          <div>
            <dt>Approved by</dt>
            <dd>{deployment.approval.approvedBy.join(", ") || "nobody yet"}, {deployment.approval.needed} needed</dd>
          </div>
        )}
        <Moments deployment={deployment} />
        <div className="fact-wide"><dt>Digest of the plan</dt><dd><code className="digest">{deployment.planDigest}</code></dd></div>
      </dl>
      <CommandLine text={`depops rollout watch ${deployment.id}`} />
    </section>
  );
}
