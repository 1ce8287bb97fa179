#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>

#include "shared/wire/documents.h"
#include "tests/support/paths.h"
#include "tests/unit/shared/wire/samples.h"

namespace depops::wire {
namespace {

// A sample under a name: its bytes now, and whether other bytes mean the same.
struct Golden {
  std::string name;
  std::string bytes;
  std::function<bool(const std::string&)> means_the_same;
};

template <typename T, typename Decode>
std::function<bool(const std::string&)> same(T value, Decode decode) {
  return [value, decode](const std::string& bytes) {
    const auto decoded = decode(bytes);
    return decoded.ok() && decoded.value() == value;
  };
}

// Records hold pointers: they mean the same when they encode to the same bytes.
Golden record_as(const std::string& name, const rollout::Record& record) {
  const std::string encoded = encode_record(record);
  return {name, encoded, [encoded](const std::string& bytes) {
            const auto decoded = decode_record(bytes);
            return decoded.ok() && encode_record(decoded.value()) == encoded;
          }};
}

rollout::Record superseded_record() {
  rollout::Record superseded = test::record();
  superseded.next = rollout::Submission{RolloutId("r-18"),      DeploymentId("d-10"), Generation(5),
                                        superseded.plan_digest, superseded.plan,      Actor("hub")};
  superseded.background = superseded.analysis;
  superseded.warm = rollout::WarmMark{superseded.stable, 3, superseded.entered, Millis(60'000)};
  superseded.forgiven_restarts = 2;
  return superseded;
}

rollout::Plan careful_plan() {
  rollout::Plan careful = test::canary_plan();
  auto& canary = std::get<rollout::Canary>(careful.strategy);
  canary.dynamic_stable_scale = true;
  canary.background = rollout::Background{std::get<rollout::Analysis>(canary.steps[1]).spec, 1};
  canary.steps.emplace_back(rollout::SetScale{{50, true}});
  careful.on_failure = rollout::OnFailure::ask;
  careful.answer_within = Millis(60'000);
  careful.bake = Millis(600'000);
  careful.keep_warm = Millis(1'800'000);
  return careful;
}

rollout::Plan routed_plan() {
  rollout::Plan routed = test::canary_plan();
  auto& canary = std::get<rollout::Canary>(routed.strategy);
  canary.ladder = rollout::Ladder::blue_green;
  canary.steps.emplace_back(
      rollout::SetHeader{"preview", rollout::RouteMatch{rollout::RouteKey::cookie, "version", {"new", "2"}}});
  canary.steps.emplace_back(rollout::SetHeader{"preview", std::nullopt});
  return routed;
}

rollout::Record routed_record() {
  rollout::Record routed = test::record();
  routed.phase = rollout::Phase::routing;
  routed.routes = {{{"preview", {rollout::RouteKey::header, "X-Preview", {"on"}}, SetId("checkout-3f9a1c22bd01")}},
                   false,
                   routed.entered,
                   routed.entered};
  routed.intents[0].kind = rollout::IntentKind::routes;
  return routed;
}

rollout::Record scaled_record() {
  rollout::Record scaled = test::record();
  scaled.size = rollout::SizeMark{7, true, true, false, 4, 5};
  return scaled;
}

sync::Desired scaling() {
  sync::Desired desired = test::desired();
  rollout::Command command = desired.targets[0].commands[0];
  command.verb = rollout::Verb::scale;
  command.replicas = 7;
  desired.targets[0].commands.push_back(command);
  return desired;
}

// Of later fields: routes, the size and what versions declare, who approved.
rollout::Report told() {
  rollout::RolloutChanged changed = std::get<rollout::RolloutChanged>(test::reports()[0]);
  changed.status.routes = {"preview: header X-Preview: on"};
  changed.status.size = 7;
  changed.status.sets[0].declared = 4;
  changed.status.approvals_needed = 2;
  changed.status.approved_by = {"ana"};
  return changed;
}

sync::Desired superseding() {
  sync::Desired desired = test::desired();
  desired.targets[0].supersede = true;
  return desired;
}

rollout::Plan approval_plan() {
  rollout::Plan plan = test::canary_plan();
  const rollout::Approval two{2, Millis(86'400'000), rollout::Approval::OnTimeout::go_on, true};
  plan.strategy = rollout::Canary{{rollout::SetWeight{10}, two, rollout::Approval{}}};
  plan.requested_by = Actor("eve");
  return plan;
}

rollout::Record approval_record() {
  rollout::Record record = test::record();
  record.plan = std::make_shared<const rollout::Plan>(approval_plan());
  record.approvals = {{Actor("ana"), Instant(Millis(1'800'000'000'123)), "looks well"}};
  return record;
}

rollout::Plan hook_plan() {
  rollout::Plan plan = test::canary_plan();
  rollout::Hook hook{"migrate", rollout::HookCommand{{"/opt/migrate", "up"}}, Millis(90'000), true, 2, {}};
  hook.undo = rollout::HookRequest{"POST", "http://127.0.0.1:9/undo", {{"X-Team", "payments"}}};
  plan.strategy = rollout::Canary{{rollout::SetWeight{10}, hook}};
  return plan;
}

rollout::Record hook_record() {
  rollout::Record record = test::record();
  record.plan = std::make_shared<const rollout::Plan>(hook_plan());
  record.phase = rollout::Phase::hooking;
  const Stamp at{Instant(Millis(1'800'000'000'123)), Millis(5'000), BootId("one")};
  record.hooks = {{1, 3, {rollout::HookState::done, 7, 1, at}, {rollout::HookState::failed, 9, 5, at}, "no"}};
  record.hook_attempts = 3;
  record.intents[0].kind = rollout::IntentKind::hook;
  return record;
}

// A migration, and a measurement that is the third of its metric.
rollout::Record job_record() {
  rollout::Record record = test::record();
  rollout::Plan plan = test::canary_plan();
  rollout::Hook hook{"migrate", rollout::HookJob{"jobs/migrate.yaml"}, Millis(90'000), false, 0, {}};
  hook.undo = rollout::HookJob{"jobs/back.yaml"};
  std::get<rollout::Canary>(plan.strategy).steps.push_back(hook);
  record.plan = std::make_shared<const rollout::Plan>(plan);
  record.analysis->open.at(0).number = 3;
  return record;
}

sync::Desired approved() {
  sync::Desired desired = test::desired();
  desired.targets[0].commands.at(0).verb = rollout::Verb::approve;
  return desired;
}

rollout::Plan histogram_plan() {
  rollout::Plan plan = test::tests_plan();
  auto& metrics = std::get<rollout::Analysis>(std::get<rollout::Canary>(plan.strategy).steps[1]).spec.metrics;
  metrics[2].provider = analysis::ScrapeProvider{"/metrics", "", "", "", "took_seconds{path=\"/\"}"};
  metrics[2].limits.no_data = analysis::NoDataPolicy::fail;
  metrics[2].retention = 12;
  analysis::PrometheusProvider provider;
  provider.histogram = "took_seconds_bucket{set=\"{{set}}\"}";
  analysis::MetricSpec queried = metrics[2];
  queried.name = MetricName("queried");
  queried.provider = provider;
  queried.limits.no_data = analysis::NoDataPolicy::pass;
  metrics.push_back(queried);
  return plan;
}

rollout::Record histogram_record() {
  rollout::Record record = test::tests_record();
  analysis::CounterRow row{SetId("checkout-2"), "scrape:checkout-2.1", 100, 0, 0};
  row.buckets = {{0.1, 60}, {0.5, 90}};
  record.analysis->open[2] = {Instant(Millis(1)), record.analysis->started, {row}};
  return record;
}

rollout::Plan batch_plan() {
  rollout::Plan plan = test::canary_plan();
  plan.strategy = rollout::Canary{{rollout::Batch{{2, false}}, rollout::Batch{{50, true}}}, true, {}};
  return plan;
}

// Of later fields: each in a file of its own, the earlier ones stay as they were.
std::vector<Golden> later_documents() {
  rollout::Record urgent = test::record();
  urgent.abort->urgent = true;
  rollout::Record read_back = test::record();
  read_back.weight.since_at = Instant(Millis(1'800'000'000'123));
  return {
      record_as("record_urgent", urgent),
      record_as("record_read_back", read_back),
      record_as("record_superseded", superseded_record()),
      record_as("record_routed", routed_record()),
      {"plan_routed", encode_plan(routed_plan()), same(routed_plan(), decode_plan)},
      {"plan_careful", encode_plan(careful_plan()), same(careful_plan(), decode_plan)},
      {"plan_approval", encode_plan(approval_plan()), same(approval_plan(), decode_plan)},
      record_as("record_approval", approval_record()),
      {"plan_hook", encode_plan(hook_plan()), same(hook_plan(), decode_plan)},
      record_as("record_hook", hook_record()),
      {"desired_approved", encode_desired(approved()), same(approved(), decode_desired)},
      record_as("record_scaled", scaled_record()),
      {"desired_scaling", encode_desired(scaling()), same(scaling(), decode_desired)},
      {"report_told", encode_report(told()), same(told(), decode_report)},
      {"desired_superseding", encode_desired(superseding()), same(superseding(), decode_desired)},
      {"plan_histograms", encode_plan(histogram_plan()), same(histogram_plan(), decode_plan)},
      record_as("record_histograms", histogram_record()),
      record_as("record_job", job_record()),
      {"plan_batch", encode_plan(batch_plan()), same(batch_plan(), decode_plan)},
  };
}

// How a site gets its next certificate.
std::vector<Golden> renewal_bodies() {
  Body asked = test::bodies().front();
  asked.content = sync::Renewal{"-----BEGIN CERTIFICATE REQUEST-----\nMIH=\n-----END CERTIFICATE REQUEST-----\n"};
  Body given = test::bodies().front();
  given.content = sync::Certificate{"-----BEGIN CERTIFICATE-----\nMIH=\n-----END CERTIFICATE-----\n"};
  return {{"body_renewal", encode_body(asked), same(asked, decode_body)},
          {"body_certificate", encode_body(given), same(given, decode_body)}};
}

std::vector<Golden> documents() {
  std::vector<Golden> all = {
      {"plan_canary", encode_plan(test::canary_plan()), same(test::canary_plan(), decode_plan)},
      {"plan_rolling", encode_plan(test::rolling_plan()), same(test::rolling_plan(), decode_plan)},
      {"plan_tests", encode_plan(test::tests_plan()), same(test::tests_plan(), decode_plan)},
      {"desired", encode_desired(test::desired()), same(test::desired(), decode_desired)},
      {"leaf", encode_leaf(test::leaf()), same(test::leaf(), decode_leaf)},
      // Records hold pointers: they mean the same when they encode to the same bytes.
      record_as("record", test::record()),
      record_as("record_tests", test::tests_record()),
  };
  for (const auto& [name, plan] : test::source_plans())
    all.push_back({name, encode_plan(plan), same(plan, decode_plan)});
  const auto reports = test::reports();
  for (std::size_t i = 0; i < reports.size(); ++i) {
    all.push_back({"report_" + std::to_string(i), encode_report(reports[i]), same(reports[i], decode_report)});
  }
  const auto bodies = test::bodies();
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    all.push_back({"body_" + std::to_string(i), encode_body(bodies[i]), same(bodies[i], decode_body)});
  }
  std::ranges::move(later_documents(), std::back_inserter(all));
  std::ranges::move(renewal_bodies(), std::back_inserter(all));
  return all;
}

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("golden bytes of version 1 mean what they meant") {
  const std::filesystem::path folder = test::source_dir() + "/tests/contract/wire_v1";
  std::size_t found = 0;
  for (const Golden& golden : documents()) {
    const auto path = folder / (golden.name + ".bin");
    INFO(path.string());
    if (std::getenv("UPDATE_GOLDEN") != nullptr && !std::filesystem::exists(path)) {
      std::ofstream(path, std::ios::binary) << golden.bytes;
    }
    REQUIRE(std::filesystem::exists(path));
    REQUIRE(golden.means_the_same(read(path)));
    REQUIRE(read(path) == golden.bytes);
    ++found;
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    found -= entry.path().extension() == ".bin" ? 1 : 0;
  REQUIRE(found == 0);  // no file without a sample
}

}  // namespace depops::wire
