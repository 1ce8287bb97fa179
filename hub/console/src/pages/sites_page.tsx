import { Link, useSearchParams } from "wouter";
import type { Site } from "../api/client";
import { useEnvironments, useSites } from "../api/queries";
import { Ago } from "../ui/clock";
import { CommandLine } from "../ui/command_line";
import { Choice, Filters, Pager } from "../ui/filters";
import { Empty, Loading, PageHead } from "../ui/page";
import { ProblemView } from "../ui/problem_view";
import { StandingMarks } from "../ui/standing";
import { ConnectivityStatus, HealthStatus } from "../ui/status";
import { TrafficBar, trafficParts } from "../ui/traffic";

export function ConnectivityFact({ site }: { site: Site }) {
  return (
    <>
      <ConnectivityStatus connectivity={site.connectivity} />
      {site.connectivity !== "never" && (
        <small>
          seen <Ago at={site.lastSeenAt} />
        </small>
      )}
    </>
  );
}

export function HealthFact({ site }: { site: Site }) {
  return (
    <>
      <HealthStatus health={site.health} connectivity={site.connectivity} />
      {site.healthAsOf && (
        <small>
          as of <Ago at={site.healthAsOf} />
        </small>
      )}
      {site.problem && <small className="site-problem">{site.problem}</small>}
    </>
  );
}

function Labels({ labels }: { labels: Site["labels"] }) {
  const words = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return words.length > 0 ? <small className="quiet">{words.join("  ")}</small> : null;
}

function Services({ site }: { site: Site }) {
  if (site.services.length === 0) return <span className="quiet">Nothing runs here yet</span>;
  return (
    <ul className="site-services">
      {site.services.map((service) => (
        <li key={service.service}>
          <span className="site-service">
            {service.service} <b>{service.version || "no version yet"}</b>
            <span className="quiet number">
              {service.ready}/{service.desired} ready
            </span>
          </span>
          {service.weights.length > 1 && (
            <TrafficBar site={site.name} parts={trafficParts(service.weights, service.version)} />
          )}
        </li>
      ))}
    </ul>
  );
}

function SiteRow({ site }: { site: Site }) {
  return (
    <tr role="row">
      <th role="rowheader" scope="row" className="cell-main">
        <Link href={`/sites/${site.name}`} data-row-link className="row-link">
          {site.name}
        </Link>
        <Labels labels={site.labels} />
        <StandingMarks site={site} />
      </th>
      <td role="cell" data-head="Environment">{site.environment}</td>
      <td role="cell" data-head="Connectivity" className="cell-fact"><ConnectivityFact site={site} /></td>
      <td role="cell" data-head="Health" className="cell-fact"><HealthFact site={site} /></td>
      <td role="cell" data-head="Services" className="cell-wide"><Services site={site} /></td>
    </tr>
  );
}

function SiteTable({ sites }: { sites: readonly Site[] }) {
  return (
    <table role="table" className="rows rows-sites">
      <caption className="visually-hidden">Sites</caption>
      <thead role="rowgroup">
        <tr role="row">
          {["Site", "Environment", "Connectivity", "Health", "Services"].map((head) => (
            <th key={head} role="columnheader" scope="col">{head}</th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {sites.map((site) => <SiteRow key={site.name} site={site} />)}
      </tbody>
    </table>
  );
}

export function SitesPage() {
  const [search] = useSearchParams();
  const filter = { environment: search.get("environment") ?? undefined, pageToken: search.get("pageToken") ?? undefined };
  const { data, error, isPending } = useSites(filter);
  const environments = useEnvironments().data?.items ?? [];
  return (
    <>
      <PageHead title="Sites" />
      <Filters>
        <Choice name="environment" label="Environment" every="All environments" options={environments.map(({ name }) => [name, name])} />
      </Filters>
      {isPending && <Loading what="sites" />}
      {error && !data && <ProblemView error={error} />}
      {data && data.items.length > 0 && <SiteTable sites={data.items} />}
      {data && data.items.length === 0 && <NoSites filtered={filter.environment !== undefined} />}
      {data && <Pager next={data.nextPageToken} />}
    </>
  );
}

function NoSites({ filtered }: { filtered: boolean }) {
  if (filtered) return <Empty sentence="No site belongs to this environment." />;
  return (
    <Empty sentence="No site is registered yet.">
      <p>A site is one cluster or host group with one agent. Enrol the first; this says what to run there:</p>
      <CommandLine text="depops site enroll ams-1 --environment staging" />
    </Empty>
  );
}
