#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "agent/ports/artifacts.h"
#include "agent/ports/hooks.h"
#include "agent/ports/metric_source.h"
#include "agent/ports/router.h"
#include "agent/ports/runtime.h"
#include "shared/ports/clock.h"

// A site whose workloads do nothing and are ready at once, so that only the orchestration takes time. Thread: any.
namespace depops::bench {

class ReadyRuntime final : public agent::Runtime {
 public:
  explicit ReadyRuntime(const ports::Clock& clock) : clock_(clock) {}
  void start(std::function<void(agent::RuntimeFacts)> changed) override;
  void apply(agent::RuntimeOrders orders) override;
  void stop() override {}

 private:
  agent::RuntimeFacts facts(std::uint64_t applied) const;
  std::uint32_t count(const SetId& set) const;
  void retire_beyond(const std::map<SetId, std::uint32_t>& wanted);

  const ports::Clock& clock_;
  std::function<void(agent::RuntimeFacts)> changed_;
  std::map<EndpointId, agent::EndpointFacts> endpoints_;
  std::uint64_t made_ = 0;
};

class ReadyRouter final : public agent::Router {
 public:
  explicit ReadyRouter(const ports::Clock& clock) : clock_(clock) {}
  agent::RouterCapabilities capabilities() const override { return {.weights = true}; }
  void start(std::function<void(agent::RouterFacts)> read) override;
  void apply(agent::RouterOrders orders) override;
  void stop() override {}

 private:
  const ports::Clock& clock_;
  std::function<void(agent::RouterFacts)> read_;
};

class ReadyArtifacts final : public agent::Artifacts {
 public:
  void start(std::function<void(agent::ArtifactFacts)> changed) override { changed_ = std::move(changed); }
  void want(std::vector<agent::ArtifactRef> refs) override;
  void stop() override {}

 private:
  std::function<void(agent::ArtifactFacts)> changed_;
};

class NoHooks final : public agent::Hooks {
 public:
  void start(std::function<void(agent::HookFacts)>) override {}
  void apply(agent::HookOrders) override {}
  void stop() override {}
};

class NoMetrics final : public agent::MetricSource {
 public:
  void start(std::function<void(agent::Measured)>) override {}
  void measure(std::vector<agent::MeasureOrder>) override {}
  void stop() override {}
};

}  // namespace depops::bench
