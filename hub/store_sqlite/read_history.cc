#include <algorithm>

#include "hub/store_sqlite/ask.h"
#include "hub/store_sqlite/loan.h"

namespace depops::hub::store_sqlite {
namespace {

constexpr std::uint32_t kEventsOfView = 1'000;

// A statement that is left early gives up its read snapshot here and not at the next use.
Result<Deployment> find_deployment(sqlite::Connection& connection, const DeploymentId& id) {
  DEPOPS_TRY(auto found, read_all<Deployment>(connection, "FROM deployments WHERE id = ?", id));
  if (found.empty())
    return Error{Errc::not_found, "there is no deployment " + id.str() + "; list them with 'depops get deployments'"};
  return std::move(found.front());
}

// With the newest event of each, in the same snapshot; the index of events by deployment gives it at once.
Result<std::vector<ListedDeployment>> listed(sqlite::Connection& connection, const Query& query,
                                             const std::string& tail) {
  const std::string sql = "SELECT " + column_list<Deployment>() +
                          ", coalesce((SELECT max(e.id) FROM events e WHERE e.deployment = deployments.id AND "
                          "e.deployment != ''), 0) " +
                          query.tail_of("deployments", tail);
  DEPOPS_TRY(sqlite::Statement * statement, connection.cached(sql));
  query.bind(*statement);
  std::vector<ListedDeployment> out;
  DEPOPS_TRY_VOID(for_each<Deployment>(*statement, [&](Deployment row) {
    std::uint64_t newest = 0;
    from_sql(*statement, column_count<Deployment>(), newest);
    out.push_back({std::move(row), newest});
  }));
  return out;
}

template <typename Row, typename Key>
Result<void> fill_first(sqlite::Connection& connection, const std::string& tail, const Key& key, Row& out) {
  DEPOPS_TRY(auto found, read_all<Row>(connection, tail, key));
  if (!found.empty()) out = std::move(found.front());
  return {};
}

dora::Row dora_row(const Deployment& from, std::vector<Commit> commits) {
  dora::Row out;
  out.id = from.id;
  out.service = from.service;
  out.environment = from.environment;
  out.kind = from.kind == rollout::ReleaseKind::rollback ? dora::Kind::rollback
             : from.redeploy                             ? dora::Kind::redeploy
                                                         : dora::Kind::forward;
  out.first = from.previous.empty();
  out.executions = from.sites;
  out.created = from.created;
  out.first_exposure = from.first_exposure;
  out.completed = from.completed;
  out.ended = from.ended;
  out.change_failed = from.failure.has_value();
  out.caught_in_canary = from.failure && from.failure->caught_in_canary;
  if (from.failure) out.recovered = from.failure->recovered_at;
  for (Commit& commit : commits) out.changes.push_back({std::move(commit.sha), commit.committed_at});
  return out;
}

Query dora_query(const DoraFilter& filter) {
  Query query;
  query.where_text("d.service = ?", filter.service.str());
  if (filter.environment.empty()) {
    query.where("d.tier = ?", std::string(name_of(Tier::production)));
  } else {
    query.where("d.environment = ?", filter.environment.str());
  }
  if (filter.to) query.where("d.created < ?", to_sql(*filter.to));
  return query;
}

}  // namespace

Result<Page<ListedDeployment>> SqliteReader::deployments(const DeploymentFilter& filter, const Paging& paging) {
  DEPOPS_TRY(const auto after, number_cursor(paging));
  DEPOPS_TRY(const Loan connection, lend());
  Query query;
  query.where_text("service = ?", filter.service.str());
  query.where_text("environment = ?", filter.environment.str());
  if (filter.state) query.where("state = ?", std::string(rollout::name_of(*filter.state)));
  if (filter.under_way) query.where("ended IS NULL");
  if (after) query.where("number < ?", *after);
  DEPOPS_TRY(auto rows, listed(*connection, query, "ORDER BY number DESC" + limit_of(paging)));
  return page_of(std::move(rows), paging, [](const auto& row) { return std::to_string(row.deployment.number); });
}

Result<DeploymentView> SqliteReader::deployment(const DeploymentId& id) {
  DEPOPS_TRY(const Loan connection, lend());
  DEPOPS_TRY(const auto snapshot, sqlite::Transaction::begin_read(*connection));
  DeploymentView out;
  DEPOPS_TRY(out.deployment, find_deployment(*connection, id));
  DEPOPS_TRY_VOID(fill_first(*connection, "FROM releases WHERE id = ?", out.deployment.release, out.release));
  DEPOPS_TRY_VOID(fill_first(*connection, "FROM plans WHERE digest = ?", out.deployment.plan, out.plan));
  DEPOPS_TRY(out.rollouts,
             read_all<Rollout>(*connection, "FROM rollouts WHERE deployment = ? ORDER BY wave, created, id", id));
  DEPOPS_TRY(out.commands,
             read_all<CommandRow>(*connection,
                                  "FROM commands WHERE rollout IN (SELECT id FROM rollouts WHERE deployment = ?) "
                                  "ORDER BY given_at, id",
                                  id));
  DEPOPS_TRY(out.events, read_all<EventRow>(*connection,
                                            "FROM events WHERE deployment = ? AND deployment != '' ORDER BY id "
                                            "DESC LIMIT ?",
                                            id, kEventsOfView));
  std::reverse(out.events.begin(), out.events.end());
  return out;
}

Result<std::vector<ApprovalRow>> SqliteReader::approvals(const DeploymentId& id) {
  DEPOPS_TRY(const Loan connection, lend());
  DEPOPS_TRY_VOID(find_deployment(*connection, id));
  return read_all<ApprovalRow>(*connection, "FROM approvals WHERE deployment = ? ORDER BY received, digest", id);
}

Result<std::vector<EventRow>> SqliteReader::events(const EventFilter& filter, std::uint64_t after,
                                                   std::uint32_t limit) {
  DEPOPS_TRY(const Loan connection, lend());
  Query query;
  if (!filter.deployment.empty()) query.where("deployment != ''");
  if (!filter.site.empty()) query.where("site != ''");
  query.where_text("deployment = ?", filter.deployment.str());
  query.where_text("site = ?", filter.site.str());
  query.where_text("service = ?", filter.service.str());
  query.where("id > ?", to_sql(after));
  return ask<EventRow>(*connection, query, "events", "ORDER BY id LIMIT " + std::to_string(limit));
}

Result<Page<AuditRow>> SqliteReader::audit(const AuditFilter& filter, const Paging& paging) {
  DEPOPS_TRY(const auto after, number_cursor(paging));
  DEPOPS_TRY(const Loan connection, lend());
  Query query;
  query.where_text("object = ?", filter.object);
  query.where_text("actor = ?", filter.actor.str());
  query.where_text("action = ?", filter.action);
  query.where_text("site = ?", filter.site.str());
  if (filter.from) query.where("at >= ?", to_sql(*filter.from));
  if (filter.to) query.where("at < ?", to_sql(*filter.to));
  if (after) query.where("idx < ?", *after);
  DEPOPS_TRY(auto rows, ask<AuditRow>(*connection, query, "audit", "ORDER BY idx DESC" + limit_of(paging)));
  return page_of(std::move(rows), paging, [](const AuditRow& row) { return std::to_string(row.index); });
}

Result<void> SqliteReader::for_dora(const DoraFilter& filter, const std::function<void(const dora::Row&)>& row) {
  DEPOPS_TRY(const Loan connection, lend());
  const Query query = dora_query(filter);
  const std::string sql =
      "SELECT " + column_list<Deployment>("d.") + ", v.commits " +
      query.tail_of("deployments d LEFT JOIN versions v ON v.service = d.service AND v.label = d.version",
                    "ORDER BY d.service, d.environment, d.number");
  DEPOPS_TRY(sqlite::Statement * statement, (*connection).cached(sql));
  query.bind(*statement);
  return for_each<Deployment>(*statement, [&](const Deployment& deployment) {
    std::vector<Commit> commits;
    if (!statement->is_null(column_count<Deployment>())) from_sql(*statement, column_count<Deployment>(), commits);
    row(dora_row(deployment, std::move(commits)));
  });
}

}  // namespace depops::hub::store_sqlite
