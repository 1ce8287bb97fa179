#include "hub/store_sqlite/log_rows.h"
#include "hub/store_sqlite/rows.h"
#include "hub/store_sqlite/sqlite_store.h"

namespace depops::hub::store_sqlite {
namespace {

// What the loop still needs of the deployments: all under way and the newest of each service and environment.
std::string kept_deployments() {
  return "SELECT id FROM (SELECT id, ended, row_number() OVER (PARTITION BY service, environment ORDER BY number DESC) "
         "AS "
         "place FROM deployments) WHERE ended IS NULL OR place <= " +
         std::to_string(kDeploymentsKept);
}

std::string kept_rollouts() {
  return "FROM rollouts WHERE deployment IN (SELECT id FROM kept) OR id IN (SELECT rollout FROM targets)";
}

template <typename Row>
Result<void> fill(sqlite::Connection& connection, const std::string& tail, std::vector<Row>& out) {
  DEPOPS_TRY(out, read_all<Row>(connection, tail));
  return {};
}

Result<void> load_registry(sqlite::Connection& from, HubState& out) {
  DEPOPS_TRY_VOID(fill(from, "FROM environments ORDER BY name", out.environments));
  DEPOPS_TRY_VOID(fill(from, "FROM sites ORDER BY name", out.sites));
  DEPOPS_TRY_VOID(fill(from, "FROM site_status ORDER BY site", out.site_status));
  DEPOPS_TRY_VOID(fill(from, "FROM artifacts ORDER BY digest", out.artifacts));
  DEPOPS_TRY_VOID(fill(from, "FROM versions ORDER BY service, label", out.versions));
  DEPOPS_TRY_VOID(fill(from, "FROM pipelines ORDER BY service", out.pipelines));
  return fill(from, "FROM templates ORDER BY name", out.templates);
}

Result<void> load_deployments(sqlite::Connection& from, HubState& out) {
  DEPOPS_TRY_VOID(
      from.execute("CREATE TEMP TABLE IF NOT EXISTS kept (id TEXT PRIMARY KEY); DELETE FROM kept; "
                   "INSERT INTO kept " +
                   kept_deployments()));
  const std::string in_kept = "id IN (SELECT id FROM kept)";
  DEPOPS_TRY_VOID(fill(from, "FROM deployments WHERE " + in_kept + " ORDER BY number", out.deployments));
  DEPOPS_TRY_VOID(fill(from, kept_rollouts() + " ORDER BY id", out.rollouts));
  DEPOPS_TRY_VOID(fill(from, "FROM targets ORDER BY site, service", out.targets));
  DEPOPS_TRY_VOID(fill(from,
                       "FROM releases WHERE id IN (SELECT release FROM deployments WHERE " + in_kept +
                           " OR id IN (SELECT deployment FROM targets)) ORDER BY id",
                       out.releases));
  DEPOPS_TRY_VOID(
      fill(from, "FROM approvals WHERE deployment IN (SELECT id FROM kept) ORDER BY received, digest", out.approvals));
  return fill(from,
              "FROM plans WHERE digest IN (SELECT plan FROM deployments WHERE " + in_kept + " UNION SELECT plan " +
                  kept_rollouts() + " UNION SELECT previous_plan " + kept_rollouts() +
                  " UNION SELECT plan FROM targets UNION SELECT stable_plan FROM targets) ORDER BY digest",
              out.plans);
}

Result<void> load_sync(sqlite::Connection& from, HubState& out) {
  DEPOPS_TRY_VOID(fill(from, "FROM commands WHERE answered = 0 ORDER BY id", out.commands));
  DEPOPS_TRY_VOID(fill(from, "FROM desired ORDER BY site", out.desired));
  DEPOPS_TRY_VOID(fill(from, "FROM inboxes ORDER BY site", out.inboxes));
  DEPOPS_TRY_VOID(fill(from, "FROM site_facts WHERE gone = 0 ORDER BY site, service", out.facts));
  DEPOPS_TRY_VOID(fill(from, "FROM trust_roots ORDER BY version", out.trust_roots));
  DEPOPS_TRY_VOID(fill(from, "FROM recoveries ORDER BY number", out.recoveries));
  DEPOPS_TRY_VOID(fill(from, "FROM join_tokens ORDER BY site", out.join_tokens));
  DEPOPS_TRY_VOID(fill(from, "FROM site_identities ORDER BY site", out.identities));
  return fill(from, "FROM idempotency WHERE at >= (SELECT max(at) FROM idempotency) - 86400000 ORDER BY key",
              out.idempotency);
}

}  // namespace

Result<HubState> SqliteStore::load() {
  HubState out;
  DEPOPS_TRY(out.hub_epoch, epoch());
  DEPOPS_TRY(const std::vector<Counters> counters, read_all<Counters>(connection_, "FROM counters"));
  if (!counters.empty()) out.counters = counters.front();
  DEPOPS_TRY_VOID(load_registry(connection_, out));
  DEPOPS_TRY_VOID(load_deployments(connection_, out));
  DEPOPS_TRY_VOID(load_sync(connection_, out));
  DEPOPS_TRY(out.log_head, newest_head(connection_));
  return out;
}

}  // namespace depops::hub::store_sqlite
