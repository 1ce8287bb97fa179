#include "tests/e2e/faults/books.h"

#include <filesystem>
#include <fstream>

#include "hub/ports/event_entry.h"
#include "shared/audit/checkpoint.h"
#include "shared/signing/log_primitives.h"
#include "shared/signing/signing.h"
#include "shared/sqlite/connection.h"
#include "shared/wire/documents.h"
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

// The entry of which the hub kept nothing but what its line says.
std::string notice_in(const sqlite::Statement& row) {
  hub::EventRow line;
  line.kind = row.string(2);
  line.at = Instant(Millis(row.int64(3)));
  line.service = ServiceName(row.string(4));
  line.text = row.string(5);
  const auto notice = hub::notice_of(line);
  return notice ? wire::encode_report(*notice) : "";
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
    const std::string entry = row.blob(1).empty() ? notice_in(row) : std::string(row.blob(1));
    const bool fresh = book.entries.emplace(std::pair(stream, row.uint64(0)), entry).second;
    if (!fresh) book.complaints.push_back("the hub has entry " + std::to_string(row.uint64(0)) + " twice");
  };
  each(hub,
       "SELECT sequence, report, kind, at, service, text FROM events WHERE sequence > 0 AND site = " + quoted(site),
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

namespace {

struct SignedSize {
  std::string what;
  audit::Hash root{};
};

// What was signed by size: the checkpoints that are kept, and those of guards.
std::map<std::uint64_t, std::vector<SignedSize>> signed_sizes(sqlite::Connection& hub,
                                                              const std::vector<std::string>& guards,
                                                              Complaints& found) {
  const auto& with = signing::log_primitives();
  std::map<std::uint64_t, std::vector<SignedSize>> all;
  const auto add = [&](const std::string& what, const std::string& text) {
    const auto read = audit::parse_checkpoint(text, with);
    if (read.ok()) all[read->size.value()].push_back({what, read->root});
    if (!read.ok()) found.push_back(what + ": " + read.error().what);
  };
  each(hub, "SELECT size, root, note FROM audit_heads", [&](const sqlite::Statement& row) {
    const std::string what = "checkpoint over " + std::to_string(row.uint64(0));
    const auto note = audit::parse_note(row.text(2), with);
    all[row.uint64(0)].push_back({what, good(audit::hash_of(row.blob(1)))});
    add(what, note.ok() ? note->text : "");
  });
  for (const std::string& guard : guards) {
    std::ifstream file(guard);
    if (file) add(guard, {std::istreambuf_iterator<char>(file), {}});
  }
  return all;
}

}  // namespace

Complaints check_log(const std::string& database, const std::vector<std::string>& guards) {
  const auto& with = signing::log_primitives();
  auto hub = good(sqlite::Connection::open(database, {.read_only = true}));
  Complaints found;
  const auto snapshot = good(sqlite::Transaction::begin_read(hub));
  auto sizes = signed_sizes(hub, guards, found);
  audit::CompactRange range;
  const auto judge_size = [&] {
    for (const SignedSize& one : sizes[range.size().value()])
      if (one.root != range.root(with)) found.push_back(one.what + " is not over the entries that are there");
    sizes.erase(range.size().value());
  };
  judge_size();
  each(hub, "SELECT idx, bytes, hash FROM audit ORDER BY idx", [&](const sqlite::Statement& row) {
    const std::string name = "audit leaf " + std::to_string(row.uint64(0));
    if (row.uint64(0) != range.size().value() + 1)
      found.push_back(name + " comes after " + std::to_string(range.size().value()));
    if (hash_of(row.blob(1)) != row.text(2)) found.push_back(name + " is not what its hash says");
    range.append(audit::leaf_hash(row.blob(1), with), with);
    judge_size();
  });
  if (range.size() == audit::TreeSize()) found.push_back("an audit log without a leaf");
  for (const auto& [size, all] : sizes) found.push_back(all.front().what + " is over more than the log has");
  return found;
}

Complaints check_signed(const std::string& database) {
  auto hub = good(sqlite::Connection::open(database, {.read_only = true}));
  const std::uint64_t newest = number_in(hub, "SELECT coalesce(max(size), 0) FROM audit_heads");
  const std::uint64_t written = number_in(hub, "SELECT coalesce(max(idx), 0) FROM audit");
  if (newest == written) return {};
  return {"the log has " + std::to_string(written) + " entries, signed are " + std::to_string(newest)};
}

}  // namespace depops::faults
