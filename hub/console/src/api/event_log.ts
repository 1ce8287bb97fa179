import { mergeEvents } from "../live/merge";
import { api, ask, type DeploymentEvent } from "./client";

// A deployment's events, oldest first. Only the last page can grow, so a later read starts there.
export interface EventLog {
  events: DeploymentEvent[];
  lastPage: string | undefined; // token of the page that is not full yet; undefined: the first one
}

const PAGE = 500;
const MOST_PAGES = 20;

export async function loadEvents(deployment: string, held: EventLog | undefined): Promise<EventLog> {
  let log: EventLog = held ?? { events: [], lastPage: undefined };
  for (let page = 0; page < MOST_PAGES; ++page) {
    const query = { limit: PAGE, pageToken: log.lastPage };
    const params = { path: { deployment }, query };
    const { items, nextPageToken } = await ask(api.GET("/api/v1/deployments/{deployment}/events", { params }));
    log = { events: mergeEvents(log.events, items), lastPage: nextPageToken ?? log.lastPage };
    if (!nextPageToken) break;
  }
  return log;
}
