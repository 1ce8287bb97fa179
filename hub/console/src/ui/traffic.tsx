import type { components } from "../api/schema";

export interface TrafficPart {
  version: string;
  percent: number;
  isNew: boolean;
}

// Who gets the requests of one site. Lengths say it, and so do the words beside the bar.
export function TrafficBar({ parts, site }: { parts: readonly TrafficPart[]; site: string }) {
  const told = parts.map((part) => `${part.version} ${part.percent} %`).join(", ");
  return (
    <div className="traffic">
      <svg className="traffic-bar" role="img" aria-label={`Traffic at ${site}: ${told}`} height="8" width="100%">
        <Segments parts={parts} />
      </svg>
      <ul className="traffic-words" aria-hidden="true">
        {parts.map((part) => (
          <li key={part.version} className={part.isNew ? "is-new" : "is-stable"}>
            <i /> {part.version} <span className="number">{part.percent} %</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Segments({ parts }: { parts: readonly TrafficPart[] }) {
  let from = 0;
  return parts.map((part) => {
    const x = from;
    from += part.percent;
    const className = part.isNew ? "is-new" : "is-stable";
    return <rect key={part.version} className={className} x={`${x}%`} width={`${part.percent}%`} y="0" height="8" />;
  });
}

type Weight = components["schemas"]["Weight"];

// Stable first, so that what is new grows from the right.
export function trafficParts(weights: readonly Weight[], stable: string): TrafficPart[] {
  const parts = weights.map(({ version, percent }) => ({ version, percent, isNew: version !== stable }));
  return parts.sort((left, right) => Number(left.isNew) - Number(right.isNew));
}
