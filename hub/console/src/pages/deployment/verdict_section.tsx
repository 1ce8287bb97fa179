import type { Deployment } from "../../api/client";
import { Ago, Took } from "../../ui/clock";
import { Reasons } from "../../ui/problem_view";
import { StateStatus } from "../../ui/status";
import { stateLooks } from "../../words/state";
import { verdictOf } from "../../words/verdict";
import { ChangeFailed } from "../deployments_page";
import { Actions } from "./actions";
import { Signatures } from "./signatures";

// Verdict first, then the one thing to do next; the evidence stands below.
export function VerdictSection({ deployment }: { deployment: Deployment }) {
  const { sentence, next } = verdictOf(deployment);
  const waiting = deployment.waiting.filter((reason) => reason.rule !== "approvals" && (reason.until || reason.who));
  return (
    <section className={`verdict edge-${stateLooks[deployment.state].tone}`} aria-label="Verdict">
      <div className="verdict-line">
        <StateStatus state={deployment.state} large />
        <ChangeFailed failed={deployment.changeFailed} />
        <span className="quiet verdict-when">
          started <Ago at={deployment.startedAt} /> by {deployment.actor},{" "}
          {deployment.endedAt ? "took " : "under way for "}
          <Took from={deployment.startedAt} to={deployment.endedAt} />
        </span>
      </div>
      <p className="verdict-sentence">{sentence}</p>
      <Reasons reasons={waiting} />
      <Signatures deployment={deployment} />
      <p className="verdict-next"><b>Next</b> {next}</p>
      <Actions deployment={deployment} />
    </section>
  );
}
