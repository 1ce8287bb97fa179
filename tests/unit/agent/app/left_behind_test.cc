#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>

#include "agent/app/agent.h"

// What an agent writes down and orders about objects that a version no longer has.
namespace depops::agent {
namespace {

const Moment kLater{Instant(std::chrono::seconds(1'800'000'000)), Millis(1'000), BootId("one")};

struct Tidy {
  explicit Tidy(std::shared_ptr<const rollout::Record> kept = nullptr) : record(std::move(kept)) {
    if (!record) record = at_rest();
    Loaded loaded;
    loaded.incarnation = "00112233445566778899aabbccddeeff";
    loaded.records.push_back(std::make_shared<rollout::Record>(*record));
    Settings settings;
    settings.site = SiteName("fra-1");
    agent.emplace(settings, std::move(loaded), kLater);
    give(RuntimeFacts{});
    give(RouterFacts{});
    give(RuntimeFacts{seq, {}, {}, {}, {}});
  }

  static std::shared_ptr<const rollout::Record> at_rest() {
    auto stable = std::make_shared<rollout::VersionSnapshot>();
    stable->service = ServiceName("checkout");
    stable->label = VersionLabel("1.2");
    stable->set = SetId("checkout-2");
    stable->workload.replicas = 1;
    auto record = std::make_shared<rollout::Record>();
    record->service = stable->service;
    record->stable = stable;
    record->stable_replicas = 1;
    return record;
  }

  Output give(const Input& input) {
    Output out = agent->step(input, kLater);
    if (!out.batch.records.empty()) record = out.batch.records.back();
    for (const Effect& effect : out.effects) {
      if (const auto* apply = std::get_if<ApplyRuntime>(&effect)) seq = apply->orders.seq, orders = apply->orders;
    }
    return out;
  }
  Output sees(bool named, int lives = 1) {
    RuntimeFacts facts;
    facts.applied_seq = seq;
    for (int life = 1; life <= lives; ++life)
      facts.left.push_back({ServiceName("checkout"), SetId("checkout-1-worker"), "Deployment checkout-1-worker",
                            "Deployment/worker", "u-" + std::to_string(life), named});
    return give(facts);
  }

  std::shared_ptr<const rollout::Record> record;  // as the journal has it
  std::optional<Agent> agent;
  std::uint64_t seq = 0;
  RuntimeOrders orders;
};

std::vector<std::string> leaves_about_removals(const Output& out) {
  std::vector<std::string> found;
  for (const OutboxRow& row : out.batch.outbox) {
    const auto* leaf = std::get_if<audit::Leaf>(&row.entry);
    if (leaf != nullptr && leaf->action == "object.removal_ordered") found.push_back(leaf->reason);
  }
  return found;
}

std::vector<std::string> notices_about_left(const Output& out) {
  std::vector<std::string> found;
  for (const OutboxRow& row : out.batch.outbox) {
    const auto* report = std::get_if<rollout::Report>(&row.entry);
    const auto* notice = report == nullptr ? nullptr : std::get_if<rollout::Notice>(report);
    if (notice != nullptr) found.push_back(notice->kind + " " + notice->text);
  }
  return found;
}

}  // namespace

TEST_CASE("what a version no longer has is told once, and nothing of it is ordered") {
  Tidy site;
  const Output out = site.sees(false);
  REQUIRE(notices_about_left(out).size() == 1);
  CHECK(notices_about_left(out)[0].starts_with("left-behind Deployment checkout-1-worker (Deployment/worker)"));
  CHECK(site.orders.prune.empty());
  CHECK(leaves_about_removals(out).empty());
  CHECK(notices_about_left(site.sees(false)).empty());
}

TEST_CASE("what the stable version names is in the audit log in the step that orders it to go, once") {
  Tidy site;
  const Output out = site.sees(true);
  CHECK(site.orders.prune == std::vector<std::string>{"u-1"});
  const auto leaves = leaves_about_removals(out);
  REQUIRE(leaves.size() == 1);
  CHECK(leaves[0].find("Deployment checkout-1-worker (u-1) of checkout goes") != std::string::npos);
  CHECK(leaves_about_removals(site.sees(true)).empty());
}

TEST_CASE("an agent that was started again orders what is left to go, and does not write it down a second time") {
  Tidy before;
  REQUIRE(leaves_about_removals(before.sees(true)).size() == 1);
  Tidy after(before.record);
  CHECK(leaves_about_removals(after.sees(true)).empty());
  CHECK(after.orders.prune == std::vector<std::string>{"u-1"});
}

TEST_CASE(
    "more that goes than is remembered over a start is in the audit log once all the same, while the agent lives") {
  Tidy site;
  CHECK(leaves_about_removals(site.sees(true, 70)).size() == 70);
  CHECK(leaves_about_removals(site.sees(true, 70)).empty());
  CHECK(site.record->removals.size() == 64);
}

TEST_CASE("the status of a service names what is left behind") {
  Tidy site;
  site.sees(false);
  const Output out = site.give(StatusAsked{7});
  REQUIRE(out.effects.size() == 1);
  const auto& view = std::get<AnswerStatus>(out.effects[0]).view;
  REQUIRE(view.services.size() == 1);
  REQUIRE(view.services[0].left_behind.size() == 1);
  CHECK(view.services[0].left_behind[0].find("it stays; delete it") != std::string::npos);
}

}  // namespace depops::agent
