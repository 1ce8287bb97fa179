import type { Site } from "../api/client";
import { standingOf } from "../words/standing";
import { stamp } from "../words/time";
import { Ago } from "./clock";
import { CommandLine } from "./command_line";
import { Status } from "./status";

// In a row: what it is, since when and why.
export function StandingMarks({ site }: { site: Site }) {
  return standingOf(site).map(({ look, at, reason }) => (
    <small key={look.word} className="standing-mark">
      <Status look={look} /> {at && <Ago at={at} />} {reason && <span className="standing-reason">{reason}</span>}
    </small>
  ));
}

// On the site's own page: all of it, and what ends it.
export function StandingNotes({ site }: { site: Site }) {
  return standingOf(site).map(({ look, means, at, by, reason, command }) => (
    <section key={look.word} className="standing" aria-label={look.word}>
      <p className="standing-head">
        <Status look={look} />
        {at && <span>since <time dateTime={at}>{stamp(at)}</time> by {by}</span>}
      </p>
      {reason && <p className="standing-reason">{reason}</p>}
      <p className="quiet">{means}</p>
      <CommandLine text={command} />
    </section>
  ));
}
