#include "hub/store_sqlite/sqlite_store.h"

#include <algorithm>

#include "hub/store_sqlite/log_rows.h"
#include "hub/store_sqlite/rows.h"

namespace depops::hub::store_sqlite {
namespace {

constexpr Millis kIdempotencyKept = std::chrono::hours(24);

template <typename Row>
Result<void> put(sqlite::Connection& connection, const char* table, const std::vector<Row>& rows) {
  if (rows.empty()) return {};
  static const std::string sql = insert_text<Row>("INSERT OR REPLACE", table);
  return write_all(connection, sql, rows);
}

template <typename Row>
Result<void> add(sqlite::Connection& connection, const char* table, const std::vector<Row>& rows) {
  if (rows.empty()) return {};
  static const std::string sql = insert_text<Row>("INSERT", table);
  return write_all(connection, sql, rows);
}

Result<void> put_registry(sqlite::Connection& to, const Changeset& from) {
  DEPOPS_TRY_VOID(put(to, "environments", from.environments));
  DEPOPS_TRY_VOID(put(to, "sites", from.sites));
  DEPOPS_TRY_VOID(put(to, "site_status", from.site_status));
  DEPOPS_TRY_VOID(put(to, "artifacts", from.artifacts));
  DEPOPS_TRY_VOID(put(to, "versions", from.versions));
  DEPOPS_TRY_VOID(put(to, "pipelines", from.pipelines));
  return put(to, "templates", from.templates);
}

Result<void> put_deployments(sqlite::Connection& to, const Changeset& from) {
  DEPOPS_TRY_VOID(put(to, "releases", from.releases));
  DEPOPS_TRY_VOID(put(to, "plans", from.plans));
  DEPOPS_TRY_VOID(put(to, "deployments", from.deployments));
  DEPOPS_TRY_VOID(put(to, "rollouts", from.rollouts));
  DEPOPS_TRY_VOID(put(to, "targets", from.targets));
  DEPOPS_TRY_VOID(put(to, "commands", from.commands));
  DEPOPS_TRY_VOID(put(to, "approvals", from.approvals));
  DEPOPS_TRY_VOID(add(to, "trust_roots", from.trust_roots));
  DEPOPS_TRY_VOID(put(to, "join_tokens", from.join_tokens));
  DEPOPS_TRY_VOID(put(to, "recoveries", from.recoveries));
  DEPOPS_TRY_VOID(put(to, "site_identities", from.identities));
  DEPOPS_TRY_VOID(put(to, "desired", from.desired));
  DEPOPS_TRY_VOID(put(to, "inboxes", from.inboxes));
  return put(to, "site_facts", from.facts);
}

Result<void> put_idempotency(sqlite::Connection& to, const Changeset& from) {
  if (from.idempotency.empty()) return {};
  DEPOPS_TRY_VOID(put(to, "idempotency", from.idempotency));
  const auto older = [](const IdempotencyRow& a, const IdempotencyRow& b) { return a.at < b.at; };
  const Instant newest = std::max_element(from.idempotency.begin(), from.idempotency.end(), older)->at;
  DEPOPS_TRY(sqlite::Statement * drop, to.cached("DELETE FROM idempotency WHERE at < ?"));
  return drop->run(to_sql(newest - kIdempotencyKept));
}

// What is too old goes when something of the site comes.
Result<void> put_health(sqlite::Connection& to, const Changeset& from) {
  DEPOPS_TRY_VOID(put(to, "site_health", from.health));
  for (const HealthRow& row : from.health) {
    DEPOPS_TRY(sqlite::Statement * drop, to.cached("DELETE FROM site_health WHERE site = ? AND \"from\" < ?"));
    DEPOPS_TRY_VOID(drop->run(row.site, to_sql(row.from - kHealthKept)));
  }
  return {};
}

Result<void> put_counters(sqlite::Connection& to, const Changeset& from) {
  if (!from.counters) return {};
  return put(to, "counters", std::vector{*from.counters});
}

Result<void> verify_registry(sqlite::Connection& of) {
  DEPOPS_TRY_VOID(verify<Counters>(of, "counters"));
  DEPOPS_TRY_VOID(verify<Environment>(of, "environments"));
  DEPOPS_TRY_VOID(verify<Site>(of, "sites"));
  DEPOPS_TRY_VOID(verify<SiteStatus>(of, "site_status"));
  DEPOPS_TRY_VOID(verify<SiteIdentity>(of, "site_identities"));
  DEPOPS_TRY_VOID(verify<JoinTokenRow>(of, "join_tokens"));
  DEPOPS_TRY_VOID(verify<Artifact>(of, "artifacts"));
  DEPOPS_TRY_VOID(verify<Version>(of, "versions"));
  DEPOPS_TRY_VOID(verify<PipelineDoc>(of, "pipelines"));
  DEPOPS_TRY_VOID(verify<TemplateDoc>(of, "templates"));
  DEPOPS_TRY_VOID(verify<IdempotencyRow>(of, "idempotency"));
  return verify<RecoveryRow>(of, "recoveries");
}

Result<void> verify_deployments(sqlite::Connection& of) {
  DEPOPS_TRY_VOID(verify<Release>(of, "releases"));
  DEPOPS_TRY_VOID(verify<PlanDoc>(of, "plans"));
  DEPOPS_TRY_VOID(verify<Deployment>(of, "deployments"));
  DEPOPS_TRY_VOID(verify<Rollout>(of, "rollouts"));
  DEPOPS_TRY_VOID(verify<SiteTarget>(of, "targets"));
  DEPOPS_TRY_VOID(verify<CommandRow>(of, "commands"));
  DEPOPS_TRY_VOID(verify<ApprovalRow>(of, "approvals"));
  DEPOPS_TRY_VOID(verify<TrustRootRow>(of, "trust_roots"));
  DEPOPS_TRY_VOID(verify<DesiredDoc>(of, "desired"));
  DEPOPS_TRY_VOID(verify<SiteInbox>(of, "inboxes"));
  return verify<SiteFact>(of, "site_facts");
}

}  // namespace

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path) {
  DEPOPS_TRY(sqlite::Connection connection, sqlite::Connection::open(path, {.cache_kib = 16'384}));
  DEPOPS_TRY_VOID(connection.quick_check());
  DEPOPS_TRY_VOID(sqlite::migrate(connection, migrations()));
  DEPOPS_TRY_VOID(LogTree::take_in(connection));
  DEPOPS_TRY_VOID(verify_registry(connection));
  DEPOPS_TRY_VOID(verify_deployments(connection));
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(connection)));
}

Result<HubEpoch> SqliteStore::epoch() {
  DEPOPS_TRY(sqlite::Statement * read, connection_.cached("SELECT hub_epoch FROM fence"));
  read->bind();
  DEPOPS_TRY(const bool there, read->step());
  if (!there)
    return Error{Errc::corrupt, "the table fence of " + connection_.path() + " is empty; restore the database"};
  const HubEpoch out(read->uint64(0));
  read->reset();
  return out;
}

Result<void> SqliteStore::store_epoch(HubEpoch epoch) {
  DEPOPS_TRY(sqlite::Statement * raise, connection_.cached("UPDATE fence SET hub_epoch = ?"));
  return raise->run(epoch);
}

Result<void> SqliteStore::check_fence(HubEpoch mine) {
  DEPOPS_TRY(const HubEpoch stored, epoch());
  if (stored == mine) return {};
  return Error{Errc::conflict, "another hub took over " + connection_.path() + " (hub epoch " +
                                   std::to_string(stored.value()) + ", mine is " + std::to_string(mine.value()) +
                                   "); this one must stop"};
}

Result<void> SqliteStore::write(const Changeset& changeset) {
  DEPOPS_TRY_VOID(put_counters(connection_, changeset));
  DEPOPS_TRY_VOID(put_registry(connection_, changeset));
  DEPOPS_TRY_VOID(put_deployments(connection_, changeset));
  DEPOPS_TRY_VOID(put_idempotency(connection_, changeset));
  DEPOPS_TRY_VOID(put_health(connection_, changeset));
  DEPOPS_TRY_VOID(add(connection_, "events", changeset.events));
  return write_log(changeset);
}

// The tree of the log grows in the transaction that adds the leaves.
Result<void> SqliteStore::write_log(const Changeset& changeset) {
  DEPOPS_TRY_VOID(add(connection_, "audit", changeset.audit));
  DEPOPS_TRY_VOID(log_.extend(connection_, changeset.audit));
  return changeset.log_head ? put_head(connection_, *changeset.log_head) : Result<void>();
}

Result<void> SqliteStore::commit_all(const Changeset& changeset) {
  DEPOPS_TRY(sqlite::Transaction transaction, sqlite::Transaction::begin(connection_));
  DEPOPS_TRY_VOID(check_fence(changeset.hub_epoch));
  DEPOPS_TRY_VOID(write(changeset));
  if (changeset.raise_to) DEPOPS_TRY_VOID(store_epoch(*changeset.raise_to));
  return transaction.commit();
}

Result<void> SqliteStore::commit(const Changeset& changeset) {
  auto done = commit_all(changeset);
  if (!done.ok()) log_.forget();
  return done;
}

Result<HubEpoch> SqliteStore::raise_epoch() {
  DEPOPS_TRY(sqlite::Transaction transaction, sqlite::Transaction::begin(connection_));
  DEPOPS_TRY(const HubEpoch before, epoch());
  DEPOPS_TRY_VOID(store_epoch(before.next()));
  DEPOPS_TRY_VOID(transaction.commit());
  log_.forget();
  return before.next();
}

}  // namespace depops::hub::store_sqlite
