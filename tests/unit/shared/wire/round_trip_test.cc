#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "shared/signing/signing.h"
#include "shared/wire/documents.h"
#include "tests/unit/shared/wire/samples.h"

namespace depops::wire {
namespace {

template <typename T>
T good(Result<T> result) {
  INFO((result.ok() ? "" : result.error().what));
  REQUIRE(result.ok());
  return std::move(result).value();
}

}  // namespace

TEST_CASE("every sample comes back as it went in, and encodes to the same bytes again") {
  for (const rollout::Plan& plan : {test::canary_plan(), test::rolling_plan(), test::tests_plan()}) {
    REQUIRE(good(decode_plan(encode_plan(plan))) == plan);
    REQUIRE(encode_plan(good(decode_plan(encode_plan(plan)))) == encode_plan(plan));
  }
  for (const auto& [name, plan] : test::source_plans()) {
    INFO(name);
    REQUIRE(good(decode_plan(encode_plan(plan))) == plan);
    REQUIRE(encode_plan(good(decode_plan(encode_plan(plan)))) == encode_plan(plan));
  }
  for (const rollout::Report& report : test::reports()) REQUIRE(good(decode_report(encode_report(report))) == report);
  REQUIRE(good(decode_leaf(encode_leaf(test::leaf()))) == test::leaf());
  REQUIRE(good(decode_desired(encode_desired(test::desired()))) == test::desired());
  for (const Body& body : test::bodies()) REQUIRE(good(decode_body(encode_body(body))) == body);
}

TEST_CASE("companions come back, and a site that does not know of them must not run a part of the version") {
  sync::Desired desired = test::desired();
  REQUIRE_FALSE(desired.targets.empty());
  sync::Target& target = desired.targets[0];
  const std::string alone = encode_plan(target.plan);
  target.plan.target.companions["cron"] = target.plan.target.workload;
  target.plan.target.companions["worker"] = target.plan.target.workload;
  target.plan_bytes = encode_plan(target.plan);
  target.plan_digest = signing::digest_of(target.plan_bytes);
  REQUIRE(target.plan_bytes != alone);
  const std::string bytes = encode_desired(desired);
  REQUIRE(good(decode_desired(bytes)) == desired);
  CHECK(bytes.find("companions") != std::string::npos);
  target.plan.target.companions["worker"].command.clear();
  CHECK_FALSE(decode_plan(encode_plan(target.plan)).ok());
  CHECK(encode_desired(test::desired()).find("companions") == std::string::npos);
}

TEST_CASE("manifests come back, and stand where a process would") {
  rollout::Plan plan = test::canary_plan();
  plan.target.workload = {};
  plan.target.workload.replicas = 4;
  plan.target.workload.drain = Millis(7'000);
  plan.target.manifests = rollout::Manifests{{"k8s/", "settings.yaml"}};
  CHECK(good(decode_plan(encode_plan(plan))) == plan);
  plan.target.companions["worker"].replicas = 2;
  CHECK(good(decode_plan(encode_plan(plan))) == plan);
  plan.target.companions["worker"].command = {"bin/worker"};
  CHECK_FALSE(decode_plan(encode_plan(plan)).ok());
  plan.target.companions.clear();
  plan.target.manifests->files.clear();
  CHECK_FALSE(decode_plan(encode_plan(plan)).ok());
}

TEST_CASE("a canary's counts come back, and those that nobody wrote leave the bytes as they were") {
  rollout::Plan plan = test::canary_plan();
  const std::string before = encode_plan(plan);
  auto& canary = std::get<rollout::Canary>(plan.strategy);
  canary.max_surge = {2, false};
  canary.max_unavailable = {10, true};
  CHECK(encode_plan(plan).size() > before.size());
  CHECK(good(decode_plan(encode_plan(plan))) == plan);
}

TEST_CASE("a record comes back with everything it points to") {
  const rollout::Record record = test::record();
  const rollout::Record back = good(decode_record(encode_record(record)));
  REQUIRE(*back.stable == *record.stable);
  REQUIRE(*back.plan == *record.plan);
  REQUIRE(*back.history[0] == *record.history[0]);
  rollout::Record same = back;
  same.stable = record.stable;
  same.plan = record.plan;
  same.history = record.history;
  REQUIRE(same == record);
  rollout::Record carried = same;  // over a reboot: it began before the present boot
  carried.progress.at.boottime = Millis(-15'000);
  REQUIRE(good(decode_record(encode_record(carried))).progress.at == carried.progress.at);
  rollout::Record fresh;
  fresh.service = ServiceName("checkout");
  REQUIRE(good(decode_record(encode_record(fresh))) == fresh);
  fresh.removals = {"3f9a1c22-bd01-4f6e-8a57-0c9f6f8b7a11", "u-2"};
  REQUIRE(good(decode_record(encode_record(fresh))) == fresh);
}

TEST_CASE("the state of every kind of test comes back, and judges the next window as it would have") {
  const rollout::Record record = test::tests_record();
  const rollout::Record back = good(decode_record(encode_record(record)));
  REQUIRE(back.analysis->state == record.analysis->state);
}

TEST_CASE("random values come back as they went in") {
  REQUIRE(rc::check("plans", [] {
    const auto plan = *test::any_plan();
    const auto back = decode_plan(encode_plan(plan));
    RC_ASSERT(back.ok());
    RC_ASSERT(back.value() == plan);
  }));
  REQUIRE(rc::check("reports", [] {
    const auto report = *test::any_report();
    const auto back = decode_report(encode_report(report));
    RC_ASSERT(back.ok());
    RC_ASSERT(back.value() == report);
  }));
  REQUIRE(rc::check("desired states", [] {
    const auto desired = *test::any_desired();
    const auto back = decode_desired(encode_desired(desired));
    RC_ASSERT(back.ok());
    RC_ASSERT(back.value() == desired);
  }));
  REQUIRE(rc::check("runs", [] {
    Body body = test::bodies()[1];
    body.content = *test::any_run();
    const auto back = decode_body(encode_body(body));
    RC_ASSERT(back.ok());
    RC_ASSERT(back.value() == body);
  }));
}

TEST_CASE("a text for people that is too long is cut between characters, a bad byte becomes a question mark") {
  audit::Leaf leaf = test::leaf();
  leaf.reason = std::string(4'095, 'x') + "ü";
  REQUIRE(good(decode_leaf(encode_leaf(leaf))).reason == std::string(4'095, 'x'));
  leaf.reason =
      "a\xff"
      "b\xc3";
  REQUIRE(good(decode_leaf(encode_leaf(leaf))).reason == "a?b?");
}

}  // namespace depops::wire
