#include "tests/e2e/faults/books.h"

#include <filesystem>

#include "shared/signing/signing.h"
#include "shared/sqlite/connection.h"
#include "tests/e2e/stage/trouble.h"

namespace depops::faults {
namespace {

namespace fs = std::filesystem;

constexpr int kEvents = 1;
constexpr int kAudit = 2;

template <typename T>
T good(Result<T> result) {
  if (!result.ok()) throw stage::Trouble(result.error().what);
  return std::move(result).value();
}

template <typename Use>
void each(sqlite::Connection& from, const std::string& sql, const Use& use) {
  auto query = good(from.prepare(sql));
  while (good(query.step())) use(query);
}

std::uint64_t number_in(sqlite::Connection& from, const std::string& sql) {
  std::uint64_t number = 0;
  each(from, sql, [&](const sqlite::Statement& row) { number = row.uint64(0); });
  return number;
}

std::string hash_of(std::string_view bytes) { return signing::digest_of(std::string(1, '\0').append(bytes)).str(); }

std::string name_of(const Entries::key_type& key) {
  return std::string(key.first == 1 ? "event " : "audit leaf ") + std::to_string(key.second);
}

std::string quoted(const std::string& text) { return "'" + text + "'"; }

}  // namespace

SiteBook read_site_book(stage::Site& site) {
  const std::string copy = site.folder("copy.db");
  for (const char* part : {"", "-wal"}) {
    fs::remove(copy + part);
    const std::string from = site.folder("state/journal.db") + part;
    if (fs::exists(from)) fs::copy_file(from, copy + part);
  }
  auto journal = good(sqlite::Connection::open(copy));
  SiteBook book;
  each(journal, "SELECT stream, seq, bytes FROM outbox", [&](const sqlite::Statement& row) {
    book.entries[{static_cast<int>(row.int64(0)), row.uint64(1)}] = std::string(row.blob(2));
  });
  each(journal, "SELECT generation, hub_epoch, session, time_ms FROM site", [&](const sqlite::Statement& row) {
    book.heights = {{"generation", row.uint64(0)},
                    {"hub epoch", row.uint64(1)},
                    {"session", row.uint64(2)},
                    {"trusted time", row.uint64(3)}};
  });
  return book;
}

HubBook read_hub_book(const std::string& database, const std::string& site) {
  auto hub = good(sqlite::Connection::open(database, {.read_only = true}));
  HubBook book;
  const auto take = [&](int stream, const sqlite::Statement& row) {
    const bool fresh = book.entries.emplace(std::pair(stream, row.uint64(0)), std::string(row.blob(1))).second;
    if (!fresh) book.complaints.push_back("the hub has entry " + std::to_string(row.uint64(0)) + " twice");
  };
  each(hub, "SELECT sequence, report FROM events WHERE sequence > 0 AND site = " + quoted(site),
       [&](const sqlite::Statement& row) { take(kEvents, row); });
  each(hub, "SELECT sequence, bytes FROM audit WHERE sequence > 0 AND site = " + quoted(site),
       [&](const sqlite::Statement& row) { take(kAudit, row); });
  const std::string of_site = " WHERE site = " + quoted(site);
  book.heights["generation"] = number_in(hub, "SELECT generation FROM desired" + of_site);
  book.heights["hub epoch"] = number_in(hub, "SELECT hub_epoch FROM fence");
  book.heights["site epoch"] = number_in(hub, "SELECT site_epoch FROM sites WHERE name = " + quoted(site));
  return book;
}

Complaints compare(const std::string& site, const Entries& held, const Entries& at_hub) {
  Complaints found;
  for (const auto& [key, bytes] : held) {
    const auto there = at_hub.find(key);
    if (there == at_hub.end()) found.push_back(site + ": the hub misses " + name_of(key));
    if (there != at_hub.end() && there->second != bytes)
      found.push_back(site + ": another " + name_of(key) + " at the hub");
  }
  std::map<int, std::uint64_t> last;
  for (const auto& [key, bytes] : at_hub) {
    if (key.second != ++last[key.first]) found.push_back(site + ": a gap at the hub before " + name_of(key));
    last[key.first] = key.second;
  }
  return found;
}

Complaints check_log(const std::string& database) {
  auto hub = good(sqlite::Connection::open(database, {.read_only = true}));
  Complaints found;
  std::uint64_t last = 0;
  each(hub, "SELECT idx, bytes, hash FROM audit ORDER BY idx", [&](const sqlite::Statement& row) {
    const std::string name = "audit leaf " + std::to_string(row.uint64(0));
    if (row.uint64(0) != ++last) found.push_back(name + " comes after " + std::to_string(last - 1));
    if (hash_of(row.blob(1)) != row.text(2)) found.push_back(name + " is not what its hash says");
    last = row.uint64(0);
  });
  if (last == 0) found.push_back("an audit log without a leaf");
  return found;
}

}  // namespace depops::faults
