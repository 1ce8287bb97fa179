// A hub for the console to talk to: the API of hub/api_http/openapi.yaml over the fixture world, and the built files with
// the headers that the hub sends. One object, so that checks can turn its screws.
import { createServer } from "node:http";
import { deployments, environments, events, hub, services, sites } from "./fixture_world.mjs";
import { EventStream } from "./fixture_stream.mjs";
import { serveFile } from "./fixture_files.mjs";

const json = (response, status, body, headers = {}) => {
  const type = status >= 400 ? "application/problem+json" : "application/json";
  response.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store", ...headers });
  response.end(status === 204 ? undefined : JSON.stringify(body));
};

const problem = (status, code, title, detail, reasons = []) => ({
  status,
  body: { type: `urn:depops:problem:${code}`, title, status, detail, code, reasons },
});

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return parts.length > 0 ? JSON.parse(Buffer.concat(parts).toString()) : {};
}

const summary = ({ planDigest, strategy, steps, waves, rollouts, measurements, waiting, release, exposedAt, detectedAt, safeAt, ...rest }) => rest;
const isEnded = (state) => ["completed", "rolled_back", "aborted", "cancelled", "expired", "failed"].includes(state);

function page(items, query) {
  const from = Number(query.get("pageToken") ?? 0);
  const limit = Number(query.get("limit") ?? 50);
  const next = from + limit < items.length ? { nextPageToken: String(from + limit) } : {};
  return { items: items.slice(from, from + limit), ...next };
}

export class FixtureHub {
  seq = 1000;
  writes = []; // every write: {method, path, body, headers}
  requests = []; // every read: path with query
  empty = false; // as on the first day
  alarms = []; // what it could not do by itself
  refuseNext = null; // a problem for the next action
  sessions = new Set();
  stream = new EventStream();
  server = createServer((request, response) => {
    this.handle(request, response).catch((error) => json(response, 500, { error: String(error) }));
  });

  constructor(dist) {
    this.dist = dist;
  }

  async listen(port = 0) {
    await new Promise((resolve) => this.server.listen(port, "127.0.0.1", resolve));
    this.port = this.server.address().port;
    return `http://127.0.0.1:${this.port}`;
  }

  // As if the process had been killed; `listen(this.port)` is the restart.
  async vanish() {
    this.stream.dropAll();
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  deployment(id) {
    return deployments.find((candidate) => candidate.id === id);
  }

  // Changes a deployment and tells everybody, as the hub does.
  change(id, mutate, text) {
    const deployment = this.deployment(id);
    mutate(deployment);
    deployment.updatedSeq = ++this.seq;
    if (text) {
      const log = events.get(id) ?? [];
      log.push({ seq: this.seq, at: new Date().toISOString(), kind: "rollout", site: "fra-1", text });
      events.set(id, log);
    }
    this.stream.publish({ kind: "deployment", id, version: this.seq });
  }

  async handle(request, response) {
    const url = new URL(request.url, "http://hub");
    if (!url.pathname.startsWith("/api/")) return serveFile(this.dist, url.pathname, request, response);
    const path = url.pathname.replace("/api/v1", "");
    if (request.method !== "GET") return this.write(path, request, response);
    if (!this.isSignedIn(request)) return json(response, 401, problem(401, "unauthorized", "Not signed in", "This needs a session.").body);
    this.requests.push(path + url.search);
    if (path === "/events") return this.stream.open(request, response);
    const answer = this.read(path, url.searchParams);
    if (answer) return json(response, 200, answer);
    const lost = problem(404, "not-found", "Not found", `There is nothing called ${path.split("/").pop()}; see the list.`);
    return json(response, 404, lost.body);
  }

  isSignedIn(request) {
    const session = /depops_session=(\w+)/.exec(request.headers.cookie ?? "")?.[1];
    return session !== undefined && this.sessions.has(session);
  }

  read(path, query) {
    const [, kind, id, part] = path.split("/");
    if (kind === "me") return { actor: "ana", via: "session", hubVersion: "0.1.0" };
    if (kind === "hub") return { ...hub, alarms: this.alarms };
    if (kind === "environments") return { items: environments };
    if (kind === "services") return { items: this.empty ? [] : services };
    if (kind === "sites" && id) return sites.find((site) => site.name === id);
    if (kind === "sites") return page(this.filtered(sites, query, ["environment"]), query);
    if (kind !== "deployments") return undefined;
    if (part === "events") return page(events.get(id) ?? [], query);
    if (id) return this.deployment(id);
    const found = this.filtered(deployments, query, ["service", "environment"]);
    const state = query.get("state");
    const fits = (item) => !state || item.state === state || (state === "active" ? !isEnded(item.state) : state === "ended" && isEnded(item.state));
    const { items, ...rest } = page(found.filter(fits), query);
    return { items: items.map(summary), ...rest };
  }

  filtered(items, query, keys) {
    if (this.empty) return [];
    return items.filter((item) => keys.every((key) => !query.get(key) || item[key] === query.get(key)));
  }

  async write(path, request, response) {
    const body = await bodyOf(request);
    this.writes.push({ method: request.method, path, body, headers: request.headers });
    if (path === "/sessions") return this.signIn(body, response);
    if (!this.isSignedIn(request)) return json(response, 401, problem(401, "unauthorized", "Not signed in", "This needs a session.").body);
    if (path === "/sessions/current") {
      this.sessions.clear();
      return json(response, 204);
    }
    if (this.refuseNext) {
      const refusal = this.refuseNext;
      this.refuseNext = null;
      return json(response, refusal.status, refusal.body);
    }
    if (path === "/rollbacks") return json(response, 201, { deployment: "d-40", started: true });
    return this.act(path.split("/")[2], body, response);
  }

  act(id, { verb }, response) {
    if (verb === "abort") {
      this.change(id, (deployment) => {
        Object.assign(deployment, { state: "rolling_back", reason: "aborted by ana" });
        Object.assign(deployment.rollouts[0], { state: "rolling_back" });
      }, "abort by ana: traffic returns to 1.3");
    }
    return json(response, 202, { deployment: id, commands: [{ site: "fra-1", command: "c-1" }] });
  }

  signIn({ code }, response) {
    if (!/^good/.test(code ?? "")) {
      const refusal = problem(401, "code-refused", "The code was not taken", "It is wrong, used or older than ten minutes; ask for a new one.");
      return json(response, 401, refusal.body);
    }
    const session = `s${this.sessions.size}${Date.now()}`;
    this.sessions.add(session);
    const cookie = `depops_session=${session}; HttpOnly; SameSite=Strict; Path=/`;
    return json(response, 201, { actor: "ana", via: "session", hubVersion: "0.1.0" }, { "Set-Cookie": cookie });
  }
}

export const blocked = () =>
  problem(409, "blocked", "It may not be done now", "checkout is frozen in production; wait, or ask retail-ops.", [
    { rule: "freeze/christmas", text: "Frozen for the peak season.", until: "2027-01-04T15:00:00.000Z", who: "retail-ops" },
  ]);
