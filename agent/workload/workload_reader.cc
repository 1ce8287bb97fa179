#include "agent/workload/workload_reader.h"

namespace depops::agent {
namespace {

std::uint32_t count_in(const SetFacts& facts, analysis::WorkloadCount count) {
  switch (count) {
    case analysis::WorkloadCount::restarts:
      return facts.restarts;
    case analysis::WorkloadCount::unready:
      return facts.desired > facts.ready ? facts.desired - facts.ready : 0;
    case analysis::WorkloadCount::flaps:
      return facts.flaps;
  }
  return 0;
}

class WorkloadReader : public MetricReader {
 public:
  explicit WorkloadReader(const ports::Clock& clock) : clock_(clock) {}

  Measured read(const MeasureOrder& order) override {
    Measured measured;
    measured.reading = {order.metric, clock_.now().wall, {}};
    const auto* provider = std::get_if<analysis::WorkloadProvider>(&order.provider);
    if (provider == nullptr) return measured.error = "this metric is not one of the runtime", measured;
    for (const SetFacts& facts : order.sets) {
      measured.values.emplace_back(facts.set, count_in(facts, provider->count));
    }
    return measured;
  }

 private:
  const ports::Clock& clock_;
};

}  // namespace

std::unique_ptr<MetricReader> make_workload_reader(const ports::Clock& clock) {
  return std::make_unique<WorkloadReader>(clock);
}

}  // namespace depops::agent
