#pragma once

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <vector>

#include "agent/hooks/site_hooks.h"
#include "tests/contract/hooks/hook_cases.h"

namespace depops::test {

// The real hooks with a program of the site, in a folder of its own. Ends what it started.
class SiteWorld : public HookWorld {
 public:
  SiteWorld();
  ~SiteWorld() override;
  agent::HookOrder order(const std::string& service, std::uint64_t number, Ending ending) override;
  void apply(agent::HookOrders orders) override;
  agent::HookFacts wait(const std::function<bool(const agent::HookFacts&)>& condition) override;
  std::size_t begun(const agent::HookOrder& order) override;
  bool is_alive(const agent::HookOrder& order) override;
  void restart_agent() override;

  // One that runs `text` as a program of its own.
  agent::HookOrder script(std::uint64_t number, const std::string& text);
  rollout::HookFact fact_of(const agent::HookOrder& order);  // how it ended
  const std::filesystem::path& folder() const { return folder_; }
  std::vector<std::string> allowed() const { return {folder_.string() + "/"}; }

 private:
  void start_agent();
  std::vector<int> pids_of(const agent::HookOrder& order) const;

  std::filesystem::path folder_;
  std::mutex mutex_;
  std::condition_variable changed_;
  agent::HookFacts facts_;
  std::vector<std::unique_ptr<agent::Hooks>> hooks_;  // the newest last; the others are those of agents that died
};

}  // namespace depops::test
