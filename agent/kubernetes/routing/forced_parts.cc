#include "agent/kubernetes/routing/forced_parts.h"

#include <algorithm>

#include "agent/kubernetes/routing/canonical.h"

namespace depops::agent::kubernetes {
namespace {

std::string part_field(const json::Value& rule) { return "rule " + rule["name"].as_string(); }

// Those of ours, from the last on: so that removing one moves none that is still to be removed.
std::vector<std::size_t> parts_from_last(const ServiceName& service, const RuleList& list) {
  std::vector<std::size_t> found;
  for (std::size_t i = list.rules.items().size(); i-- > 0;)
    if (is_forced_part(service, list.rules.items()[i])) found.push_back(i);
  return found;
}

std::vector<json::Value> wanted_parts(const Look& look, const RuleList& list, std::string& trouble) {
  std::vector<json::Value> wanted;
  for (const ForcedRoute& forced : look.route.forced) {
    auto rule = list.make(forced);
    if (!rule.ok())
      return trouble = "forced route " + forced.name + ": " + rule.error().what, std::vector<json::Value>();
    wanted.push_back(std::move(*rule));
  }
  return wanted;
}

}  // namespace

std::string prefix_of(const ServiceName& service) { return "depops-" + service.str() + "-"; }

bool is_forced_part(const ServiceName& service, const json::Value& rule) {
  return rule["name"].as_string().starts_with(prefix_of(service));
}

void add_held_parts(const Look& look, const RuleList& list, Held& held) {
  std::string ignored;
  const std::vector<json::Value> wanted = wanted_parts(look, list, ignored);
  for (const json::Value& rule : list.rules.items()) {
    if (!is_forced_part(look.route.service, rule)) continue;
    const std::string text = canonical(rule);
    held.fields[part_field(rule)] = text;
    const bool ordered =
        std::any_of(wanted.begin(), wanted.end(), [&](const json::Value& one) { return canonical(one) == text; });
    if (ordered) held.forced.push_back(rule["name"].as_string().substr(prefix_of(look.route.service).size()));
  }
}

void patch_parts(const Look& look, const RuleList& list, Change& change) {
  std::vector<json::Value> wanted = wanted_parts(look, list, change.trouble);
  const std::vector<std::size_t> there = parts_from_last(look.route.service, list);
  const std::size_t others = list.rules.items().size() - there.size();
  if (list.most > 0 && others + wanted.size() > list.most) {
    change.trouble = std::to_string(wanted.size()) + " forced routes are too many: it may have " +
                     std::to_string(list.most) + " rules, and has " + std::to_string(others) + " others";
    wanted.clear();
  }
  for (const json::Value& rule : wanted) change.fields[part_field(rule)] = canonical(rule);
  const bool same = std::equal(
      wanted.begin(), wanted.end(), there.rbegin(), there.rend(),
      [&](const json::Value& rule, std::size_t at) { return canonical(rule) == canonical(list.rules.items()[at]); });
  if (same) return;
  change.needed = true;
  for (const std::size_t at : there) {
    const std::string rule = list.pointer + "/" + std::to_string(at);
    change.patch.test(rule + "/name", list.rules.items()[at]["name"]).remove(rule);
  }
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const std::string where = list.first_decides ? std::to_string(i) : std::string("-");
    change.patch.add(list.pointer + "/" + where, std::move(wanted[i]));
  }
}

}  // namespace depops::agent::kubernetes
