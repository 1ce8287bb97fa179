import { Link, useSearchParams } from "wouter";
import type { DeploymentSummary } from "../api/client";
import { useDeployments, useEnvironments, useServices } from "../api/queries";
import { Ago, Took } from "../ui/clock";
import { CommandLine } from "../ui/command_line";
import { Choice, Filters, Pager } from "../ui/filters";
import { Empty, Loading, PageHead } from "../ui/page";
import { ProblemView } from "../ui/problem_view";
import { Icon } from "../ui/icons";
import { StateStatus } from "../ui/status";
import { stateLooks } from "../words/state";

const PAGE = 25;

const stateOptions: ReadonlyArray<readonly [string, string]> = [
  ["active", "Under way"],
  ["ended", "Ended"],
  ...Object.entries(stateLooks).map(([state, look]) => [state, look.word] as const),
];

export function ChangeFailed({ failed }: { failed: boolean }) {
  if (!failed) return null;
  return (
    <span className="status tone-bad change-failed">
      <Icon name="alert" /> <span>Change failure</span>
    </span>
  );
}

function What({ deployment }: { deployment: DeploymentSummary }) {
  const { service, version, previousVersion, kind } = deployment;
  return (
    <>
      <Link href={`/deployments/${deployment.id}`} data-row-link className="row-link">
        {service} {version}
      </Link>
      <small className="quiet">
        {kind === "rollback" ? "rollback from " : previousVersion ? "after " : "first version"}
        {previousVersion}
      </small>
    </>
  );
}

function DeploymentRow({ deployment }: { deployment: DeploymentSummary }) {
  const { environment, state, changeFailed, startedAt, endedAt, actor } = deployment;
  return (
    <tr role="row">
      <th role="rowheader" scope="row" className="cell-main"><What deployment={deployment} /></th>
      <td role="cell" data-head="State" className="cell-fact">
        <StateStatus state={state} />
        <ChangeFailed failed={changeFailed} />
      </td>
      <td role="cell" data-head="Environment">{environment}</td>
      <td role="cell" data-head="Started" className="cell-number"><Ago at={startedAt} /></td>
      <td role="cell" data-head="Took" className="cell-number"><Took from={startedAt} to={endedAt} /></td>
      <td role="cell" data-head="By" className="cell-actor">{actor}</td>
    </tr>
  );
}

function DeploymentTable({ deployments }: { deployments: readonly DeploymentSummary[] }) {
  return (
    <table role="table" className="rows rows-deployments">
      <caption className="visually-hidden">Deployments, newest first</caption>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">Deployment</th>
          <th role="columnheader" scope="col">State</th>
          <th role="columnheader" scope="col">Environment</th>
          <th role="columnheader" scope="col" className="cell-number">Started</th>
          <th role="columnheader" scope="col" className="cell-number">Took</th>
          <th role="columnheader" scope="col">By</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {deployments.map((deployment) => <DeploymentRow key={deployment.id} deployment={deployment} />)}
      </tbody>
    </table>
  );
}

function NoDeployments({ filtered }: { filtered: boolean }) {
  if (filtered) {
    return (
      <Empty sentence="No deployment matches these filters.">
        <Link href="/deployments" className="button">Show all deployments</Link>
      </Empty>
    );
  }
  return (
    <Empty sentence="Nothing was deployed yet.">
      <p>Publish a version, then start its first deployment:</p>
      <CommandLine text="depops deploy checkout 1.0 --environment staging" />
    </Empty>
  );
}

function useFilter() {
  const [search] = useSearchParams();
  const read = (name: string) => search.get(name) ?? undefined;
  return {
    service: read("service"),
    environment: read("environment"),
    state: read("state"),
    pageToken: read("pageToken"),
    limit: PAGE,
  };
}

export function DeploymentsPage() {
  const filter = useFilter();
  const { data, error, isPending } = useDeployments(filter);
  const services = useServices().data?.items ?? [];
  const environments = useEnvironments().data?.items ?? [];
  const filtered = Boolean(filter.service ?? filter.environment ?? filter.state);
  return (
    <>
      <PageHead title="Deployments" />
      <Filters>
        <Choice name="service" label="Service" every="All services" options={services.map(({ name }) => [name, name])} />
        <Choice name="environment" label="Environment" every="All environments" options={environments.map(({ name }) => [name, name])} />
        <Choice name="state" label="State" every="Any state" options={stateOptions} />
      </Filters>
      {isPending && <Loading what="deployments" />}
      {error && !data && <ProblemView error={error} />}
      {data && data.items.length > 0 && <DeploymentTable deployments={data.items} />}
      {data && data.items.length === 0 && <NoDeployments filtered={filtered} />}
      {data && <Pager next={data.nextPageToken} />}
    </>
  );
}
