import { Link } from "wouter";
import type { Site } from "../api/client";
import { useSite } from "../api/queries";
import { Loading, PageHead } from "../ui/page";
import { ProblemView } from "../ui/problem_view";
import { StandingNotes } from "../ui/standing";
import { TrafficBar, trafficParts } from "../ui/traffic";
import { count, share } from "../words/numbers";
import { stamp } from "../words/time";
import { ConnectivityFact, HealthFact } from "./sites_page";

type SiteService = Site["services"][number];

function Generation({ generation }: Pick<Site, "generation">) {
  const behind = generation.signed - generation.held;
  return (
    <>
      <span className="number">{generation.held}</span>{" "}
      <small>{behind > 0 ? `${behind} behind the hub's ${generation.signed}` : "same as the hub's"}</small>
    </>
  );
}

function SiteFacts({ site }: { site: Site }) {
  const labels = Object.entries(site.labels).map(([key, value]) => `${key}=${value}`).join(", ");
  return (
    <dl className="facts">
      <div><dt>Connectivity</dt><dd><ConnectivityFact site={site} /></dd></div>
      <div><dt>Health</dt><dd><HealthFact site={site} /></dd></div>
      <div>
        <dt>Environment</dt>
        <dd><Link href={`/sites?environment=${site.environment}`}>{site.environment}</Link></dd>
      </div>
      <div><dt>Generation held</dt><dd><Generation generation={site.generation} /></dd></div>
      <div><dt>Agent</dt><dd>{site.agentVersion ?? "not heard of yet"}</dd></div>
      {site.certificate && (
        <div><dt>Certificate ends</dt><dd><time dateTime={site.certificate.endsAt}>{stamp(site.certificate.endsAt)}</time></dd></div>
      )}
      <div><dt>Labels</dt><dd>{labels || "none"}</dd></div>
    </dl>
  );
}

function ServiceAtSite({ service, site }: { service: SiteService; site: string }) {
  return (
    <section className="block">
      <h3>
        {service.service} {service.version || "no version yet"}
      </h3>
      <TrafficBar site={site} parts={trafficParts(service.weights, service.version)} />
      <p className="quiet">
        {service.ready} of {service.desired} instances ready · {count(service.requests)} requests since the agent started,{" "}
        {count(service.errors)} errors ({share(service.errors, service.requests)}) ·{" "}
        <Link href={`/deployments?service=${service.service}`}>deployments</Link>
      </p>
    </section>
  );
}

export function SitePage({ name }: { name: string }) {
  const { data: site, error, isPending } = useSite(name);
  return (
    <>
      <PageHead title={name} above={<Link href="/sites" className="crumb">Sites</Link>} />
      {isPending && <Loading what="the site" />}
      {error && !site && <ProblemView error={error} />}
      {site && <StandingNotes site={site} />}
      {site && <SiteFacts site={site} />}
      {site && <h2>Services</h2>}
      {site?.services.length === 0 && <p className="quiet">Nothing runs here yet.</p>}
      {site?.services.map((service) => <ServiceAtSite key={service.service} service={service} site={name} />)}
    </>
  );
}
