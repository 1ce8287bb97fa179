#include "tests/contract/kubernetes_rollout/trouble.h"

#include <vector>

#include "tests/contract/kubernetes/fake_server.h"
#include "tests/support/kubernetes/fake_controllers.h"
#include "tests/support/kubernetes/fake_daemon.h"
#include "tests/support/kubernetes/fake_stateful.h"

namespace depops::test {
namespace {

using What = Fault::What;

constexpr std::size_t kFaultsMost = 4;  // that wait for their request: else an agent meets nothing but pauses
constexpr int kNameTaken = 60;          // turns

json::Value config_map_of_somebody(const std::string& name) {
  return parsed(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name +
                R"("},"data":{"is":"theirs"}})");
}

}  // namespace

Trouble::Trouble(RolledSite& site, std::uint64_t seed) : site_(site), chance_(seed * 2'654'435'761U + 1) {
  if (draw(3) == 0) take_name();
}

void Trouble::one() {
  if (held_ > 0 && --held_ == 0) fake_server().hold_watches(false);
  if (taken_ > 0 && --taken_ == 0) end();
  const std::uint64_t kind = draw(200);
  if (kind < 16) return answer();
  if (kind < 40) return lose();
  if (kind < 44) return fake_server().cut_watches();
  if (kind < 50) return hold();
  if (kind == 50) return fake_server().forget_history();
  if (kind == 51) return site_.restart_agent();
  if (kind < 58) return write_beside();
  if (kind < 66) return delete_set();
  if (kind < 68) (void)late_ones_come();
}

void Trouble::end() {
  fake_server().hold_watches(false);
  fake_server().forgive();
  if (name_.empty()) return;
  fake_server().change([this](FakeObjects& objects) {
    (void)objects.remove(kConfigMapsOfFake, name_, json::Value::object());
    name_.clear();
  });
}

bool Trouble::late_ones_come() { return fake_server().let_late_come(); }

std::string Trouble::writes() { return std::vector<std::string>{"POST", "PATCH", "PATCH", "DELETE"}[draw(4)]; }

std::string Trouble::anything() { return std::vector<std::string>{writes(), writes(), "GET", "WATCH"}[draw(4)]; }

void Trouble::answer() {
  if (fake_server().faults(path()) >= kFaultsMost) return;
  const int status = std::vector<int>{409, 422, 429, 500, 502, 503, 504}[draw(7)];
  const std::string after = status == 429 ? "1" : "";
  const std::string body = status == 422 ? R"({"kind":"Status","status":"Failure","reason":"Invalid"})" : "";
  fake_server().will({What::answer, anything(), status, after, body, path()});
}

void Trouble::lose() {
  if (fake_server().faults(path()) >= kFaultsMost) return;
  const What what = std::vector<What>{What::break_off, What::break_off_after_effect, What::break_off_and_late}[draw(3)];
  fake_server().will({what, writes(), 0, "", "", path()});
}

void Trouble::hold() {
  fake_server().hold_watches(true);
  held_ = static_cast<int>(5 + draw(30));
}

// A note on a workload of ours.
void Trouble::write_beside() {
  fake_server().change([this](FakeObjects& objects) {
    std::vector<std::pair<FakeKind, std::string>> found;
    for (const FakeKind& kind : {kDeploymentsOfFake, kFakeStatefulSets, kFakeDaemonSets}) {
      objects.each(kind, [&](const json::Value& one) {
        const json::Value& meta = one["metadata"];
        if (meta["namespace"].as_string() == site_.space())
          found.emplace_back(kind, site_.space() + "/" + meta["name"].as_string());
      });
    }
    if (found.empty()) return;
    const json::Value note = parsed(R"({"metadata":{"annotations":{"note":")" + std::to_string(draw(100)) + "\"}}}");
    const auto& [kind, key] = found[draw(found.size())];
    (void)objects.merge_patch(kind, key, note, "somebody");
  });
}

// Somebody has a ConfigMap with the name of the one that version 2 brings along.
void Trouble::take_name() {
  const std::string name = site_.attachment_of("2");
  fake_server().change([&](FakeObjects& objects) {
    (void)objects.create(kConfigMapsOfFake, site_.space(), config_map_of_somebody(name), "somebody");
  });
  name_ = site_.space() + "/" + name;
  taken_ = kNameTaken;
}

// Of version 2, as long as no request can go there. Its pods go at the same moment: one that still got ready before it
// is collected would be given requests, and nobody could know better.
void Trouble::delete_set() {
  if (deleted_) return;
  unsigned ready = 0;
  site_.rules([&](const ClusterRules& rules) { ready = rules.ready(rolled_set("2")); });
  if (ready > 0) deleted_ = true;  // from now on it may have requests
  if (deleted_) return;
  const std::string key = site_.space() + "/" + rolled_set("2");
  fake_server().change([&](FakeObjects& objects) {
    deleted_ = objects.remove(kDeploymentsOfFake, key, json::Value::object()).status == 200;
    if (deleted_) run_controllers(objects);
  });
}

}  // namespace depops::test
