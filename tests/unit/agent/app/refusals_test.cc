#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>

#include "agent/app/agent.h"

namespace depops::agent {
namespace {

const Moment kRefusedAt{Instant(std::chrono::seconds(1'800'000'000)), Millis(1'000), BootId("one")};

// An agent whose last rollout was aborted, and the document that asks for a retry and then for an abort.
struct Ended {
  Ended() {
    auto plan = std::make_shared<rollout::Plan>();
    plan->service = ServiceName("checkout");
    plan->target.set = SetId("checkout-2");
    auto record = std::make_shared<rollout::Record>();
    record->service = plan->service;
    record->rollout = RolloutId("d-1.fra-1");
    record->epoch = Generation(1);
    record->plan = plan;
    record->state = rollout::State::aborted;
    record->stable = std::make_shared<const rollout::VersionSnapshot>();
    Settings settings;
    settings.site = SiteName("fra-1");
    Loaded loaded;
    loaded.incarnation = "00112233445566778899aabbccddeeff";
    loaded.site.generation = Generation(1);
    loaded.records.push_back(record);
    agent.emplace(settings, std::move(loaded), kRefusedAt);
    sync::Target target;
    target.service = plan->service;
    target.rollout = record->rollout;
    target.epoch = record->epoch;
    target.plan = *plan;
    for (const auto verb : {rollout::Verb::retry, rollout::Verb::abort}) {
      rollout::Command command;
      command.id = CommandId(rollout::name_of(verb));
      command.verb = verb;
      command.actor = Actor("admin");
      target.commands.push_back(command);
    }
    sync::Desired desired;
    desired.site = settings.site;
    desired.site_epoch = settings.site_epoch;
    desired.generation = Generation(2);
    desired.not_after = kRefusedAt.wall + std::chrono::hours(1);
    desired.targets.push_back(target);
    document = {"generation 2", desired, {}, {}};
  }
  Output give(const Input& input) { return agent->step(input, kRefusedAt); }

  std::optional<Agent> agent;
  DesiredArrived document;
};

std::vector<rollout::CommandAnswered> answers(const Output& output) {
  std::vector<rollout::CommandAnswered> found;
  for (const OutboxRow& row : output.batch.outbox) {
    const auto* report = std::get_if<rollout::Report>(&row.entry);
    const auto* answer = report != nullptr ? std::get_if<rollout::CommandAnswered>(report) : nullptr;
    if (answer != nullptr) found.push_back(*answer);
  }
  return found;
}

}  // namespace

TEST_CASE("a verb of the hub that a full disk does not allow is refused for good, and the hub is told") {
  Ended site;
  site.give(StorageSeen{Storage::full});
  const Output output = site.give(site.document);
  const auto given = answers(output);
  REQUIRE(given.size() == 2);
  CHECK(given[0].command == CommandId("retry"));
  CHECK_FALSE(given[0].accepted);
  CHECK(given[0].reason.find("disk") != std::string::npos);
  CHECK(given[1].command == CommandId("abort"));
  CHECK_FALSE(given[1].accepted);
  CHECK(output.batch.safe);

  // Space again and the same document again: what was refused does not begin behind the hub's back.
  site.give(StorageSeen{Storage::ok});
  CHECK(answers(site.give(site.document)).empty());
  CHECK_FALSE(site.agent->busy());
}

TEST_CASE("a rollout that a full disk does not allow does not begin later, when there is room and the document again") {
  Ended site;
  sync::Target& target = site.document.desired->targets.at(0);
  target.rollout = RolloutId("d-2.fra-1");
  target.epoch = Generation(2);
  target.commands.clear();
  site.give(StorageSeen{Storage::full});
  const Output output = site.give(site.document);
  std::size_t refused = 0;
  for (const OutboxRow& row : output.batch.outbox) {
    const auto* report = std::get_if<rollout::Report>(&row.entry);
    refused += report != nullptr && std::holds_alternative<rollout::DesiredRefused>(*report) ? 1 : 0;
  }
  CHECK(refused == 1);
  CHECK(output.batch.safe);
  REQUIRE(output.batch.records.size() == 1);
  CHECK(output.batch.records[0]->refused_epoch == Generation(2));
  site.give(StorageSeen{Storage::ok});
  site.give(site.document);
  CHECK_FALSE(site.agent->busy());
}

TEST_CASE("the size is the service's: it is taken whatever rollout the hub knows as the newest") {
  Ended site;
  sync::Target& target = site.document.desired->targets.at(0);
  target.rollout = RolloutId("d-0.fra-1");
  target.commands.resize(1);
  target.commands[0].verb = rollout::Verb::scale;
  target.commands[0].replicas = 5;
  const Output output = site.give(site.document);
  const auto given = answers(output);
  REQUIRE(given.size() == 1);
  CHECK(given[0].accepted);
  CHECK(given[0].reason == "goes to 5 instances");
  REQUIRE(output.batch.records.size() == 1);
  CHECK(output.batch.records[0]->stable_replicas == 5);
  CHECK(answers(site.give(site.document)).empty());
}

TEST_CASE("a verb for a rollout that a local one has followed is refused, and the hub is told of which rollout") {
  Ended site;
  site.document.desired->targets.at(0).rollout = RolloutId("d-0.fra-1");
  const auto given = answers(site.give(site.document));
  REQUIRE(given.size() == 2);
  CHECK(given[0].command == CommandId("retry"));
  CHECK(given[0].rollout == RolloutId("d-0.fra-1"));
  CHECK_FALSE(given[0].accepted);
  CHECK(given[0].reason == "rollout d-0.fra-1 is over here or never began; the last one is d-1.fra-1");
  CHECK(answers(site.give(site.document)).empty());
  CHECK_FALSE(site.agent->busy());
}

TEST_CASE("who looks at the site sees why the hub's word is not obeyed") {
  Ended site;
  const auto refused = [&site] {
    for (const Effect& effect : site.give(StatusAsked{1}).effects) {
      if (const auto* answer = std::get_if<AnswerStatus>(&effect)) return answer->view.refused;
    }
    return std::string("no answer");
  };
  CHECK(refused().empty());
  site.document.desired->site = SiteName("ber-1");
  site.give(site.document);
  CHECK(refused() == "destination: the document is for site ber-1");
}

}  // namespace depops::agent
