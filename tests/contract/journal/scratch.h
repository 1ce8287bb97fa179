#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "agent/ports/journal.h"
#include "tests/unit/shared/wire/samples.h"

namespace depops::test {

// A directory for one test, removed with all in it.
struct Scratch {
  std::string path;
  Scratch() {
    char name[] = "/tmp/depops-journal-XXXXXX";
    path = ::mkdtemp(name);
  }
  ~Scratch() { std::filesystem::remove_all(path); }
  std::string file() const { return path + "/journal.db"; }
};

// Entry `sequence` of the stream, at that many milliseconds, with `size` bytes of text.
inline agent::OutboxRow row(sync::Stream stream, std::uint64_t sequence, std::size_t size = 10) {
  const Instant at{Millis(static_cast<std::int64_t>(sequence))};
  return {stream, Sequence(sequence), rollout::Notice{at, ServiceName(), "test", std::string(size, 'x')}};
}

// A batch as the agent makes them: the site's numbers, a record and one entry of each stream agree on `number`.
inline agent::JournalBatch batch(std::uint64_t number, std::size_t size = 10) {
  agent::JournalBatch batch;
  batch.site.emplace();
  batch.site->events_last = batch.site->audit_last = Sequence(number);
  batch.site->generation = Generation(number);
  auto record = test::record();
  record.order = number;
  batch.records = {std::make_shared<const rollout::Record>(record)};
  batch.outbox = {row(sync::Stream::events, number, size), row(sync::Stream::audit, number)};
  return batch;
}

}  // namespace depops::test
