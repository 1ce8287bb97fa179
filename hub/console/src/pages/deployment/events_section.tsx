import { useState } from "react";
import type { DeploymentEvent } from "../../api/client";
import type { EventLog } from "../../api/event_log";
import { ProblemView } from "../../ui/problem_view";
import { plural } from "../../words/numbers";
import { clockTime, duration, stamp } from "../../words/time";

const FIRST = 30;
const LATE = 5000; // ms between deciding at the site and arriving at the hub that are worth a word

function Late({ event }: { event: DeploymentEvent }) {
  const late = event.receivedAt ? Date.parse(event.receivedAt) - Date.parse(event.at) : 0;
  return late > LATE ? <span className="quiet"> · reached the hub {duration(late)} later</span> : null;
}

function EventLine({ event }: { event: DeploymentEvent }) {
  return (
    <li>
      <time dateTime={event.at} title={stamp(event.at)}>{clockTime(event.at)}</time>
      <span className="event-where">{event.site ?? "hub"}</span>
      <span className="event-text">
        {event.text}
        {event.actor && <span className="quiet"> by {event.actor}</span>}
        <Late event={event} />
      </span>
    </li>
  );
}

// Newest first; the rest on demand, so that a long deployment stays light.
export function EventsSection({ log, error }: { log: EventLog | undefined; error: unknown }) {
  const [all, setAll] = useState(false);
  const events = [...(log?.events ?? [])].reverse();
  const shown = all ? events : events.slice(0, FIRST);
  return (
    <section aria-labelledby="events-head">
      <h2 id="events-head">Events</h2>
      {Boolean(error) && !log && <ProblemView error={error} />}
      {log && events.length === 0 && <p className="quiet">No event was recorded.</p>}
      {shown.length > 0 && <ol className="events" reversed>{shown.map((event) => <EventLine key={event.seq} event={event} />)}</ol>}
      {shown.length < events.length && (
        <button type="button" className="button" onClick={() => setAll(true)}>
          Show {plural(events.length - shown.length, "earlier event")}
        </button>
      )}
    </section>
  );
}
