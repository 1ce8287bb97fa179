import { keepPreviousData, QueryCache, QueryClient, replaceEqualDeep, useQuery } from "@tanstack/react-query";
import { newer, newerPage } from "../live/merge";
import { api, ask, type Deployment, type DeploymentSummary } from "./client";
import { loadEvents, type EventLog } from "./event_log";
import { asProblem } from "./problem";

// All reads of the console. Hints from the event stream make them read again; the slow intervals are the safety net for
// a stream that is lost and for facts that change by time alone (a site turns late without saying so).
const SAFETY = 15_000;

function retryable(failures: number, error: Error): boolean {
  const { status } = asProblem(error);
  return (status === 0 || status >= 500) && failures < 2;
}

// A session that ended shows first in whatever is read next; asking who we are brings the sign-in form.
function noticeEndedSession(client: QueryClient, error: Error, key: readonly unknown[]) {
  if (asProblem(error).status === 401 && key[0] !== "me") void client.invalidateQueries({ queryKey: ["me"] });
}

export function makeQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error, query) => noticeEndedSession(client, error, query.queryKey) }),
    defaultOptions: {
      queries: {
        retry: retryable,
        retryDelay: (failures) => 400 * 2 ** failures * (0.5 + Math.random() / 2),
        staleTime: 2000,
        gcTime: 30 * 60_000,
        networkMode: "always",
        refetchInterval: SAFETY,
      },
      mutations: { networkMode: "always" },
    },
  });
  return client;
}

export const useMe = () =>
  useQuery({ queryKey: ["me"], queryFn: () => ask(api.GET("/api/v1/me")), refetchInterval: false, staleTime: 60_000 });

export const useHub = () => useQuery({ queryKey: ["hub"], queryFn: () => ask(api.GET("/api/v1/hub")) });

export const useEnvironments = () =>
  useQuery({ queryKey: ["environments"], queryFn: () => ask(api.GET("/api/v1/environments")) });

export const useServices = () =>
  useQuery({ queryKey: ["services"], queryFn: () => ask(api.GET("/api/v1/services")) });

export interface SiteFilter {
  environment?: string;
  pageToken?: string;
}

export const useSites = (filter: SiteFilter) =>
  useQuery({
    queryKey: ["sites", filter],
    queryFn: () => ask(api.GET("/api/v1/sites", { params: { query: filter } })),
    placeholderData: keepPreviousData,
  });

export const useSite = (site: string) =>
  useQuery({
    queryKey: ["site", site],
    queryFn: () => ask(api.GET("/api/v1/sites/{site}", { params: { path: { site } } })),
  });

export interface DeploymentFilter {
  service?: string;
  environment?: string;
  state?: string;
  pageToken?: string;
  limit?: number;
}

interface Listed {
  items: DeploymentSummary[];
}

// What did not change stays the same object: without this the page would draw itself for ever while it waits.
export const useDeployments = (filter: DeploymentFilter) =>
  useQuery({
    queryKey: ["deployments", filter],
    queryFn: () => ask(api.GET("/api/v1/deployments", { params: { query: filter } })),
    placeholderData: keepPreviousData,
    structuralSharing: (old, next) => replaceEqualDeep(old, newerPage(old as Listed | undefined, next as Listed)),
  });

export const useDeployment = (deployment: string) =>
  useQuery({
    queryKey: ["deployment", deployment],
    queryFn: () => ask(api.GET("/api/v1/deployments/{deployment}", { params: { path: { deployment } } })),
    structuralSharing: (old, next) => replaceEqualDeep(old, newer(old as Deployment | undefined, next as Deployment)),
  });

export const useDeploymentEvents = (deployment: string) =>
  useQuery({
    queryKey: ["deployment-events", deployment],
    queryFn: ({ client, queryKey }) => loadEvents(deployment, client.getQueryData<EventLog>(queryKey)),
  });
