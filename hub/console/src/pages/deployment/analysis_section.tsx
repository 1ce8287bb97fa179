import type { Deployment, Measurement } from "../../api/client";
import { Ago } from "../../ui/clock";
import { OutcomeStatus } from "../../ui/status";
import { seriesOf, type Series } from "../../words/analysis";
import { count, evidencePosition, odds, plural, share } from "../../words/numbers";
import { clockTime } from "../../words/time";

const WIDTH = 320;
const HEIGHT = 56;
const MOST_POINTS = 120;

// The limit is at the top of the scale, 1 : 1 (nothing known) at the bottom; logarithmic, as evidence multiplies.
function EvidenceChart({ measurements }: { measurements: readonly Measurement[] }) {
  const shown = measurements.slice(-MOST_POINTS);
  const x = (index: number) => (shown.length < 2 ? WIDTH / 2 : 4 + (index * (WIDTH - 8)) / (shown.length - 1));
  const y = ({ value, limit }: Measurement) => HEIGHT - 4 - evidencePosition(value, limit) * (HEIGHT - 12);
  const points = shown.map((measurement, index) => `${x(index)},${y(measurement)}`).join(" ");
  const last = shown[shown.length - 1];
  if (!last) return null;
  return (
    <svg className={`evidence-chart ${last.outcome === "fail" ? "is-bad" : ""}`} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <line className="limit" x1="0" x2={WIDTH} y1="8" y2="8" />
      <line className="base" x1="0" x2={WIDTH} y1={HEIGHT - 4} y2={HEIGHT - 4} />
      <polyline points={points} />
      <circle cx={x(shown.length - 1)} cy={y(last)} r="3.5" />
    </svg>
  );
}

function Evidence({ series }: { series: Series }) {
  const { latest, measurements } = series;
  return (
    <figure className="evidence">
      <figcaption>
        <span>Does the new version fail more than the stable one?</span>
        <span className="evidence-now">
          Evidence <b className="number">{odds(latest.value)}</b> <span className="quiet">limit {odds(latest.limit)}</span>
        </span>
      </figcaption>
      <EvidenceChart measurements={measurements} />
      <p className="quiet evidence-span">
        {plural(measurements.length, "window")} since {clockTime(measurements[0]?.window.from ?? latest.window.from)}. The dashed
        line is the limit.
      </p>
    </figure>
  );
}

function Arms({ series }: { series: Series }) {
  const arms = [
    ["New", series.canary, series.latest.canary],
    ["Stable", series.stable, series.latest.stable],
  ] as const;
  return (
    <table className="arms">
      <caption className="visually-hidden">Requests and errors of both versions at {series.site}</caption>
      <thead>
        <tr>
          <th scope="col"><span className="visually-hidden">Version</span></th>
          <th scope="col">Requests</th>
          <th scope="col">Errors</th>
          <th scope="col">Share</th>
          <th scope="col">Last window</th>
        </tr>
      </thead>
      <tbody>
        {arms.map(([word, sum, last]) => (
          <tr key={word}>
            <th scope="row" className={word === "New" ? "is-new" : "is-stable"}><i /> {word}</th>
            <td>{count(sum.requests)}</td>
            <td>{count(sum.errors)}</td>
            <td>{share(sum.errors, sum.requests)}</td>
            <td>{count(last.errors)} of {count(last.requests)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function MetricAtSite({ series }: { series: Series }) {
  const { latest } = series;
  return (
    <article className="metric">
      <header>
        <h3>{series.metric} at {series.site}</h3>
        <OutcomeStatus outcome={latest.outcome} />
        <span className="quiet">step {latest.step + 1}, judged <Ago at={latest.at} /></span>
      </header>
      <div className="metric-body">
        {latest.limit > 0 && <Evidence series={series} />}
        <Arms series={series} />
      </div>
      <p className="metric-sentence">{latest.sentence}</p>
    </article>
  );
}

export function AnalysisSection({ deployment }: { deployment: Deployment }) {
  const all = seriesOf(deployment);
  if (all.length === 0 && !deployment.steps.some((step) => step.type === "analysis")) return null;
  return (
    <section aria-labelledby="analysis-head">
      <h2 id="analysis-head">Analysis</h2>
      {all.length === 0 && <p className="quiet">No window was judged.</p>}
      {all.map((series) => <MetricAtSite key={`${series.site}/${series.metric}`} series={series} />)}
    </section>
  );
}
