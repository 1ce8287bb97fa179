#include "tests/contract/kubernetes_rollout/asked_rules.h"

#include <algorithm>

#include "shared/json/parse.h"
#include "tests/contract/kubernetes_rollout/cluster_life.h"

namespace depops::test {
namespace {

// Of an agent: nobody else in these tests deletes by a request.
bool is_write_of_agent(const FakeAsked& asked) {
  if (asked.method == "GET" || asked.target.plural == "leases" || asked.target.plural == "events") return false;
  if (asked.target.asked("dryRun") == "All") return false;
  return asked.method == "DELETE" || asked.target.asked("fieldManager") == "depops-agent";
}

json::Value body_of(const FakeAsked& asked) {
  auto body = json::parse(asked.body);
  return body.ok() ? std::move(*body) : json::Value();
}

std::string name_of(const FakeAsked& asked) {
  return asked.target.name.empty() ? body_of(asked)["metadata"]["name"].as_string() : asked.target.name;
}

// What is the same whenever it comes needs no look: ends of a life, what is applied, what a Deployment brings along.
bool is_looked_for(const FakeAsked& asked) {
  const bool brought = asked.target.plural == "configmaps" || asked.target.plural == "secrets";
  return asked.method != "DELETE" && asked.type != "application/apply-patch+yaml" && !brought;
}

bool is_within(const std::string& path, const std::string& tested) {
  return path == tested || path.starts_with(tested + "/");
}

}  // namespace

void AskedRules::expect(bool holds, const std::string& what) {
  if (!holds && broken_.empty()) broken_ = what;
}

void AskedRules::hear(const FakeAsked& asked, int status, bool answered, const FakeObjects& objects) {
  if (asked.late || asked.target.space != space_) return;
  if (asked.method == "GET" && asked.target.name.empty() && answered) look_at_list(asked);
  if (!is_write_of_agent(asked)) return;
  const std::string what = asked.method + " " + asked.target.plural + "/" + name_of(asked) + " " + asked.body;
  const std::string object = asked.target.plural + "/" + space_ + "/" + name_of(asked);
  look_at_terms(asked, what);
  if (is_looked_for(asked)) expect(!doubtful_.contains(object), "nobody looked what became of the one before " + what);
  if (!answered) {
    doubtful_.insert(object);
    written_[object].clear();
    return;
  }
  if (status == 409 || status == 422) return look_at_refusal(asked, status, objects, what);
  if (status == 404) return;
  const FakeKind kind{asked.target.group, asked.target.version, asked.target.plural, ""};
  const std::string key = space_ + "/" + name_of(asked);
  written_[object] = objects.get(kind, key).body["metadata"]["resourceVersion"].as_string();
  if (holder_.empty()) return;
  const std::string& holds =
      objects.get(kLeasesOfFake, space_ + "/depops-agent").body["spec"]["holderIdentity"].as_string();
  expect(holds == holder_, "the lease is of '" + holds + "' at " + what);
}

void AskedRules::look_at_list(const FakeAsked& list) {
  std::erase_if(doubtful_, [&](const std::string& object) { return object.starts_with(list.target.plural + "/"); });
}

void AskedRules::look_at_terms(const FakeAsked& asked, const std::string& what) {
  const json::Value body = body_of(asked);
  if (asked.method == "DELETE") return expect(!body["preconditions"]["uid"].is_null(), "no life is named by " + what);
  if (asked.type != "application/json-patch+json") return;
  std::vector<std::string> tested;
  for (const json::Value& one : body.items()) {
    if (one["op"].as_string() == "test") tested.push_back(one["path"].as_string());
  }
  if (std::ranges::count(tested, "/metadata/resourceVersion") > 0) return;
  expect(std::ranges::count(tested, "/metadata/uid") > 0, "neither version nor life is tested by " + what);
  for (const json::Value& one : body.items()) {
    const std::string& path = one["path"].as_string();
    const bool fenced = one["op"].as_string() == "test" || path.starts_with("/metadata/annotations/") ||
                        std::ranges::any_of(tested, [&](const auto& test) { return is_within(path, test); });
    expect(fenced, path + " is not tested before it is written by " + what);
  }
}

// What a Deployment brings along is made without looking, and taken up if it is there.
void AskedRules::look_at_refusal(const FakeAsked& asked, int status, const FakeObjects& objects,
                                 const std::string& what) {
  if (asked.target.plural == "configmaps" || asked.target.plural == "secrets") return;
  const std::string key = space_ + "/" + name_of(asked);
  const FakeKind kind{asked.target.group, asked.target.version, asked.target.plural, ""};
  const std::string& known = written_[asked.target.plural + "/" + key];
  const std::string now = objects.get(kind, key).body["metadata"]["resourceVersion"].as_string();
  expect(known.empty() || known != now,
         "refused (" + std::to_string(status) + ") for what it had written itself: " + what);
}

}  // namespace depops::test
