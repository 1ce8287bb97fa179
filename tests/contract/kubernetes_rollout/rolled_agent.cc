#include "tests/contract/kubernetes_rollout/rolled_agent.h"

#include <catch2/catch.hpp>

#include "tests/contract/kubernetes/fake_server.h"

namespace depops::test {
namespace {

kube::ObjectRouterSettings bindings_in(const kube::Namespace& space, const std::string& rule) {
  kube::ObjectRouterSettings settings;
  settings.space = space;
  settings.bindings[kRolledService] = {kube::ObjectName("shop"), rule, kube::ObjectName("checkout"), 80, "8080"};
  return settings;
}

kube::LeaseOrder lease_order(const kube::Namespace& space, const std::string& name) {
  return {{space, kube::ObjectName("depops-agent")},
          kube::Holder(name),
          {.lasts = Millis(4'000), .renew = Millis(500), .retry = Millis(200), .margin = Millis(2'000)},
          Millis(1'000)};
}

}  // namespace

RolledSite::Contender::Contender(const kube::Namespace& space, const std::string& name)
    : access_(admin()),
      connection_(access_, clock_),
      guard_(
          connection_, clock_, lease_order(space, name), [] { return 0.5; },
          [this](kube::Holding now, const std::string&) { holding_ = now; }) {}

RolledSite::Process::Process(RolledSite& site, agent::KubernetesSettings settings)
    : contender(site.world_.leased ? std::make_unique<Contender>(site.space_, kRolledAgent) : nullptr),
      access(admin()),
      connection(access, clock),
      runtime(agent::make_kubernetes_runtime(std::move(settings), clock)),
      router(http_route().make(bindings_in(site.space_, http_route().rule), connection, clock)),
      journal(site.disk_, [](const agent::OutboxRow&) { return std::string("entry"); }) {
  agent::Settings made;
  made.site = kRolledSite;
  made.router = router->capabilities();
  driver = std::make_unique<agent::Driver>(made, agent::Parts{clock, journal, *runtime, *router, artifacts, metrics,
                                                              hooks, hub, [](const std::string&) {}, [] {}});
}

RolledSite::Process::~Process() {
  if (begun) driver->stop();
  router->stop();
  runtime->stop();
}

void RolledSite::start_agent() {
  agent::KubernetesSettings settings;
  settings.site = kRolledSite;
  settings.artifacts_dir = dir_;
  settings.access = admin();
  settings.policy.space = space_;
  settings.history = kRolledHistory;
  process_ = std::make_unique<Process>(*this, std::move(settings));
  tend_agent();
}

// As its program does: nothing begins before the lease is there, and all ends when it is lost.
void RolledSite::tend_agent() {
  if (process_->holding() == kube::Holding::lost) return restart_agent();
  if (process_->begun || process_->holding() == kube::Holding::waiting) return;
  const auto again = [this](const std::string& bytes) {
    process_->driver->post(agent::DesiredArrived{bytes, desired_, "", ""});
  };
  REQUIRE(process_->driver->start(again).ok());
  process_->begun = true;
}

void RolledSite::restart_agent() {
  process_.reset();
  fake_server().change([this](FakeObjects&) { asked_rules_.restarted(); });
  start_agent();
}

void RolledSite::rival(bool there) { rival_ = there ? std::make_unique<Contender>(space_, "rival/1") : nullptr; }

bool RolledSite::rival_acts() const { return rival_ && rival_->holding() == kube::Holding::ours; }

}  // namespace depops::test
