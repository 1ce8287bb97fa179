#include "tests/contract/kubernetes_rollout/course.h"

#include <array>
#include <catch2/catch.hpp>

#include "tests/contract/kubernetes/fake_server.h"

namespace depops::test {
namespace {

constexpr std::array<const char*, 7> kNames{"forward",
                                            "dynamic stable scale",
                                            "aborted",
                                            "superseded by version 3",
                                            "resized",
                                            "aborted and retried",
                                            "the lease goes to somebody else"};
constexpr unsigned kMore = 6;
constexpr unsigned kFewer = 3;
constexpr Millis kPause{5'000};
constexpr unsigned kRenewals = 1'000;  // fail: more than there are until somebody else has the lease
constexpr int kActsFor = 250;          // turns in which the rival has it

}  // namespace

Course::Course(std::uint64_t seed)
    : kind_(static_cast<Kind>(seed % kKinds)),
      turns_(static_cast<Turns>(seed / kKinds % kTurns)),
      chance_(seed * 40'503U + 7) {
  wait_ = static_cast<int>(10 + chance_() % 250);
  if (kind_ == Kind::forward || kind_ == Kind::dynamic) left_ = 0;
  if (kind_ == Kind::resized || kind_ == Kind::retried) left_ = 2;
}

std::string Course::name() const {
  return kNames.at(static_cast<std::size_t>(kind_)) + std::string(stateful() ? ", in a StatefulSet"
                                                                  : daemon() ? ", in a DaemonSet"
                                                                             : "");
}

// In place one makes room for another.
unsigned Course::least() const { return std::min(replicas_, kRolledReplicas) - (in_place() ? 1 : 0); }

void Course::begin(RolledSite& site) {
  if (in_place()) site.rules([this](ClusterRules& rules) { rules.sized(least(), kRolledReplicas); });
  site.rules([](ClusterRules& rules) { rules.serves(); });
  site.deploy("2", [this](sync::Target& target) {
    if (in_place() && kind_ == Kind::leased) target.plan.bake = kPause;
    if (in_place()) return;
    auto& canary = std::get<rollout::Canary>(target.plan.strategy);
    canary.dynamic_stable_scale = kind_ != Kind::forward && kind_ != Kind::leased;
    // Whoever else has the lease in between has it when the pause is over.
    if (kind_ == Kind::leased) canary.steps = {rollout::SetWeight{25}, rollout::Pause{kPause}, rollout::SetWeight{50}};
  });
}

void Course::go_on(RolledSite& site) {
  if (left_ == 0) return;
  if (kind_ == Kind::leased) return compete(site);
  if (wait_ > 0) --wait_;
  const bool over = site.has_ended();  // nothing is waited for any more
  if (wait_ == 0 || over) act(site);
}

bool Course::has_ended(RolledSite& site) { return left_ == 0 && site.has_ended(); }

void Course::act(RolledSite& site) {
  if (kind_ == Kind::resized) return scale(site);
  if (kind_ == Kind::superseded) {
    left_ = 0;
    label_ = "3";
    site.rules([](ClusterRules& rules) { rules.versions(3); });  // what is left of 2 goes while 3 comes
    return site.deploy("3", [this](sync::Target& target) {
      target.supersede = true;
      if (!in_place()) std::get<rollout::Canary>(target.plan.strategy).dynamic_stable_scale = true;
    });
  }
  if (left_ == 2 || kind_ == Kind::aborted) return abort(site);
  if (!site.has_ended()) return;
  const auto answer = site.ask(rollout::Verb::retry);
  REQUIRE(answer.ok());
  INFO(answer->text);
  REQUIRE(answer->accepted);
  label_ = "2";
  left_ = 0;
}

// Refused when it comes too late.
void Course::abort(RolledSite& site) {
  const auto answer = site.ask(rollout::Verb::abort);
  REQUIRE(answer.ok());
  const bool retries = answer->accepted && kind_ == Kind::retried;
  if (answer->accepted) label_ = "1";
  left_ = retries ? 1 : 0;
}

void Course::scale(RolledSite& site) {
  replicas_ = left_ == 2 || daemon() ? kMore : kFewer;
  site.rules([&](ClusterRules& rules) { rules.sized(least(), kMore); });
  if (daemon()) {  // the cluster grows
    for (unsigned i = kRolledReplicas; i < kMore; ++i) site.add_node();
    left_ = 0;
    return;
  }
  const auto answer = site.ask(rollout::Verb::scale, replicas_);
  REQUIRE(answer.ok());
  INFO(answer->text);
  REQUIRE(answer->accepted);
  wait_ = static_cast<int>(10 + chance_() % 150);
  --left_;
}

// Again if all was forgiven meanwhile: on a busy machine the trouble is over before the lease has run out.
void Course::fail_renewals(RolledSite& site) {
  const std::string path = "/namespaces/" + site.space() + "/leases/";
  if (fake_server().faults(path) > 0) return;
  fake_server().will({Fault::What::answer, "PATCH", 500, "", "", path, kRolledAgent}, kRenewals);
}

// In the pause at the first weight the agent's renewals fail, and somebody else takes the lease when it has run out.
void Course::compete(RolledSite& site) {
  if (!competes_) {
    if (site.weight("2") == 0) return;
    competes_ = true;
    site.rival(true);
    wait_ = kActsFor;
  }
  if (wait_ == kActsFor && !site.rival_acts()) return fail_renewals(site);
  if (wait_ == kActsFor) fake_server().forgive();
  if (--wait_ > 0) return;  // it may have lost it again by then, as agents on a busy machine do
  site.rival(false);
  left_ = 0;
}

}  // namespace depops::test
