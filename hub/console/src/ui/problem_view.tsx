import { asProblem, remedyFor, type Reason } from "../api/problem";
import { stamp } from "../words/time";
import { Icon } from "./icons";

function ReasonLine({ reason }: { reason: Reason }) {
  return (
    <li>
      {reason.text}
      {reason.until && <> Until {stamp(reason.until)}.</>}
      {reason.who && <> {reason.who} may lift it.</>}
      <span className="quiet"> Rule {reason.rule}.</span>
    </li>
  );
}

export function Reasons({ reasons }: { reasons: readonly Reason[] }) {
  if (reasons.length === 0) return null;
  return (
    <ul className="reasons">
      {reasons.map((reason) => (
        <ReasonLine key={`${reason.rule}/${reason.text}`} reason={reason} />
      ))}
    </ul>
  );
}

// What went wrong, why, and what to do: the hub's own words, unchanged.
export function ProblemView({ error }: { error: unknown }) {
  const problem = asProblem(error);
  const remedy = remedyFor(problem);
  return (
    <div className="problem" role="alert">
      <p className="problem-title tone-bad">
        <Icon name="alert" /> {problem.message}
      </p>
      <p>{problem.detail}</p>
      <Reasons reasons={problem.reasons} />
      {remedy && <p>{remedy}</p>}
    </div>
  );
}
