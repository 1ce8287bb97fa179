#include "agent/journal_sqlite/sqlite_journal.h"

#include <span>
#include <sstream>

#include "shared/crash_point/crash_point.h"
#include "shared/signing/signing.h"
#include "shared/sqlite/migrations.h"
#include "shared/wire/documents.h"
#include "shared/wire/trust.h"

namespace depops::agent {

std::span<const sqlite::Migration> journal_migrations();  // migrations/*.sql

namespace {

constexpr std::size_t kIncarnationBytes = 16;

}  // namespace

SqliteJournal::SqliteJournal(sqlite::Connection connection, const JournalOptions& options)
    : db_(std::move(connection)), options_(options), reserve_(db_.path() + ".reserve", options.reserve_bytes) {}

Result<std::unique_ptr<SqliteJournal>> SqliteJournal::open(const std::string& path, const JournalOptions& options) {
  sqlite::OpenOptions settings;
  settings.exclusive = true;
  settings.busy_timeout = Millis(0);
  settings.cache_kib = options.cache_kib;
  settings.lookaside = false;
  crash_point("journal.open.before");
  auto connection = sqlite::Connection::open(path, settings);
  if (!connection) return connection.error().in("journal");
  std::unique_ptr<SqliteJournal> journal(new SqliteJournal(std::move(connection).value(), options));
  const auto checked = journal->db_.quick_check();
  if (!checked) return checked.error().in("journal");
  const auto migrated = sqlite::migrate(journal->db_, journal_migrations());
  if (!migrated) return migrated.error().in("journal");
  crash_point("journal.open.after");
  crash_point("journal.site.before");
  const auto made = journal->make_site();
  crash_point("journal.site.after");
  if (!made) return made.error().in("journal");
  DEPOPS_TRY_VOID(journal->measure_outbox());
  (void)journal->reserve_.hold();  // without it the first full disk leaves no room; has_reserve() says so
  return journal;
}

Result<void> SqliteJournal::make_site() {
  DEPOPS_TRY(auto* insert, db_.cached("INSERT OR IGNORE INTO site (id, incarnation) VALUES (1, ?)"));
  return insert->run(signing::to_hex(signing::random_bytes(kIncarnationBytes)));
}

Result<Loaded> SqliteJournal::load() {
  Loaded loaded;
  DEPOPS_TRY_VOID(load_site(loaded));
  DEPOPS_TRY_VOID(load_records(loaded));
  DEPOPS_TRY_VOID(load_trust(loaded));
  DEPOPS_TRY(auto* query, db_.cached("SELECT bytes FROM desired WHERE id = 1"));
  DEPOPS_TRY(const bool row, query->step());
  if (row) loaded.desired = std::string(query->blob(0));
  query->reset();
  DEPOPS_TRY(loaded.events_first, first_retained(sync::Stream::events, loaded.site.events_last));
  DEPOPS_TRY(loaded.audit_first, first_retained(sync::Stream::audit, loaded.site.audit_last));
  return loaded;
}

Result<void> SqliteJournal::load_site(Loaded& loaded) {
  DEPOPS_TRY(auto* query, db_.cached("SELECT incarnation, generation, hub_epoch, runtime_seq, router_seq, events_last, "
                                     "audit_last, events_acked, audit_acked, token_number, token, token_stray, "
                                     "frozen, damaged, time_ms, time_boottime_ms, time_boot FROM site WHERE id = 1"));
  DEPOPS_TRY(const bool row, query->step());
  if (!row) return Error{Errc::corrupt, db_.path() + ": the row of the site is gone; restore the file from a backup"};
  loaded.incarnation = query->string(0);
  SiteState& site = loaded.site;
  site.generation = Generation(query->uint64(1));
  site.hub_epoch = HubEpoch(query->uint64(2));
  site.runtime_seq = query->uint64(3);
  site.router_seq = query->uint64(4);
  site.events_last = Sequence(query->uint64(5));
  site.audit_last = Sequence(query->uint64(6));
  site.events_acked = Sequence(query->uint64(7));
  site.audit_acked = Sequence(query->uint64(8));
  site.token = {query->uint64(9), query->string(10), query->uint64(11) != 0};
  site.frozen = query->string(12), loaded.damaged = query->string(13);
  site.time = {Instant(Millis(query->int64(14))), Millis(query->int64(15)), BootId(query->string(16))};
  query->reset();
  return {};
}

Result<void> SqliteJournal::load_records(Loaded& loaded) {
  DEPOPS_TRY(auto* query, db_.cached("SELECT bytes, digest, service FROM record ORDER BY service"));
  for (;;) {
    DEPOPS_TRY(const bool row, query->step());
    if (!row) return {};
    const bool whole = query->string(1).empty() || query->string(1) == signing::digest_of(query->blob(0)).str();
    if (!whole) DEPOPS_TRY_VOID(note_damage(loaded, query->string(2)));
    auto record = wire::decode_record(query->blob(0));
    if (!record) {
      query->reset();
      return record.error().in(db_.path());
    }
    loaded.records.push_back(std::make_shared<const rollout::Record>(std::move(record).value()));
  }
}

// It stays noted: the row is written anew with the next thing that happens.
Result<void> SqliteJournal::note_damage(Loaded& loaded, const std::string& service) {
  if (loaded.damaged.find(service) == std::string::npos)
    loaded.damaged += (loaded.damaged.empty() ? "record of " : ", record of ") + service;
  DEPOPS_TRY(auto* put, db_.cached("UPDATE site SET damaged = ? WHERE id = 1"));
  (void)put->run(loaded.damaged);  // on a full disk the row still tells, and nothing that goes forward is written
  return {};
}

Result<void> SqliteJournal::load_trust(Loaded& loaded) {
  DEPOPS_TRY(auto* query, db_.cached("SELECT root, accepted FROM trust WHERE id = 1"));
  DEPOPS_TRY(const bool row, query->step());
  if (!row) {
    query->reset();
    return {};
  }
  const std::string root(query->blob(0));
  std::istringstream accepted(query->string(1));
  query->reset();
  for (std::string line; std::getline(accepted, line);) loaded.trust.accepted.emplace_back(line);
  if (root.empty()) return {};
  auto read = wire::read_trust_root(root);
  if (!read.ok()) return read.error().in(db_.path());
  loaded.trust.root = std::move(*read);
  return {};
}

Result<void> SqliteJournal::write_trust(const TrustState& trust) {
  std::string accepted;
  for (const Digest& digest : trust.accepted) accepted += digest.str() + "\n";
  const std::string root = trust.root ? wire::sealed(trust.root->document) : "";
  DEPOPS_TRY(auto* put, db_.cached("INSERT OR REPLACE INTO trust VALUES (1, ?, ?)"));
  return put->run(sqlite::Blob{root}, accepted);
}

Result<void> SqliteJournal::commit(const JournalBatch& batch) {
  if (batch.empty()) return {};
  // Once the reserve was used, what only goes forward waits until it could be held again.
  if (!reserve_.held() && !batch.safe && !reserve_.hold()) {
    return Error{Errc::exhausted, db_.path() + ": the disk is full; only stopping and rolling back is recorded until " +
                                      std::to_string(options_.reserve_bytes >> 20) + " MiB are free again"};
  }
  auto written = write(batch);
  if (written || written.error().code != Errc::exhausted || !reserve_.held()) return written;
  reserve_.free();
  if (!batch.safe) return written;
  return write(batch);
}

Result<void> SqliteJournal::write(const JournalBatch& batch) {
  const auto before = stream_bytes_;
  const auto done = [&]() -> Result<void> {
    DEPOPS_TRY(auto transaction, sqlite::Transaction::begin(db_));
    if (batch.site) DEPOPS_TRY_VOID(write_site(*batch.site));
    for (const auto& record : batch.records) {
      DEPOPS_TRY(auto* put, db_.cached("INSERT OR REPLACE INTO record VALUES (?, ?, ?)"));
      const std::string bytes = wire::encode_record(*record);
      DEPOPS_TRY_VOID(put->run(record->service, sqlite::Blob{bytes}, signing::digest_of(bytes).str()));
    }
    for (const OutboxRow& row : batch.outbox) DEPOPS_TRY_VOID(write_outbox(row));
    for (const OutboxRow& row : batch.buried) DEPOPS_TRY_VOID(bury(row));
    if (batch.trust) DEPOPS_TRY_VOID(write_trust(*batch.trust));
    if (batch.desired) {
      DEPOPS_TRY(auto* put, db_.cached("INSERT OR REPLACE INTO desired VALUES (1, ?)"));
      DEPOPS_TRY_VOID(put->run(sqlite::Blob{*batch.desired}));
    }
    return transaction.commit();
  }();
  if (done) return {};
  stream_bytes_ = before;
  return done.error().in("journal");
}

Result<void> SqliteJournal::write_site(const SiteState& site) {
  DEPOPS_TRY(auto* put, db_.cached("UPDATE site SET generation = ?, hub_epoch = ?, runtime_seq = ?, router_seq = ?, "
                                   "events_last = ?, audit_last = ?, events_acked = ?, audit_acked = ?, "
                                   "token_number = ?, token = ?, token_stray = ?, frozen = ?, time_ms = ?, "
                                   "time_boottime_ms = ?, time_boot = ? WHERE id = 1"));
  return put->run(site.generation, site.hub_epoch, site.runtime_seq, site.router_seq, site.events_last, site.audit_last,
                  site.events_acked, site.audit_acked, site.token.number, site.token.secret, site.token.stray,
                  site.frozen, site.time.wall.time_since_epoch().count(), site.time.boottime.count(), site.time.boot);
}

Result<std::uint64_t> SqliteJournal::next_session() {
  DEPOPS_TRY(auto* raise, db_.cached("UPDATE site SET session = session + 1 WHERE id = 1 RETURNING session"));
  DEPOPS_TRY(const bool row, raise->step());
  if (!row) return Error{Errc::corrupt, db_.path() + ": the row of the site is gone; restore the file from a backup"};
  const std::uint64_t session = raise->uint64(0);
  DEPOPS_TRY(const bool more, raise->step());  // the row is given back before the statement is over and committed
  DEPOPS_CHECK(!more);
  return session;
}

}  // namespace depops::agent
