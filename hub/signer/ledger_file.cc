#include "hub/signer/ledger_file.h"

#include <algorithm>
#include <array>
#include <utility>

#include "shared/sqlite/migrations.h"
#include "shared/wire/trust.h"

namespace depops::hub::signer {
namespace {

constexpr std::array kSchema{sqlite::Migration{1, R"(
CREATE TABLE sites (site TEXT PRIMARY KEY, site_epoch INTEGER NOT NULL, hub_epoch INTEGER NOT NULL,
  generation INTEGER NOT NULL, document TEXT NOT NULL, environment TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE services (site TEXT NOT NULL, service TEXT NOT NULL, rollout TEXT NOT NULL, epoch INTEGER NOT NULL,
  plan TEXT NOT NULL, versions TEXT NOT NULL, PRIMARY KEY (site, service)) WITHOUT ROWID;
CREATE TABLE trust_roots (version INTEGER PRIMARY KEY, digest TEXT NOT NULL, bytes BLOB NOT NULL);
)"}};

// One digest a line.
std::string text_of(const std::vector<Digest>& versions) {
  std::string text;
  for (const Digest& version : versions) text += version.str() + "\n";
  return text;
}

Result<std::vector<Digest>> versions_of(std::string_view text) {
  std::vector<Digest> versions;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    Digest version{std::string(text.substr(0, end))};
    if (!is_digest(version.str())) return Error{Errc::corrupt, "the ledger holds a version that is no digest"};
    versions.push_back(std::move(version));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return versions;
}

}  // namespace

Result<std::unique_ptr<LedgerFile>> LedgerFile::open(const std::string& path) {
  DEPOPS_TRY(sqlite::Connection connection, sqlite::Connection::open(path, {.exclusive = true}));
  DEPOPS_TRY_VOID(sqlite::migrate(connection, kSchema));
  DEPOPS_TRY_VOID(connection.quick_check());
  return std::unique_ptr<LedgerFile>(new LedgerFile(std::move(connection)));
}

Result<guard::Ledger> LedgerFile::load() {
  guard::Ledger ledger;
  DEPOPS_TRY_VOID(load_sites(ledger));
  DEPOPS_TRY_VOID(load_services(ledger));
  DEPOPS_TRY_VOID(load_root(ledger));
  return ledger;
}

Result<void> LedgerFile::load_sites(guard::Ledger& ledger) {
  DEPOPS_TRY(sqlite::Statement * rows,
             connection_.cached("SELECT site, site_epoch, hub_epoch, generation, document, environment FROM sites"));
  rows->reset();
  for (;;) {
    DEPOPS_TRY(const bool more, rows->step());
    if (!more) return {};
    guard::SiteLine line;
    line.site = SiteName(rows->string(0));
    line.site_epoch = SiteEpoch(rows->uint64(1));
    line.hub_epoch = HubEpoch(rows->uint64(2));
    line.generation = Generation(rows->uint64(3));
    line.document = Digest(rows->string(4));
    line.environment = EnvironmentName(rows->string(5));
    ledger.hub_epoch = std::max(ledger.hub_epoch, line.hub_epoch);
    ledger.sites[line.site] = std::move(line);
  }
}

Result<void> LedgerFile::load_services(guard::Ledger& ledger) {
  DEPOPS_TRY(sqlite::Statement * rows,
             connection_.cached("SELECT site, service, rollout, epoch, plan, versions FROM services"));
  rows->reset();
  for (;;) {
    DEPOPS_TRY(const bool more, rows->step());
    if (!more) return {};
    const auto site = ledger.sites.find(SiteName(rows->string(0)));
    if (site == ledger.sites.end()) return Error{Errc::corrupt, "the ledger has a service of a site it does not have"};
    guard::ServiceLine line{RolloutId(rows->string(2)), Generation(rows->uint64(3)), Digest(rows->string(4)), {}};
    DEPOPS_TRY(line.versions, versions_of(rows->text(5)));
    site->second.services[ServiceName(rows->string(1))] = std::move(line);
  }
}

Result<void> LedgerFile::load_root(guard::Ledger& ledger) {
  DEPOPS_TRY(sqlite::Statement * rows,
             connection_.cached("SELECT bytes FROM trust_roots ORDER BY version DESC LIMIT 1"));
  rows->reset();
  DEPOPS_TRY(const bool found, rows->step());
  if (found) {
    DEPOPS_TRY(ledger.root, wire::read_trust_root(rows->blob(0)));
  }
  rows->reset();
  return {};
}

Result<Digest> LedgerFile::pinned() {
  DEPOPS_TRY(sqlite::Statement * rows, connection_.cached("SELECT digest FROM trust_roots ORDER BY version LIMIT 1"));
  rows->reset();
  DEPOPS_TRY(const bool found, rows->step());
  const Digest digest(found ? rows->string(0) : std::string());
  rows->reset();
  return digest;
}

Result<void> LedgerFile::pin(const trust::SignedRoot& root) {
  DEPOPS_TRY(const Digest before, pinned());
  if (before == root.digest) return {};
  if (!before.empty())
    return Error{Errc::refused, "pinned here is " + before.str() + ", not " + root.digest.str() +
                                    "; it is never replaced: list it first in trust.roots, newer ones after it"};
  return put(root);
}

Result<void> LedgerFile::put(const guard::SiteLine& line) {
  DEPOPS_TRY(sqlite::Statement * site, connection_.cached("INSERT OR REPLACE INTO sites VALUES (?, ?, ?, ?, ?, ?)"));
  DEPOPS_TRY_VOID(
      site->run(line.site, line.site_epoch, line.hub_epoch, line.generation, line.document, line.environment));
  DEPOPS_TRY(sqlite::Statement * service,
             connection_.cached("INSERT OR REPLACE INTO services VALUES (?, ?, ?, ?, ?, ?)"));
  for (const auto& [name, row] : line.services)
    DEPOPS_TRY_VOID(service->run(line.site, name, row.rollout, row.epoch, row.plan, text_of(row.versions)));
  return {};
}

Result<void> LedgerFile::put(const trust::SignedRoot& root) {
  DEPOPS_TRY(sqlite::Statement * insert, connection_.cached("INSERT OR REPLACE INTO trust_roots VALUES (?, ?, ?)"));
  const std::string bytes = wire::sealed(root.document);
  return insert->run(root.root.version, root.digest, sqlite::Blob{bytes});
}

Result<void> LedgerFile::save(const std::vector<guard::Signable>& signables) {
  DEPOPS_TRY(sqlite::Transaction transaction, sqlite::Transaction::begin(connection_));
  for (const guard::Signable& signable : signables) {
    DEPOPS_TRY_VOID(put(signable.line));
    for (const trust::SignedRoot& root : signable.roots) DEPOPS_TRY_VOID(put(root));
  }
  return transaction.commit();
}

}  // namespace depops::hub::signer
