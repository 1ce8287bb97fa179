#include "tests/contract/hooks/site_world.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

namespace depops::test {

using agent::HookFacts;
using agent::HookOrder;

namespace {

constexpr std::chrono::seconds kDeadline{20};
constexpr Millis kLook{20};

const char* const kProgram =
    "echo \"$IDEMPOTENCY_KEY $$\" >> \"$2\"\n"
    "case $1 in\n"
    "  well) exit 0;;\n"
    "  badly) echo 'no room for the index'; exit 3;;\n"
    "  *) exec sleep 1000;;\n"
    "esac";

void write_program(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path) << "#!/bin/sh\n" << text << "\n";
  ::chmod(path.c_str(), 0700);
}

}  // namespace

SiteWorld::SiteWorld() {
  std::string name = (std::filesystem::temp_directory_path() / "depops-hooks-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  folder_ = name;
  write_program(folder_ / "hook", kProgram);
  std::filesystem::create_directory(folder_ / "state");
  start_agent();
}

SiteWorld::~SiteWorld() {
  for (const auto& hooks : hooks_) hooks->stop();
  std::filesystem::remove_all(folder_);
}

void SiteWorld::start_agent() {
  hooks_.push_back(agent::make_site_hooks({(folder_ / "state").string(), allowed()}));
  const std::size_t mine = hooks_.size();
  hooks_.back()->start([this, mine](HookFacts facts) {
    const std::lock_guard lock(mutex_);
    if (mine != hooks_.size()) return;
    facts_ = std::move(facts);
    changed_.notify_all();
  });
}

// The old one is left as it is: a dead agent tells nothing and ends nothing.
void SiteWorld::restart_agent() {
  {
    const std::lock_guard lock(mutex_);
    facts_ = {};
  }
  start_agent();
}

HookOrder SiteWorld::order(const std::string& service, std::uint64_t number, Ending ending) {
  const char* word = ending == Ending::well ? "well" : ending == Ending::badly ? "badly" : "never";
  const std::string began = (folder_ / (service + "-" + std::to_string(number))).string();
  return {ServiceName(service),
          number,
          "r-1/0/" + std::to_string(number),
          rollout::HookCommand{{(folder_ / "hook").string(), word, began}},
          std::chrono::minutes(5),
          {{"service", service}, {"version", "1.2"}, {"step", "1"}}};
}

HookOrder SiteWorld::script(std::uint64_t number, const std::string& text) {
  HookOrder made = order("checkout", number, Ending::well);
  const auto path = folder_ / ("script-" + std::to_string(number));
  write_program(path, text);
  made.call = rollout::HookCommand{{path.string()}};
  return made;
}

void SiteWorld::apply(agent::HookOrders orders) { hooks_.back()->apply(std::move(orders)); }

HookFacts SiteWorld::wait(const std::function<bool(const HookFacts&)>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kDeadline;
  std::unique_lock lock(mutex_);
  while (std::chrono::steady_clock::now() < deadline) {
    const HookFacts facts = facts_;
    lock.unlock();
    const bool holds = condition(facts);
    lock.lock();
    if (holds) return facts;
    changed_.wait_for(lock, kLook);
  }
  lock.unlock();
  FAIL("it did not come to that within 20 s");
  return {};
}

rollout::HookFact SiteWorld::fact_of(const HookOrder& order) {
  apply({{order}});
  const HookFacts facts = wait([](const HookFacts& seen) {
    return seen.runs.size() == 1 && seen.runs[0].fact.outcome != rollout::HookOutcome::running;
  });
  apply({});
  return facts.runs[0].fact;
}

std::vector<int> SiteWorld::pids_of(const HookOrder& order) const {
  std::ifstream file(std::get<rollout::HookCommand>(order.call).words.back());
  std::vector<int> pids;
  std::string key;
  for (int pid = 0; file >> key >> pid;) {
    CHECK(key == order.key);
    pids.push_back(pid);
  }
  return pids;
}

std::size_t SiteWorld::begun(const HookOrder& order) { return pids_of(order).size(); }

bool SiteWorld::is_alive(const HookOrder& order) {
  for (const int pid : pids_of(order)) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    const std::size_t bracket = text.rfind(") ");
    if (bracket != std::string::npos && text[bracket + 2] != 'Z') return true;
  }
  return false;
}

}  // namespace depops::test
