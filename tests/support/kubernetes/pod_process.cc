#include "tests/support/kubernetes/pod_process.h"

#include <signal.h>

#include <cstdlib>
#include <utility>

#include "shared/http/http_get.h"

namespace depops::test {
namespace {

constexpr Millis kProbe{1'000};
constexpr std::uint64_t kAnswerMost = 1 << 16;

const json::Value& container_of(const json::Value& pod) { return pod["spec"]["containers"].items().at(0); }

std::vector<std::string> words_of(const json::Value& pod, const std::string& program, const std::string& address,
                                  std::uint16_t port) {
  std::vector<std::string> words{"/usr/bin/env", "-i"};
  for (const json::Value& variable : container_of(pod)["env"].items())
    words.push_back(variable["name"].as_string() + "=" + variable["value"].as_string());
  words.push_back("ADDRESS=" + address);
  words.push_back("PORT=" + std::to_string(port));
  words.push_back(program);
  return words;
}

std::uint16_t port_of(const json::Value& pod) {
  return static_cast<std::uint16_t>(container_of(pod)["ports"].items().at(0)["containerPort"].as_uint());
}

std::chrono::seconds pause_of(const json::Value& pod) {
  const auto& words = container_of(pod)["lifecycle"]["preStop"]["exec"]["command"].items();
  if (words.size() != 2 || words[0].as_string() != "sleep") return std::chrono::seconds(0);
  return std::chrono::seconds(std::atoi(words[1].as_string().c_str()));
}

}  // namespace

PodProcess::PodProcess(const json::Value& pod, const std::string& program, std::string address, const std::string& log)
    : address_(std::move(address)),
      port_(port_of(pod)),
      probe_(container_of(pod)["readinessProbe"]["httpGet"]["path"].as_string()),
      before_stop_(pause_of(pod)),
      grace_(pod["spec"]["terminationGracePeriodSeconds"].as_uint()),
      child_(words_of(pod, program, address_, port_), log) {}

bool PodProcess::ready() const {
  const auto answer = http::http_ask({address_, port_, probe_.empty() ? "/" : probe_, "", false}, kProbe, kAnswerMost);
  return answer.ok() && (probe_.empty() || answer->status == 200);
}

bool PodProcess::has_ended(Clock::time_point now) {
  if (asked_ == Clock::time_point{}) asked_ = now;
  if (!told_ && now - asked_ >= before_stop_ && child_.running()) {
    ::kill(child_.pid(), SIGTERM);
    told_ = true;
  }
  if (now - asked_ >= grace_) child_.kill();
  return !child_.running();
}

}  // namespace depops::test
