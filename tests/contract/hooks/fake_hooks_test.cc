#include <catch2/catch.hpp>
#include <map>

#include "tests/contract/hooks/hook_cases.h"
#include "tests/simulation/fake_hooks.h"

namespace depops::test {
namespace {

using agent::HookFacts;
using agent::HookOrder;

constexpr Millis kNever = std::chrono::hours(24 * 365);

// The simulation's fake under a clock of its own.
class FakeWorld : public HookWorld {
 public:
  FakeWorld() {
    fake_.follow([this](const HookOrder& order) {
      ++begun_[order.service.str() + order.key];
      const auto ending = static_cast<Ending>(order.timeout.count());
      return std::pair(ending == Ending::never ? kNever : Millis(1'000),
                       ending == Ending::badly ? rollout::HookOutcome::failed : rollout::HookOutcome::done);
    });
  }
  HookOrder order(const std::string& service, std::uint64_t number, Ending ending) override {
    return {ServiceName(service),
            number,
            "r-1/0/" + std::to_string(number),
            rollout::HookCommand{{"/x"}},
            Millis(static_cast<int>(ending)),
            {}};
  }
  void apply(agent::HookOrders orders) override { fake_.apply(orders, nullptr, false, now_); }
  HookFacts wait(const std::function<bool(const HookFacts&)>& condition) override {
    for (int i = 0; i < 1'000; ++i) {
      now_.boottime += Millis(100);
      fake_.advance(now_);
      if (HookFacts facts = fake_.facts(); condition(facts)) return facts;
    }
    FAIL("it did not come to that");
    return {};
  }
  std::size_t begun(const HookOrder& order) override { return begun_[order.service.str() + order.key]; }
  bool is_alive(const HookOrder& order) override {
    for (const auto& run : fake_.facts().runs) {
      if (run.service == order.service && run.fact.order == order.order)
        return run.fact.outcome == rollout::HookOutcome::running;
    }
    return false;
  }
  void restart_agent() override { fake_.adapter_restarted(); }

 private:
  simulation::Rng rng_{1};
  simulation::FakeHooks fake_{rng_, nullptr};
  Moment now_;
  std::map<std::string, std::size_t> begun_;
};

}  // namespace

TEST_CASE("hooks of the simulation keep the port's contract") {
  hook_cases([] { return std::make_unique<FakeWorld>(); });
}

}  // namespace depops::test
