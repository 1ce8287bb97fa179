#include <algorithm>

#include "hub/store_sqlite/ask.h"
#include "hub/store_sqlite/loan.h"

namespace depops::hub::store_sqlite {
namespace {

Result<void> add_beliefs(sqlite::Connection& connection, SiteView& view) {
  view.status.site = view.site.name;
  DEPOPS_TRY(auto status, read_all<SiteStatus>(connection, "FROM site_status WHERE site = ?", view.site.name));
  if (!status.empty()) view.status = std::move(status.front());
  view.identity.site = view.site.name;
  DEPOPS_TRY(auto identity, read_all<SiteIdentity>(connection, "FROM site_identities WHERE site = ?", view.site.name));
  if (!identity.empty()) view.identity = std::move(identity.front());
  DEPOPS_TRY(view.targets,
             read_all<SiteTarget>(connection, "FROM targets WHERE site = ? ORDER BY service", view.site.name));
  return {};
}

// "1700000000000 checkout 1.2": a version's place in the list that goes down by age.
std::string cursor_of(const Version& version) {
  return std::to_string(version.published_at.time_since_epoch().count()) + " " + version.service.str() + " " +
         version.label.str();
}

Result<void> go_on_after(const Paging& paging, Query& query) {
  if (paging.after.empty()) return {};
  const auto first = paging.after.find(' ');
  const auto second = first == std::string::npos ? first : paging.after.find(' ', first + 1);
  if (second == std::string::npos)
    return Error{Errc::invalid, "pageToken '" + paging.after + "' was not given by this list; start without one"};
  DEPOPS_TRY(const auto at, number_cursor({1, paging.after.substr(0, first)}));
  query.where("published_at <= ?", at.value_or(0));
  query.where("(published_at, service, label) < (" + std::to_string(at.value_or(0)) + ", ?, ?)",
              paging.after.substr(first + 1, second - first - 1));
  query.add_value(paging.after.substr(second + 1));
  return {};
}

}  // namespace

Result<std::unique_ptr<SqliteReader>> SqliteReader::open(const std::string& path) {
  std::unique_ptr<SqliteReader> reader(new SqliteReader(path));
  DEPOPS_TRY(const Loan first, reader->lend());
  return reader;
}

Result<SqliteReader::Loan> SqliteReader::lend() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return Loan(*this, std::move(connection));
    }
  }
  DEPOPS_TRY(sqlite::Connection fresh, sqlite::Connection::open(path_, {.read_only = true}));
  return Loan(*this, std::make_unique<sqlite::Connection>(std::move(fresh)));
}

Result<std::vector<Environment>> SqliteReader::environments() {
  DEPOPS_TRY(const Loan connection, lend());
  return read_all<Environment>(*connection, "FROM environments ORDER BY name");
}

Result<Page<SiteView>> SqliteReader::sites(const SiteFilter& filter, const Paging& paging) {
  DEPOPS_TRY(const Loan connection, lend());
  DEPOPS_TRY(const auto snapshot, sqlite::Transaction::begin_read(*connection));
  Query query;
  query.where_text("name = ?", filter.name.str());
  query.where_text("environment = ?", filter.environment.str());
  query.where_text("name > ?", paging.after);
  DEPOPS_TRY(auto sites, ask<Site>(*connection, query, "sites", "ORDER BY name" + limit_of(paging)));
  std::vector<SiteView> views;
  for (Site& site : sites) {
    views.push_back({std::move(site), {}, {}, {}});
    DEPOPS_TRY_VOID(add_beliefs(*connection, views.back()));
    if (filter.name.empty()) continue;
    DEPOPS_TRY(views.back().facts,
               read_all<SiteFact>(*connection, "FROM site_facts WHERE site = ? AND gone = 0 ORDER BY service",
                                  views.back().site.name));
  }
  if (!filter.name.empty() && !views.empty()) {
    auto& health = views.back().health;
    DEPOPS_TRY(health,
               read_all<HealthRow>(*connection, "FROM site_health WHERE site = ? ORDER BY \"from\" DESC LIMIT 500",
                                   filter.name));
    std::reverse(health.begin(), health.end());
  }
  return page_of(std::move(views), paging, [](const SiteView& view) { return view.site.name.str(); });
}

Result<Page<Version>> SqliteReader::versions(const VersionFilter& filter, const Paging& paging) {
  DEPOPS_TRY(const Loan connection, lend());
  Query query;
  query.where_text("service = ?", filter.service.str());
  query.where_text("label = ?", filter.label.str());
  DEPOPS_TRY_VOID(go_on_after(paging, query));
  DEPOPS_TRY(auto rows, ask<Version>(*connection, query, "versions",
                                     "ORDER BY published_at DESC, service DESC, label DESC" + limit_of(paging)));
  return page_of(std::move(rows), paging, cursor_of);
}

Result<DocumentView> SqliteReader::documents() {
  DEPOPS_TRY(const Loan connection, lend());
  DEPOPS_TRY(const auto snapshot, sqlite::Transaction::begin_read(*connection));
  DocumentView out;
  DEPOPS_TRY(out.pipelines, read_all<PipelineDoc>(*connection, "FROM pipelines ORDER BY service"));
  DEPOPS_TRY(out.templates, read_all<TemplateDoc>(*connection, "FROM templates ORDER BY name"));
  return out;
}

Result<std::vector<TrustRootRow>> SqliteReader::trust_roots() {
  DEPOPS_TRY(const Loan connection, lend());
  return read_all<TrustRootRow>(*connection, "FROM trust_roots ORDER BY version");
}

Result<HubView> SqliteReader::hub() {
  DEPOPS_TRY(const Loan connection, lend());
  DEPOPS_TRY(const auto snapshot, sqlite::Transaction::begin_read(*connection));
  HubView out;
  DEPOPS_TRY(sqlite::Statement * fence, (*connection).cached("SELECT hub_epoch FROM fence"));
  fence->bind();
  DEPOPS_TRY(const bool there, fence->step());
  if (there) out.hub_epoch = HubEpoch(fence->uint64(0));
  fence->reset();
  DEPOPS_TRY(out.recoveries, read_all<RecoveryRow>(*connection, "FROM recoveries ORDER BY number"));
  DEPOPS_TRY(out.set_aside, read_all<SiteStatus>(*connection, "FROM site_status WHERE recovery <> '' ORDER BY site"));
  return out;
}

}  // namespace depops::hub::store_sqlite
