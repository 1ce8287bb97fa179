#include "agent/kubernetes/jobs/job_state.h"

#include <algorithm>
#include <map>

#include "agent/kubernetes/api/labels.h"

namespace depops::agent::kubernetes {
namespace {

const std::string& created_at(const json::Value& object) { return object["metadata"]["creationTimestamp"].as_string(); }

bool has_failed(const json::Value& pod) { return pod["status"]["phase"].as_string() == "Failed"; }

}  // namespace

Resource jobs() { return {ApiGroup("batch"), ApiVersion("v1"), Plural("jobs"), "Job", true}; }

JobPhase phase_of(const json::Value& job) {
  for (const json::Value& condition : job["status"]["conditions"].items()) {
    if (condition["status"].as_string() != "True") continue;
    const std::string& type = condition["type"].as_string();
    if (type == "Complete") return JobPhase::complete;
    if (type != "Failed") continue;
    return condition["reason"].as_string() == "DeadlineExceeded" ? JobPhase::out_of_time : JobPhase::failed;
  }
  return JobPhase::running;
}

const json::Value* telling_pod(const std::vector<Object>& pods) {
  const json::Value* best = nullptr;
  const auto rank = [](const json::Value& pod) {
    return std::pair(has_failed(pod) ? 2 : words_of(pod).trouble.empty() ? 0 : 1, created_at(pod));
  };
  for (const Object& pod : pods) {
    if (best == nullptr || rank(pod.body) > rank(*best)) best = &pod.body;
  }
  return best;
}

PodTold told_by(const json::Value& pod) {
  for (const char* list : {"initContainerStatuses", "containerStatuses"}) {
    for (const json::Value& status : pod["status"][list].items()) {
      const json::Value& ended = status["state"]["terminated"];
      if (ended.is_null() || ended["exitCode"].as_int() == 0) continue;
      return {words_of_end(pod, status), Voice{status["name"].as_string(), false}};
    }
  }
  const PodWords words = words_of(pod);
  return {words.trouble.empty() ? words.ending : words.trouble, words.voice};
}

std::vector<Object> superfluous(const std::vector<Object>& all, const std::set<ObjectName>& wanted, std::size_t kept) {
  std::vector<Object> gone;
  std::map<std::string, std::vector<Object>> ended;  // by service
  for (const Object& job : all) {
    if (wanted.contains(job.meta.key.name) || job.meta.deleting) continue;
    if (phase_of(job.body) == JobPhase::running) {
      gone.push_back(job);
    } else {
      ended[job.body["metadata"]["labels"][kServiceLabel].as_string()].push_back(job);
    }
  }
  for (auto& [service, ones] : ended) {
    std::ranges::sort(ones, [](const Object& left, const Object& right) {
      return std::pair(created_at(left.body), left.meta.key) > std::pair(created_at(right.body), right.meta.key);
    });
    if (ones.size() > kept) gone.insert(gone.end(), ones.begin() + static_cast<std::ptrdiff_t>(kept), ones.end());
  }
  return gone;
}

}  // namespace depops::agent::kubernetes
