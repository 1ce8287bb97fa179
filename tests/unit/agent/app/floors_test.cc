#include <catch2/catch.hpp>

#include "agent/app/agent.h"

// What a site was told when it joined: a fresh journal is no reason to obey what was before.
namespace depops::agent {
namespace {

const Moment kJoinedAt{Instant(std::chrono::seconds(1'800'000'000)), Millis(1'000), BootId("one")};

// It joined in epoch 2, when generation 5 was the newest, signed by the hub in its epoch 3.
struct Fresh {
  Fresh() {
    Settings settings;
    settings.site = SiteName("fra-1");
    settings.site_epoch = SiteEpoch(2);
    settings.least_generation = Generation(5);
    settings.least_hub_epoch = HubEpoch(3);
    Loaded loaded;
    loaded.incarnation = "00112233445566778899aabbccddeeff";
    agent.emplace(settings, std::move(loaded), kJoinedAt);
  }

  // The code of the refusal; empty if it was accepted.
  std::string give(Generation generation, SiteEpoch epoch = SiteEpoch(2), HubEpoch hub = HubEpoch(3)) {
    sync::Desired desired;
    desired.site = SiteName("fra-1");
    desired.site_epoch = epoch;
    desired.generation = generation;
    desired.hub_epoch = hub;
    desired.not_after = kJoinedAt.wall + std::chrono::hours(1);
    const Output output =
        agent->step(DesiredArrived{"generation " + std::to_string(generation.value()), desired, {}, {}}, kJoinedAt);
    for (const OutboxRow& row : output.batch.outbox) {
      const auto* report = std::get_if<rollout::Report>(&row.entry);
      const auto* refused = report != nullptr ? std::get_if<rollout::DesiredRefused>(report) : nullptr;
      if (refused != nullptr) return refused->code;
    }
    CHECK(output.batch.desired.has_value());
    return "";
  }

  std::optional<Agent> agent;
};

}  // namespace

TEST_CASE("a site that has just joined obeys nothing older than what it was told") {
  Fresh site;
  CHECK(site.give(Generation(4)) == "generation");
  CHECK(site.give(Generation(5), SiteEpoch(1)) == "epoch");
  CHECK(site.give(Generation(6), SiteEpoch(2), HubEpoch(2)) == "epoch");
  CHECK(site.give(Generation(5)).empty());
  CHECK(site.give(Generation(6)).empty());
  CHECK(site.give(Generation(5)) == "generation");
}

}  // namespace depops::agent
