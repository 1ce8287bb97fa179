#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "depops/v1/desired.pb.h"
#include "depops/v1/frame.pb.h"
#include "depops/v1/plan.pb.h"
#include "depops/v1/report.pb.h"
#include "shared/signing/signing.h"
#include "shared/wire/documents.h"
#include "shared/wire/limits.h"
#include "tests/unit/shared/wire/samples.h"

namespace depops::wire {
namespace {

// Decodes the sample as a message, lets `change` alter it, and gives the error that decoding then ends with.
template <typename Message, typename Decode, typename Change>
Error refusal(const std::string& bytes, Decode decode, Change change) {
  Message message;
  REQUIRE(message.ParseFromString(bytes));
  change(message);
  const auto result = decode(message.SerializeAsString());
  REQUIRE_FALSE(result.ok());
  return result.error();
}

template <typename Change>
Error plan_refusal(Change change) {
  return refusal<v1::Plan>(encode_plan(test::canary_plan()), decode_plan, change);
}

template <typename Change>
Error body_refusal(std::size_t sample, Change change) {
  return refusal<v1::Body>(encode_body(test::bodies()[sample]), decode_body, change);
}

template <typename Change>
Error desired_refusal(Change change) {
  return refusal<v1::Desired>(encode_desired(test::desired()), decode_desired, change);
}

bool names(const Error& error, const std::string& word) { return error.what.find(word) != std::string::npos; }

}  // namespace

TEST_CASE("bytes that are no message are corrupt") {
  REQUIRE(decode_plan("\x0a\xff").error().code == Errc::corrupt);
  REQUIRE(decode_desired("nonsense").error().code == Errc::corrupt);
  REQUIRE(decode_body(encode_body(test::bodies()[0]).substr(1)).error().code == Errc::corrupt);
  REQUIRE_FALSE(decode_report("").ok());
  REQUIRE_FALSE(decode_leaf("").ok());
}

TEST_CASE("a test that breaks a rule is refused with the field") {
  const auto tests_refusal = [](std::size_t metric, auto change) {
    return refusal<v1::Plan>(encode_plan(test::tests_plan()), decode_plan, [&](v1::Plan& plan) {
      change(*plan.mutable_canary()->mutable_steps(1)->mutable_analysis()->mutable_metrics(static_cast<int>(metric)));
    });
  };
  using v1::Metric;
  const auto error_of = [&](std::size_t metric, void (*change)(Metric&)) { return tests_refusal(metric, change); };
  REQUIRE(names(error_of(0, [](Metric& m) { m.mutable_errors()->mutable_proof()->set_margin(1.2); }), "proof.margin"));
  REQUIRE(names(error_of(0, [](Metric& m) { m.mutable_errors()->mutable_restarts()->set_copies(13); }), "restarts"));
  REQUIRE(names(error_of(1, [](Metric& m) { m.mutable_errors()->set_dispersion(0.5); }), "dispersion"));
  REQUIRE(names(error_of(2, [](Metric& m) { m.mutable_latency()->set_alpha(0); }), "latency.alpha"));
  REQUIRE(names(error_of(3, [](Metric& m) { m.mutable_gauge()->set_tolerated_ratio(0.5); }), "gauge.tolerated_ratio"));
  REQUIRE(names(error_of(4, [](Metric& m) { m.mutable_mann_whitney()->set_samples(4); }), "mann_whitney.samples"));
  REQUIRE(names(error_of(5, [](Metric& m) { m.mutable_burn()->set_objective(1); }), "burn.objective"));
  REQUIRE(error_of(5, [](Metric& m) { m.clear_burn(); }).code == Errc::unsupported);
}

TEST_CASE("a source that breaks a rule is refused with the field") {
  using v1::Metric;
  const auto error_of = [](const std::string& name, void (*change)(Metric&)) {
    for (const auto& [plan_name, plan] : test::source_plans()) {
      if (plan_name != "plan_" + name) continue;
      return refusal<v1::Plan>(encode_plan(plan), decode_plan, [&](v1::Plan& message) {
        change(*message.mutable_canary()->mutable_steps(1)->mutable_analysis()->mutable_metrics(0));
      });
    }
    return Error{Errc::not_found, name};
  };
  REQUIRE(names(error_of("prometheus", [](Metric& m) { m.mutable_prometheus()->set_stale_after_ms(0); }),
                "prometheus.stale_after"));
  REQUIRE(names(error_of("prometheus", [](Metric& m) { m.mutable_prometheus()->set_query(std::string(40'000, 'x')); }),
                "prometheus.query"));
  REQUIRE(names(error_of("http", [](Metric& m) { m.mutable_http()->set_url(std::string(5'000, 'x')); }), "http.url"));
  REQUIRE(names(error_of("command", [](Metric& m) { m.mutable_command()->set_program("check"); }), "command.program"));
  REQUIRE(names(error_of("command", [](Metric& m) { m.mutable_command()->set_timeout_ms(-1); }), "command.timeout"));
  REQUIRE(error_of("workload", [](Metric& m) {
            m.mutable_workload()->set_count(v1::WorkloadProvider::COUNT_UNSPECIFIED);
          }).code == Errc::unsupported);
  REQUIRE(names(error_of("logs", [](Metric& m) { m.mutable_logs()->clear_any_of(); }), "logs.any_of"));
  REQUIRE(error_of("logs", [](Metric& m) { m.clear_logs(); }).code == Errc::unsupported);
}

TEST_CASE("a plan that breaks a rule is refused with the field") {
  REQUIRE(names(plan_refusal([](v1::Plan& p) { p.set_service("No Name"); }), "service"));
  REQUIRE(names(plan_refusal([](v1::Plan& p) { p.mutable_target()->set_artifact("sha256:12"); }), "artifact"));
  REQUIRE(names(plan_refusal([](v1::Plan& p) { p.mutable_target()->set_service("other"); }), "target.service"));
  REQUIRE(names(plan_refusal([](v1::Plan& p) { p.set_step_timeout_ms(-1); }), "step_timeout"));
  REQUIRE(names(plan_refusal([](v1::Plan& p) { p.mutable_canary()->mutable_steps(0)->set_set_weight(101); }),
                "set_weight"));
  REQUIRE(names(plan_refusal([](v1::Plan& p) { *p.mutable_target()->add_settings() = p.target().settings(0); }),
                "settings"));
  REQUIRE(names(
      plan_refusal([](v1::Plan& p) { p.mutable_target()->mutable_process()->set_command(0, std::string("a\0b", 3)); }),
      "command"));
  REQUIRE(names(
      plan_refusal([](v1::Plan& p) {
        p.mutable_canary()->mutable_steps(1)->mutable_analysis()->mutable_metrics(0)->mutable_errors()->set_alpha(0);
      }),
      "alpha"));
}

TEST_CASE("what only a newer peer knows is unsupported, never a default") {
  REQUIRE(plan_refusal([](v1::Plan& p) { p.set_kind(static_cast<v1::ReleaseKind>(9)); }).code == Errc::unsupported);
  REQUIRE(plan_refusal([](v1::Plan& p) { p.clear_canary(); }).code == Errc::unsupported);
  REQUIRE(plan_refusal([](v1::Plan& p) { p.mutable_canary()->mutable_steps(0)->Clear(); }).code == Errc::unsupported);
  REQUIRE(plan_refusal([](v1::Plan& p) { p.mutable_target()->clear_process(); }).code == Errc::unsupported);
  REQUIRE(body_refusal(0, [](v1::Body& b) { b.set_type("future"); }).code == Errc::unsupported);
  REQUIRE(body_refusal(0, [](v1::Body& b) { b.set_proto(2 << 16); }).code == Errc::unsupported);
  REQUIRE(body_refusal(0, [](v1::Body& b) { b.set_codec(static_cast<v1::Codec>(1)); }).code == Errc::unsupported);
  REQUIRE(body_refusal(2, [](v1::Body& b) { b.set_stream(static_cast<v1::Stream>(7)); }).code == Errc::unsupported);
  REQUIRE(refusal<v1::Report>(encode_report(test::reports()[0]), decode_report, [](v1::Report& r) {
            r.mutable_rollout_changed()->set_state(static_cast<v1::State>(99));
          }).code == Errc::unsupported);
  REQUIRE(refusal<v1::Report>(encode_report(test::reports()[0]), decode_report, [](v1::Report& r) {
            r.clear_rollout_changed();
          }).code == Errc::unsupported);
}

TEST_CASE("an unknown critical feature is refused and named") {
  const Error body = body_refusal(0, [](v1::Body& b) { b.add_critical("sealed-payload"); });
  REQUIRE(body.code == Errc::unsupported);
  REQUIRE(names(body, "sealed-payload"));
  const Error desired = desired_refusal([](v1::Desired& d) { d.add_critical("teleport"); });
  REQUIRE(desired.code == Errc::unsupported);
  REQUIRE(names(desired, "teleport"));
}

TEST_CASE("a frame body that breaks a rule is refused") {
  REQUIRE(names(body_refusal(0, [](v1::Body& b) { b.set_incarnation("short"); }), "incarnation"));
  REQUIRE(names(body_refusal(0, [](v1::Body& b) { b.set_raw_size(std::uint64_t{1} << 40); }), "raw_size"));
  REQUIRE(names(body_refusal(0, [](v1::Body& b) { b.set_site_epoch(~std::uint64_t{0}); }), "site_epoch"));
  REQUIRE(names(body_refusal(0, [](v1::Body& b) { b.clear_src(); }), "src"));
  REQUIRE(names(body_refusal(1, [](v1::Body& b) { b.set_seq(0); }), "seq"));
  REQUIRE(names(body_refusal(1, [](v1::Body& b) { b.clear_entries(); }), "entries"));
  REQUIRE(names(body_refusal(1, [](v1::Body& b) { b.add_entries(std::string(kRunBytesMax, 'x')); }), "entries"));
  const Error long_leaf = body_refusal(1, [](v1::Body& b) {
    b.set_stream(v1::STREAM_AUDIT);
    b.add_entries(std::string(kLeafMax + 1, 'x'));
  });
  REQUIRE(names(long_leaf, "for audit"));
  REQUIRE(names(body_refusal(3, [](v1::Body& b) { *b.add_ack() = b.ack(0); }), "ack"));
}

TEST_CASE("a desired state whose plan is not the one it names is refused") {
  REQUIRE(names(desired_refusal([](v1::Desired& d) { d.mutable_targets(0)->mutable_plan()->push_back('\0'); }),
                "plan_digest"));
  REQUIRE(names(desired_refusal([](v1::Desired& d) { *d.add_targets() = d.targets(0); }), "twice"));
  REQUIRE(names(desired_refusal([](v1::Desired& d) { d.mutable_targets(0)->set_service("other"); }), "service"));
  REQUIRE(names(desired_refusal([](v1::Desired& d) {
                  d.mutable_targets(0)->mutable_commands(0)->set_reason(std::string(1'001, 'x'));
                }),
                "reason"));
}

TEST_CASE("nesting, sizes and counts are bounded") {
  std::string nested;
  for (int i = 0; i < 2'000; ++i)
    nested =
        "\x4a" + std::string(1, static_cast<char>(std::min<std::size_t>(nested.size(), 127))) + nested.substr(0, 127);
  REQUIRE_FALSE(decode_record(nested).ok());
  REQUIRE(decode_plan(std::string(kPlanMax + 1, '\0')).error().code == Errc::invalid);
  REQUIRE(decode_desired(std::string(kDesiredMax + 1, '\0')).error().code == Errc::invalid);
  REQUIRE(names(plan_refusal([](v1::Plan& p) {
                  for (int i = 0; i < 101; ++i) *p.add_waves() = p.waves(0);
                }),
                "waves"));
}

TEST_CASE("altered bytes never crash and never pass unseen as something that breaks a rule") {
  const std::string plan = encode_plan(test::canary_plan());
  const std::string desired = encode_desired(test::desired());
  const std::string report = encode_report(test::reports()[0]);
  const std::string record = encode_record(test::record());
  const std::string body = encode_body(test::bodies()[1]);
  REQUIRE(rc::check("mutations", [&] {
    std::string bytes = *rc::gen::element(plan, desired, report, record, body);
    for (int i = *rc::gen::inRange(1, 6); i > 0 && !bytes.empty(); --i) {
      const auto place = *rc::gen::inRange<std::size_t>(0, bytes.size());
      switch (*rc::gen::inRange(0, 3)) {
        case 0:
          bytes[place] = *rc::gen::arbitrary<char>();
          break;
        case 1:
          bytes.erase(place, *rc::gen::inRange<std::size_t>(1, 9));
          break;
        default:
          bytes.insert(place, *rc::gen::arbitrary<std::string>());
          break;
      }
    }
    const auto decoded = decode_plan(bytes);
    if (decoded.ok()) RC_ASSERT(decode_plan(encode_plan(decoded.value())).ok());
    const auto changed = decode_report(bytes);
    if (changed.ok()) RC_ASSERT(decode_report(encode_report(changed.value())).ok());
    const auto kept = decode_record(bytes);
    if (kept.ok()) RC_ASSERT(decode_record(encode_record(kept.value())).ok());
    const auto said = decode_body(bytes);
    if (said.ok()) RC_ASSERT(decode_body(encode_body(said.value())).ok());
    const auto wanted = decode_desired(bytes);
    if (wanted.ok()) RC_ASSERT(decode_desired(encode_desired(wanted.value())).ok());
  }));
}

}  // namespace depops::wire
