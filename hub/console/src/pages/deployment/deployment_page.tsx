import { useEffect, useRef } from "react";
import { Link } from "wouter";
import type { Deployment } from "../../api/client";
import { useDeployment, useDeploymentEvents } from "../../api/queries";
import { announce } from "../../ui/announcer";
import { Loading, PageHead } from "../../ui/page";
import { ProblemView } from "../../ui/problem_view";
import { stateLooks } from "../../words/state";
import { AnalysisSection } from "./analysis_section";
import { EventsSection } from "./events_section";
import { FactsSection } from "./facts_section";
import { SitesSection } from "./sites_section";
import { VerdictSection } from "./verdict_section";

// Tells those who do not look: the state, when it changes while the page is open.
function useStateAnnouncements(deployment: Deployment | undefined) {
  const before = useRef<string | undefined>(undefined);
  const state = deployment?.state;
  useEffect(() => {
    if (!state || !deployment) return;
    if (before.current !== undefined && before.current !== state) {
      announce(`${deployment.service} ${deployment.version}: ${stateLooks[state].word}. ${deployment.reason}`);
    }
    before.current = state;
  }, [state, deployment]);
}

function Evidence({ deployment }: { deployment: Deployment }) {
  const events = useDeploymentEvents(deployment.id);
  return (
    <>
      <SitesSection deployment={deployment} />
      <AnalysisSection deployment={deployment} />
      <EventsSection log={events.data} error={events.error} />
      <FactsSection deployment={deployment} />
    </>
  );
}

export function DeploymentPage({ id }: { id: string }) {
  const { data: deployment, error, isPending } = useDeployment(id);
  useStateAnnouncements(deployment);
  const title = deployment ? `${deployment.service} ${deployment.version} to ${deployment.environment}` : "Deployment";
  const documentTitle = deployment && `${stateLooks[deployment.state].word}: ${title}`;
  return (
    <>
      <PageHead title={title} documentTitle={documentTitle} above={<Link href="/deployments" className="crumb">Deployments</Link>} />
      {isPending && <Loading what="the deployment" />}
      {error && !deployment && <ProblemView error={error} />}
      {deployment && <VerdictSection deployment={deployment} />}
      {deployment && <Evidence deployment={deployment} />}
    </>
  );
}
