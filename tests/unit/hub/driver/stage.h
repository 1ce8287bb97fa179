#pragma once

#include <condition_variable>
#include <deque>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "hub/driver/driver.h"
#include "tests/support/fake_codec.h"
#include "tests/support/memory_store.h"

// A driver whose store commits when the test says so, and tells what happened. Every wait has a deadline.
namespace depops::tests {

// Counts what happens on any thread.
class Tally {
 public:
  void add(const std::string& what);
  std::size_t of(const std::string& what) const;
  bool reaches(const std::string& what, std::size_t count) const;

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable more_;
  std::map<std::string, std::size_t> counts_;
};

// A store in memory whose commits wait while it is held.
class GatedStore final : public hub::Store {
 public:
  enum class Verdict { commit, full, broken, fenced };

  Result<hub::HubState> load() override;
  Result<void> commit(const hub::Changeset& changeset) override;
  Result<HubEpoch> raise_epoch() override { return inner_.raise_epoch(); }

  void hold();                // from now on every commit waits
  void release();             // no commit waits any more
  void let(Verdict verdict);  // the commit that waits, or the next one
  bool is_waited_at() const;  // waits until a commit waits
  std::size_t committed() const;
  bool has(const std::string& environment);

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  MemoryStore inner_;
  std::deque<Verdict> verdicts_;
  bool held_ = false;
  bool waiting_ = false;
  std::size_t committed_ = 0;
};

class HandClock final : public ports::Clock {
 public:
  Moment now() const override;
  void pass(Millis time);

 private:
  mutable std::mutex mutex_;
  Moment now_{Instant(std::chrono::hours(500'000)), Millis{0}, BootId("boot")};
};

// Counts "leaf" for each leaf of the audit log that is made: one per environment, for instance.
class CountingCodec final : public FakeCodec {
 public:
  explicit CountingCodec(Tally& tally) : tally_(tally) {}
  std::string encode_leaf(const audit::Leaf& leaf) override;

 private:
  Tally& tally_;
};

// Counts "read" for messages, "acted" for effects, "shown", "given up", and "leaf".
class Stage {
 public:
  Stage();
  ~Stage();

  // Asks on a thread of its own for an environment of that name.
  std::future<Result<hub::Answer>> ask(const std::string& name);
  Result<hub::Answer> answer_to(hub::Request request);
  bool hello();                   // from the site fra-1; it is answered by acknowledgements
  bool large(std::size_t bytes);  // a message of that size
  void must_settle();             // everything given before is committed and let out

  Tally tally;
  GatedStore store;
  HandClock clock;
  CountingCodec codec{tally};
  std::optional<hub::Driver> driver;

 private:
  std::optional<hub::Input> read(const ports::Message& message);
  std::uint64_t session_ = 0;
};

}  // namespace depops::tests
