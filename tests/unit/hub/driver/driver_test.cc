#include "hub/driver/driver.h"

#include <catch2/catch.hpp>
#include <vector>

#include "tests/unit/hub/driver/stage.h"

using namespace depops;
using namespace depops::tests;
using namespace std::chrono_literals;
using Verdict = GatedStore::Verdict;

namespace {

bool is_open(const std::future<Result<hub::Answer>>& answer) {
  return answer.wait_for(0s) != std::future_status::ready;
}

}  // namespace

TEST_CASE("Nothing is answered, sent or shown before the commit behind it") {
  Stage stage;
  const std::size_t acted = stage.tally.of("acted");
  const std::size_t shown = stage.tally.of("shown");
  const std::size_t leaves = stage.tally.of("leaf");
  stage.store.hold();
  auto first = stage.ask("first");
  REQUIRE(stage.store.is_waited_at());
  REQUIRE(stage.hello());
  auto second = stage.ask("second");
  REQUIRE(stage.tally.reaches("read", 1));
  REQUIRE(stage.tally.reaches("leaf", leaves + 3));  // both environments and the site's first contact
  CHECK(is_open(first));
  CHECK(is_open(second));
  CHECK(stage.tally.of("acted") == acted);
  CHECK(stage.tally.of("shown") == shown);

  stage.store.let(Verdict::commit);
  CHECK(first.get().value().ok);
  REQUIRE(stage.store.is_waited_at());
  CHECK(is_open(second));
  CHECK(stage.tally.of("acted") == acted);
  stage.store.release();
  CHECK(second.get().value().ok);
  CHECK(stage.tally.reaches("acted", acted + 1));
  CHECK(stage.tally.reaches("shown", shown + 1));
}

TEST_CASE("What was stepped while a commit stalled becomes one transaction") {
  Stage stage;
  const std::size_t leaves = stage.tally.of("leaf");
  stage.store.hold();
  std::vector<std::future<Result<hub::Answer>>> answers;
  answers.push_back(stage.ask("e0"));
  REQUIRE(stage.store.is_waited_at());
  const std::size_t before = stage.store.committed();
  for (std::size_t i = 1; i < 20; ++i) answers.push_back(stage.ask("e" + std::to_string(i)));
  REQUIRE(stage.tally.reaches("leaf", leaves + 20));
  stage.store.release();
  for (auto& answer : answers) CHECK(answer.get().value().ok);
  // The one that waited, the group behind it, and what the loop handed over only after the writer had taken that group.
  CHECK(stage.store.committed() - before <= 3);
}

TEST_CASE("While a disk stalls the hub goes on with what is due, and takes no more than it may hold") {
  Stage stage;
  const std::size_t leaves = stage.tally.of("leaf");
  stage.store.hold();
  std::size_t accepted = 0;
  for (std::size_t i = 0; i < 400; ++i) accepted += stage.large(1 << 20) ? 1 : 0;
  CHECK(accepted < 400);
  REQUIRE(stage.tally.reaches("read", 32));
  stage.clock.pass(49h);
  CHECK(stage.tally.reaches("leaf", leaves + 1));  // the daily look found an artifact that nothing needs
  CHECK(stage.tally.of("read") <= 40);
  CHECK(accepted <= stage.tally.of("read") + 64);
  stage.store.release();
  CHECK(stage.tally.reaches("read", accepted));
}

TEST_CASE("After a commit that failed nothing comes of what was stepped on top of it") {
  Stage stage;
  const std::size_t leaves = stage.tally.of("leaf");
  stage.store.hold();
  auto before = stage.ask("before");
  REQUIRE(stage.store.is_waited_at());
  auto fails = stage.ask("fails");
  REQUIRE(stage.tally.reaches("leaf", leaves + 2));
  stage.store.let(Verdict::commit);
  CHECK(before.get().value().ok);
  REQUIRE(stage.store.is_waited_at());

  const std::size_t acted = stage.tally.of("acted");
  const std::size_t shown = stage.tally.of("shown");
  auto later = stage.ask("later");
  REQUIRE(stage.hello());
  REQUIRE(stage.tally.reaches("leaf", leaves + 4));
  stage.store.let(Verdict::full);
  const auto failed = fails.get();
  REQUIRE_FALSE(failed.ok());
  CHECK(failed.error().code == Errc::unavailable);
  CHECK(failed.error().what.find("the disk is full") != std::string::npos);
  const auto dropped = later.get();
  REQUIRE_FALSE(dropped.ok());
  CHECK(dropped.error().code == Errc::unavailable);

  stage.store.release();
  auto after = stage.ask("after");
  CHECK(after.get().value().ok);
  CHECK(stage.driver->trouble().empty());
  CHECK(stage.store.has("before"));
  CHECK_FALSE(stage.store.has("fails"));
  CHECK_FALSE(stage.store.has("later"));
  CHECK(stage.store.has("after"));
  // What the new hub says at its start: which artifacts and certificates count. The dropped hello got no answer.
  stage.must_settle();
  CHECK(stage.tally.of("acted") == acted + 2);
  CHECK(stage.tally.of("shown") == shown);
  CHECK(stage.tally.of("given up") == 0);
}

TEST_CASE("A hub that was taken over writes nothing more and ends") {
  Stage stage;
  stage.store.hold();
  auto asked = stage.ask("mine");
  REQUIRE(stage.store.is_waited_at());
  const std::size_t committed = stage.store.committed();
  stage.store.let(Verdict::fenced);
  CHECK(asked.get().error().code == Errc::unavailable);
  CHECK(stage.tally.reaches("given up", 1));
  CHECK_FALSE(stage.driver->trouble().empty());
  stage.store.release();
  CHECK(stage.ask("more").get().error().code == Errc::unavailable);
  CHECK(stage.store.committed() == committed);
}

TEST_CASE("A store that refuses the first commit after a recovery too can not be used: the process ends") {
  Stage stage;
  stage.store.let(Verdict::broken);
  CHECK(stage.ask("one").get().error().code == Errc::unavailable);
  CHECK(stage.tally.of("given up") == 0);
  stage.store.let(Verdict::broken);
  CHECK(stage.ask("two").get().error().code == Errc::unavailable);
  CHECK(stage.tally.reaches("given up", 1));
}

TEST_CASE("F18 a disk that stays full ends no hub: it refuses, and goes on once there is room") {
  Stage stage;
  for (const char* name : {"one", "two", "three"}) {
    stage.store.let(Verdict::full);
    CHECK(stage.ask(name).get().error().code == Errc::unavailable);
  }
  CHECK(stage.tally.of("given up") == 0);
  stage.store.release();
  Result<hub::Answer> answer = stage.ask("again").get();
  const auto until = std::chrono::steady_clock::now() + 20s;
  while (!answer.ok() && std::chrono::steady_clock::now() < until) answer = stage.ask("again").get();
  REQUIRE(answer.ok());
  CHECK(answer.value().ok);
  CHECK(stage.store.has("again"));
  CHECK(stage.driver->trouble().empty());
}

TEST_CASE("Failures with good commits in between are each recovered from") {
  Stage stage;
  for (const char* name : {"a", "b", "c"}) {
    stage.store.let(Verdict::full);
    CHECK(stage.ask(name).get().error().code == Errc::unavailable);
    CHECK(stage.ask(name).get().value().ok);
  }
  CHECK(stage.tally.of("given up") == 0);
}

TEST_CASE("A stop lets what was given finish, and takes nothing more") {
  Stage stage;
  const std::size_t leaves = stage.tally.of("leaf");
  stage.store.hold();
  std::vector<std::future<Result<hub::Answer>>> answers;
  for (int i = 0; i < 20; ++i) answers.push_back(stage.ask("e" + std::to_string(i)));
  REQUIRE(stage.tally.reaches("leaf", leaves + 20));
  auto stopped = std::async(std::launch::async, [&] { stage.driver->stop(); });
  CHECK(stopped.wait_for(0s) != std::future_status::ready);
  stage.store.release();
  for (auto& answer : answers) CHECK(answer.get().value().ok);
  REQUIRE(stopped.wait_for(20s) == std::future_status::ready);
  CHECK(stage.ask("late").get().error().code == Errc::unavailable);
}
