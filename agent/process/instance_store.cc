#include "agent/process/instance_store.h"

#include <sqlite3.h>

#include "agent/process/statement.h"

namespace depops::agent::process {
namespace {

using instances::Instance;
using instances::SetRecord;
using instances::Table;

constexpr const char* kSchema = R"sql(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS counters (one INTEGER PRIMARY KEY CHECK (one = 1), next_number INTEGER, last_port INTEGER);
CREATE TABLE IF NOT EXISTS instances (
  id TEXT PRIMARY KEY, set_id TEXT, number INTEGER, port INTEGER, marker TEXT, phase INTEGER,
  since_wall INTEGER, since_boottime INTEGER, since_boot TEXT, pid INTEGER, start_ticks INTEGER, boot TEXT,
  probe_kind INTEGER, probe_path TEXT, probe_interval INTEGER, probe_timeout INTEGER, drain INTEGER,
  ready_since INTEGER, was_ready INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sets (
  set_id TEXT PRIMARY KEY, restarts INTEGER, in_row INTEGER, back_off INTEGER,
  ended_wall INTEGER, ended_boottime INTEGER, ended_boot TEXT, trouble TEXT) WITHOUT ROWID;
PRAGMA user_version = 1;
)sql";

std::int64_t wall_ms(Instant instant) { return instant.time_since_epoch().count(); }
std::int64_t i64(std::uint64_t value) { return static_cast<std::int64_t>(value); }

Stamp read_stamp(Statement& row) {
  Stamp stamp;
  stamp.wall = Instant{Millis{row.number()}};
  stamp.boottime = Millis{row.number()};
  stamp.boot = BootId(row.text());
  return stamp;
}

Statement& bind_stamp(Statement& statement, const Stamp& stamp) {
  return statement.bind(wall_ms(stamp.wall)).bind(stamp.boottime.count()).bind(stamp.boot.str());
}

Instance read_instance(Statement& row) {
  Instance instance;
  instance.id = EndpointId(row.text());
  instance.set = SetId(row.text());
  instance.number = static_cast<std::uint64_t>(row.number());
  instance.port = static_cast<std::uint16_t>(row.number());
  instance.marker = row.text();
  instance.phase = static_cast<instances::Phase>(row.number());
  instance.since = read_stamp(row);
  instance.pid = static_cast<int>(row.number());
  instance.start_ticks = static_cast<std::uint64_t>(row.number());
  instance.boot = BootId(row.text());
  instance.readiness.kind = static_cast<rollout::Readiness::Kind>(row.number());
  instance.readiness.path = row.text();
  instance.readiness.interval = Millis{row.number()};
  instance.readiness.timeout = Millis{row.number()};
  instance.drain = Millis{row.number()};
  const std::int64_t ready_since = row.number();
  if (ready_since != 0) instance.ready_since = Instant{Millis{ready_since}};
  instance.was_ready = row.number() != 0;
  return instance;
}

Result<void> write_instance(sqlite3* db, const Instance& instance) {
  Statement row(db, "INSERT OR REPLACE INTO instances VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  row.bind(instance.id.str()).bind(instance.set.str()).bind(i64(instance.number)).bind(std::int64_t{instance.port});
  row.bind(instance.marker).bind(static_cast<std::int64_t>(instance.phase));
  bind_stamp(row, instance.since).bind(std::int64_t{instance.pid}).bind(i64(instance.start_ticks));
  row.bind(instance.boot.str()).bind(static_cast<std::int64_t>(instance.readiness.kind));
  row.bind(instance.readiness.path).bind(instance.readiness.interval.count());
  row.bind(instance.readiness.timeout.count()).bind(instance.drain.count());
  row.bind(instance.ready_since ? wall_ms(*instance.ready_since) : std::int64_t{0});
  return row.bind(std::int64_t{instance.was_ready}).run();
}

Result<void> write_set(sqlite3* db, const SetId& set, const SetRecord& record) {
  Statement row(db, "INSERT OR REPLACE INTO sets VALUES (?,?,?,?,?,?,?,?)");
  row.bind(set.str()).bind(std::int64_t{record.restarts}).bind(std::int64_t{record.in_row});
  bind_stamp(row.bind(record.back_off.count()), record.ended).bind(record.trouble);
  return row.run();
}

}  // namespace

Result<std::unique_ptr<InstanceStore>> InstanceStore::open(const std::string& path) {
  sqlite3* db = nullptr;
  const int opened = ::sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  std::unique_ptr<InstanceStore> store(new InstanceStore(db));
  if (opened == SQLITE_OK) ::sqlite3_busy_timeout(db, 5'000);
  if (opened == SQLITE_OK) ::sqlite3_db_config(db, SQLITE_DBCONFIG_LOOKASIDE, nullptr, 0, 0);  // it has few rows
  if (opened != SQLITE_OK || ::sqlite3_exec(db, kSchema, nullptr, nullptr, nullptr) != SQLITE_OK) {
    const bool full = ::sqlite3_errcode(db) == SQLITE_FULL;
    return Error{full ? Errc::exhausted : Errc::unavailable, "instance table " + path + ": " + ::sqlite3_errmsg(db) +
                                                                 "; the folder must be writable and the disk not full"};
  }
  return store;
}

InstanceStore::~InstanceStore() { ::sqlite3_close(db_); }

Result<Table> InstanceStore::load() {
  Table table;
  Statement counters(db_, "SELECT next_number, last_port FROM counters");
  DEPOPS_TRY(const bool any, counters.next());
  if (any) {
    table.next_number = static_cast<std::uint64_t>(counters.number());
    table.last_port = static_cast<std::uint16_t>(counters.number());
  }
  Statement rows(db_, "SELECT * FROM instances");
  for (;;) {
    DEPOPS_TRY(const bool more, rows.next());
    if (!more) break;
    Instance instance = read_instance(rows);
    table.instances[instance.id] = instance;
  }
  Statement sets(db_, "SELECT * FROM sets");
  for (;;) {
    DEPOPS_TRY(const bool more, sets.next());
    if (!more) break;
    SetRecord& record = table.sets[SetId(sets.text())];
    record.restarts = static_cast<std::uint32_t>(sets.number());
    record.in_row = static_cast<std::uint32_t>(sets.number());
    record.back_off = Millis{sets.number()};
    record.ended = read_stamp(sets);
    record.trouble = sets.text();
  }
  saved_ = table;
  return table;
}

Result<void> InstanceStore::save(const Table& table) {
  if (table == saved_) return {};
  DEPOPS_TRY_VOID(Statement(db_, "BEGIN IMMEDIATE").run());
  Result<void> written = save_changes(table);
  if (written.ok()) written = Statement(db_, "COMMIT").run();
  if (!written.ok()) {
    if (::sqlite3_get_autocommit(db_) == 0) (void)Statement(db_, "ROLLBACK").run();
    return written;
  }
  saved_ = table;
  return {};
}

Result<void> InstanceStore::save_changes(const Table& table) {
  Statement counters(db_, "INSERT OR REPLACE INTO counters VALUES (1,?,?)");
  DEPOPS_TRY_VOID(counters.bind(i64(table.next_number)).bind(std::int64_t{table.last_port}).run());
  for (const auto& [id, instance] : table.instances) {
    const auto old = saved_.instances.find(id);
    if (old == saved_.instances.end() || old->second != instance) DEPOPS_TRY_VOID(write_instance(db_, instance));
  }
  for (const auto& [set, record] : table.sets) {
    const auto old = saved_.sets.find(set);
    if (old == saved_.sets.end() || old->second != record) DEPOPS_TRY_VOID(write_set(db_, set, record));
  }
  return remove_gone(table);
}

Result<void> InstanceStore::remove_gone(const Table& table) {
  for (const auto& [id, instance] : saved_.instances) {
    if (table.instances.contains(id)) continue;
    DEPOPS_TRY_VOID(Statement(db_, "DELETE FROM instances WHERE id = ?").bind(id.str()).run());
  }
  for (const auto& [set, record] : saved_.sets) {
    if (table.sets.contains(set)) continue;
    DEPOPS_TRY_VOID(Statement(db_, "DELETE FROM sets WHERE set_id = ?").bind(set.str()).run());
  }
  return {};
}

}  // namespace depops::agent::process
