#include <catch2/catch.hpp>

#include "agent/journal_sqlite/sqlite_journal.h"
#include "shared/wire/documents.h"
#include "shared/wire/trust.h"
#include "tests/contract/journal/scratch.h"
#include "tests/support/memory_journal.h"

namespace depops::test {
namespace {

constexpr std::uint64_t kRetained = 4'000;

std::string encode(const agent::OutboxRow& row) {
  if (const auto* leaf = std::get_if<audit::Leaf>(&row.entry)) return wire::encode_leaf(*leaf);
  return wire::encode_report(std::get<rollout::Report>(row.entry));
}

// Makes journals that share one disk: a new one is the process started again.
struct MemoryKind {
  JournalDisk disk;
  MemoryKind() { disk.retained_bytes = kRetained; }
  std::unique_ptr<agent::Journal> start() { return std::make_unique<MemoryJournal>(disk, encode); }
};

struct SqliteKind {
  Scratch scratch;
  std::unique_ptr<agent::Journal> start() {
    agent::JournalOptions options;
    options.reserve_bytes = 0;
    options.retained_bytes = kRetained;
    auto journal = agent::SqliteJournal::open(scratch.file(), options);
    INFO((journal.ok() ? "" : journal.error().what));
    REQUIRE(journal.ok());
    return std::move(journal).value();
  }
};

}  // namespace

TEMPLATE_TEST_CASE("a new journal is empty and has an incarnation that stays", "", MemoryKind, SqliteKind) {
  TestType kind;
  auto journal = kind.start();
  const auto loaded = journal->load().value();
  REQUIRE(loaded.incarnation.size() == 32);
  REQUIRE(loaded.incarnation.find_first_not_of("0123456789abcdef") == std::string::npos);
  REQUIRE(loaded.site == agent::SiteState{});
  REQUIRE(loaded.records.empty());
  REQUIRE(loaded.desired.empty());
  REQUIRE(loaded.events_first == Sequence(1));
  journal.reset();
  REQUIRE(kind.start()->load().value().incarnation == loaded.incarnation);
}

TEMPLATE_TEST_CASE("what was committed is there after a restart, the newest of each", "", MemoryKind, SqliteKind) {
  TestType kind;
  auto journal = kind.start();
  REQUIRE(journal->load().ok());
  REQUIRE(journal->commit({}).ok());
  REQUIRE(journal->commit(batch(1)).ok());
  agent::JournalBatch second = batch(2);
  second.desired = std::string("signed\0bytes", 12);
  rollout::Record other;
  other.service = ServiceName("search");
  second.records.push_back(std::make_shared<const rollout::Record>(other));
  REQUIRE(journal->commit(second).ok());
  journal.reset();

  const auto loaded = kind.start()->load().value();
  REQUIRE(loaded.site == *second.site);
  REQUIRE(loaded.desired == *second.desired);
  REQUIRE(loaded.records.size() == 2);
  REQUIRE(loaded.records[0]->order == 2);
  REQUIRE(*loaded.records[0]->plan == *second.records[0]->plan);
  REQUIRE(*loaded.records[1] == other);
  REQUIRE(loaded.events_first == Sequence(1));
}

TEMPLATE_TEST_CASE("entries are read as they were encoded, bounded by count and bytes", "", MemoryKind, SqliteKind) {
  TestType kind;
  auto journal = kind.start();
  REQUIRE(journal->load().ok());
  for (std::uint64_t i = 1; i <= 5; ++i) REQUIRE(journal->commit(batch(i, 100)).ok());
  const std::string first = encode(row(sync::Stream::events, 1, 100));
  REQUIRE(journal->read(sync::Stream::events, Sequence(1), 1, 1).value() == std::vector<std::string>{first});
  REQUIRE(journal->read(sync::Stream::events, Sequence(2), 100, 1'000'000).value().size() == 4);
  REQUIRE(journal->read(sync::Stream::events, Sequence(1), 3, 1'000'000).value().size() == 3);
  REQUIRE(journal->read(sync::Stream::events, Sequence(1), 100, 2 * first.size()).value().size() == 2);
  REQUIRE(journal->read(sync::Stream::audit, Sequence(5), 100, 1'000'000).value().size() == 1);
  REQUIRE(journal->read(sync::Stream::events, Sequence(6), 100, 1'000'000).value().empty());
}

TEMPLATE_TEST_CASE("only acknowledged entries are removed, by age or by size", "", MemoryKind, SqliteKind) {
  TestType kind;
  auto journal = kind.start();
  REQUIRE(journal->load().ok());
  for (std::uint64_t i = 1; i <= 10; ++i) REQUIRE(journal->commit(batch(i, 1'000)).ok());
  const Instant soon{Millis(100)};
  const Instant late{Millis(100) + Millis(8LL * 24 * 3'600 * 1'000)};
  const auto position = [](std::uint64_t first) {
    return sync::StreamPosition{sync::Stream::events, Sequence(first), Sequence(10)};
  };
  REQUIRE(journal->prune(sync::Stream::events, Sequence(0), late).value() == position(1));
  REQUIRE(journal->prune(sync::Stream::events, Sequence(2), soon).value() == position(3));  // beyond 4,000 bytes
  REQUIRE(journal->prune(sync::Stream::events, Sequence(10), soon).value() ==
          position(8));  // 3 of 1,0xx bytes are kept
  REQUIRE(journal->prune(sync::Stream::events, Sequence(9), late).value() == position(10));
  REQUIRE(journal->prune(sync::Stream::events, Sequence(10), late).value() == position(11));
  REQUIRE(journal->read(sync::Stream::audit, Sequence(1), 100, 1'000'000).value().size() == 10);
  journal.reset();
  REQUIRE(kind.start()->load().value().events_first == Sequence(11));
}

TEMPLATE_TEST_CASE("a tombstone stands in the place of an entry, in the same commit or later, over a restart", "",
                   MemoryKind, SqliteKind) {
  TestType kind;
  auto journal = kind.start();
  REQUIRE(journal->load().ok());
  const auto tombstone = [](std::uint64_t sequence) {
    return agent::OutboxRow{sync::Stream::events, Sequence(sequence),
                            rollout::Report(rollout::Tombstone{Instant(Millis(1'000))})};
  };
  for (std::uint64_t i = 1; i <= 3; ++i) REQUIRE(journal->commit(batch(i, 2'000)).ok());
  agent::JournalBatch both = batch(4, 2'000);
  both.buried = {tombstone(2), tombstone(4)};
  REQUIRE(journal->commit(both).ok());
  agent::JournalBatch alone;
  alone.buried = {tombstone(3)};
  REQUIRE_FALSE(alone.empty());
  REQUIRE(journal->commit(alone).ok());
  journal.reset();
  journal = kind.start();
  REQUIRE(journal->load().ok());
  const auto entries = journal->read(sync::Stream::events, Sequence(1), 100, 1'000'000).value();
  REQUIRE(entries.size() == 4);
  REQUIRE(entries[0] == encode(row(sync::Stream::events, 1, 2'000)));
  for (const std::size_t i : {1U, 2U, 3U}) REQUIRE(entries[i] == encode(tombstone(i + 1)));
  REQUIRE(journal->read(sync::Stream::audit, Sequence(1), 100, 1'000'000).value().size() == 4);
  // What is gone counts no more: under 4,000 bytes are left, and nothing is removed for its size.
  REQUIRE(journal->prune(sync::Stream::events, Sequence(4), Instant(Millis(1'001))).value().first_retained ==
          Sequence(1));
}

TEMPLATE_TEST_CASE("what was believed is there after a restart, the newest of it", "", MemoryKind, SqliteKind) {
  TestType kind;
  auto journal = kind.start();
  REQUIRE_FALSE(journal->load().value().trust.root.has_value());
  agent::JournalBatch batch;
  batch.trust.emplace();
  batch.trust->accepted = {Digest("sha256:1"), Digest("sha256:2")};
  REQUIRE_FALSE(batch.empty());
  REQUIRE(journal->commit(batch).ok());
  trust::TrustRoot root;
  root.version = trust::TrustVersion(2);
  root.hub_release.threshold = 3;
  trust::Signed document{std::string(trust::kTrustRootType), wire::encode_trust_root(root), {}};
  document.signatures = {{KeyId("0123456789abcdef"), std::string(64, 's')}};
  batch.trust->root = wire::read_trust_root(wire::sealed(document)).value();
  batch.trust->accepted.emplace_back("sha256:3");
  REQUIRE(journal->commit(batch).ok());
  journal.reset();
  const auto loaded = kind.start()->load().value().trust;
  REQUIRE(loaded.accepted == batch.trust->accepted);
  REQUIRE(loaded.root.has_value());
  REQUIRE(loaded.root->root == root);
  REQUIRE(loaded.root->document == batch.trust->root->document);
  REQUIRE(loaded.root->digest == batch.trust->root->digest);
}

TEMPLATE_TEST_CASE("sessions rise over restarts", "", MemoryKind, SqliteKind) {
  TestType kind;
  auto journal = kind.start();
  REQUIRE(journal->next_session().value() == 1);
  REQUIRE(journal->next_session().value() == 2);
  journal.reset();
  REQUIRE(kind.start()->next_session().value() == 3);
}

}  // namespace depops::test
