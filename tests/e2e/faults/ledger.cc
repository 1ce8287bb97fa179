#include "tests/e2e/faults/ledger.h"

#include <algorithm>
#include <set>
#include <sstream>

#include "tests/e2e/faults/books.h"
#include "tests/e2e/faults/hook.h"

namespace depops::faults {
namespace {

constexpr std::size_t kTold = 5;

void append(Complaints& to, Complaints more) { to.insert(to.end(), more.begin(), more.end()); }

Complaints check_starts(stage::Site& site, const Planned& planned) {
  Complaints found;
  std::set<std::string> seen;
  std::map<std::string, std::size_t> by_version;
  for (const std::string& start : site.starts()) {
    ++by_version[start.substr(0, start.find(' '))];
    if (!seen.insert(start).second) found.push_back(site.name() + ": started twice: " + start);
  }
  if (by_version == planned.starts) return found;
  std::string text = site.name() + ": started instances:";
  for (const auto& [version, count] : by_version) text += " " + std::to_string(count) + " of " + version;
  text += ", planned:";
  for (const auto& [version, count] : planned.starts) text += " " + std::to_string(count) + " of " + version;
  found.push_back(text);
  return found;
}

Complaints check_hooks(stage::Site& site, const Planned& planned) {
  Complaints found;
  std::set<std::string> seen;
  const auto runs = hook_runs(site);
  for (const std::string& run : runs)
    if (!seen.insert(run).second) found.push_back(site.name() + ": a hook ran twice: " + run);
  if (runs.size() != planned.hooks) {
    found.push_back(site.name() + ": " + std::to_string(runs.size()) +
                    " hooks ran, planned: " + std::to_string(planned.hooks));
  }
  return found;
}

Complaints check_requests(stage::Site& site, const Planned& planned) {
  auto lines = site.requests();
  std::erase_if(lines, [](const std::string& line) { return line.find(" 200 ") != std::string::npos; });
  if (lines.empty() || planned.may_fail) return {};
  return {site.name() + ": " + std::to_string(lines.size()) + " requests failed, like " + lines.front()};
}

std::string text_of(const Complaints& all) {
  std::string text;
  for (std::size_t i = 0; i < std::min(kTold, all.size()); ++i) text += "\n  " + all[i];
  return all.size() > kTold ? text + "\n  and " + std::to_string(all.size() - kTold) + " more" : text;
}

}  // namespace

void Ledger::note() {
  const auto higher = [this](const std::string& name, std::uint64_t value) {
    auto& highest = highest_[name];
    highest = std::max(highest, value);
  };
  for (stage::Site* site : sites_) {
    for (const auto& [what, value] : read_hub_book(stage_.folder("hub/hub.db"), site->name()).heights)
      higher(site->name() + " at the hub: " + what, value);
    const json::Value view = site->view();
    if (!view.is_object()) continue;
    higher(site->name() + ": generation", view["generation"].as_uint());
    higher(site->name() + ": hub epoch", view["hubEpoch"].as_uint());
  }
}

Complaints Ledger::minds(stage::Site& site) {
  const json::Value view = site.view();
  const json::Value& service = stage::Site::service_of(view);
  const Planned& planned = planned_[site.name()];
  Complaints found;
  const auto expect = [&](bool good, const std::string& what) {
    if (!good) found.push_back(site.name() + ": " + what);
  };
  expect(view["hubOnline"].as_bool(), "does not hear the hub");
  expect(view["backlog"].as_uint() == 0, std::to_string(view["backlog"].as_uint()) + " entries not acknowledged");
  expect(service["phase"].as_string() == "idle", "in phase " + service["phase"].as_string());
  expect(service["stable"].as_string() == planned.stable, "stable is " + service["stable"].as_string());
  std::map<std::string, std::size_t> running;
  for (const stage::Running& one : site.instances()) ++running[one.version];
  expect(running.size() == 1 && running.contains(planned.stable), "runs other versions than " + planned.stable);
  return found;
}

Complaints Ledger::effects(stage::Site& site) {
  const Planned& planned = planned_[site.name()];
  Complaints found = check_starts(site, planned);
  append(found, check_hooks(site, planned));
  append(found, check_requests(site, planned));
  return found;
}

Complaints Ledger::all() {
  const std::string database = stage_.folder("hub/hub.db");
  Complaints found;
  for (stage::Site* site : sites_) {
    append(found, minds(*site));
    if (!found.empty()) continue;  // the files are compared once nobody writes
    const SiteBook held = read_site_book(*site);
    HubBook hub = read_hub_book(database, site->name());
    append(found, std::move(hub.complaints));
    append(found, compare(site->name(), held.entries, hub.entries));
    const std::uint64_t here = held.heights.at("generation"), there = hub.heights.at("generation");
    if (here > there || (here < there && !planned_[site->name()].refused))
      found.push_back(site->name() + ": another generation than at the hub");
    append(found, effects(*site));
  }
  append(found, check_log(database, {stage_.folder("hub/log.guard"), stage_.folder("signer/log.guard")}));
  append(found, check_signed(database));
  return found;
}

void Ledger::check(stage::Seconds converged_within) {
  Complaints found{"nothing looked at yet"};
  const auto before = highest_;
  stage::wait_until(
      "all invariants hold", converged_within, [&] { return (found = all()).empty(); }, [&] { return text_of(found); });
  highest_.clear();
  note();
  for (const auto& [name, highest] : before) {
    if (highest_[name] < highest)
      throw stage::Trouble(name + " was " + std::to_string(highest) + " and is " + std::to_string(highest_[name]));
  }
}

}  // namespace depops::faults
