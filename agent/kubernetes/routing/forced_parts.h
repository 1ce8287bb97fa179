#pragma once

#include <functional>
#include <string>

#include "agent/kubernetes/routing/dialect.h"

// Forced routes as parts of a list of rules, each with a name that begins as only ours do.
namespace depops::agent::kubernetes {

std::string prefix_of(const ServiceName& service);
bool is_forced_part(const ServiceName& service, const json::Value& rule);

struct RuleList {
  std::string pointer;  // "/spec/rules"
  const json::Value& rules;
  std::size_t most;    // rules that an object may have; 0: any number
  bool first_decides;  // ours come before all others; else more matches go before fewer, and ours are the last
  // The rule of a forced route. Error: it can not be written.
  std::function<Result<json::Value>(const ForcedRoute&)> make;
};

// Which of them are there exactly as ordered, and what stands there of ours.
void add_held_parts(const Look& look, const RuleList& list, Held& held);

// Adds to the change what makes them as ordered; goes after all other changes of rules, which it may move. What can not
// be written is said in change.trouble, and then none is there.
void patch_parts(const Look& look, const RuleList& list, Change& change);

}  // namespace depops::agent::kubernetes
