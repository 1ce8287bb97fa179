#include <catch2/catch.hpp>

#include "tests/unit/hub/app/fleet.h"

using namespace depops;
using namespace depops::tests;
using rollout::State;

namespace {

hub::ApplyTemplate template_named(const char* name) {
  auto made = std::make_shared<manifest::AnalysisTemplate>();
  made->name = TemplateName(name);
  return {std::string("template ") + name, made};
}

std::shared_ptr<manifest::Pipeline> copy_of_pipeline(const Bench& bench) {
  return std::make_shared<manifest::Pipeline>(*bench.hub->world().catalog.pipelines.at(kCheckout));
}

std::string applied_text(const Bench& bench) { return bench.hub->world().pipelines.at(kCheckout).yaml; }

}  // namespace

TEST_CASE("A refused pipeline leaves no template applied") {
  Bench bench;
  bench.set_up();
  auto changed = copy_of_pipeline(bench);
  changed->environments[1].later = {{{14, 5}, "environments[1].approvals"}};
  const auto answer = bench.ask(hub::ApplyDocuments{{template_named("errors"), hub::ApplyPipeline{"new", changed}}});
  CHECK_FALSE(answer.ok);
  CHECK(answer.code == Errc::unsupported);
  CHECK(answer.what.find("environments[1].approvals (line 14)") != std::string::npos);
  CHECK(bench.hub->world().templates.empty());
  CHECK(bench.hub->world().catalog.templates.empty());
  CHECK(applied_text(bench) == "pipeline");
  CHECK(bench.store.load().value().templates.empty());
}

TEST_CASE("A pipeline that names a template nobody applied is refused; with it in the same request it is taken") {
  Bench bench;
  bench.set_up();
  auto changed = copy_of_pipeline(bench);
  changed->environments[1].strategy = manifest::Canary{{manifest::AnalysisStep{TemplateName("errors"), Millis(1), {}}}};
  const hub::ApplyPipeline pipeline{"new", changed};
  const auto refused = bench.ask(hub::ApplyDocuments{{pipeline}});
  CHECK(refused.code == Errc::not_found);
  CHECK(refused.what.find("errors") != std::string::npos);
  const auto taken = bench.ask(hub::ApplyDocuments{{pipeline, template_named("errors")}});
  REQUIRE(taken.ok);
  CHECK(taken.results == std::vector<std::string>{"changed", "created"});
  CHECK(applied_text(bench) == "new");
  const auto again = bench.ask(hub::ApplyDocuments{{pipeline, template_named("errors")}});
  CHECK(again.results == std::vector<std::string>{"unchanged", "unchanged"});
  CHECK_FALSE(again.changed);
  CHECK(bench.ask(hub::ApplyDocuments{{pipeline, pipeline}}).code == Errc::invalid);
}

TEST_CASE("A dry run of apply says what would change and changes nothing") {
  Bench bench;
  bench.set_up();
  const hub::ApplyDocuments request{{template_named("errors"), hub::ApplyPipeline{"new", copy_of_pipeline(bench)}}};
  const auto answer = bench.ask(request, "", true);
  REQUIRE(answer.ok);
  CHECK(answer.results == std::vector<std::string>{"created", "changed"});
  CHECK_FALSE(answer.changed);
  CHECK(bench.hub->world().templates.empty());
  CHECK(applied_text(bench) == "pipeline");
}

TEST_CASE("A promotion from another environment than the pipeline names is refused") {
  Bench bench;
  bench.set_up();
  hub::Promote wrong{kCheckout, kProduction, VersionLabel("1.0"), "", "", EnvironmentName("qa")};
  const auto answer = bench.ask(wrong);
  CHECK(answer.code == Errc::refused);
  CHECK(answer.what.find("from staging, not from qa") != std::string::npos);
}

TEST_CASE("Plans of deployments that are out of reach leave the memory, those still needed stay") {
  Bench bench;
  bench.set_up();
  ToySite site(bench, "stg-1");
  const std::size_t count = hub::kDeploymentsKept + 5;
  for (std::size_t i = 1; i <= count; ++i) {
    const VersionLabel version(i % 2 == 0 ? "1.0" : "1.1");
    const auto started = bench.ask(hub::StartDeployment{kCheckout, version, kStaging, {}, "", ""});
    REQUIRE(started.ok);
    deliver(bench, {&site});
    site.report("d-" + std::to_string(i) + ".stg-1", State::completed);
    site.exchange();
  }
  const hub::World& world = bench.hub->world();
  CHECK(world.deployments.size() == hub::kDeploymentsKept);
  CHECK(world.releases.size() == hub::kDeploymentsKept);
  // Every kept deployment has its own plan, and the oldest kept one what it would go back to.
  CHECK(world.plans.size() == hub::kDeploymentsKept + 1);
  for (const auto& [id, row] : world.rollouts) CHECK(world.plans.contains(row.previous_plan));
  const auto before = world.plans.size();
  bench.restart();
  CHECK(bench.hub->world().plans.size() == before);
}
