#pragma once

#include <string>
#include <vector>

#include "agent/kubernetes/routing/dialect.h"

// The rules of an HTTPRoute or GRPCRoute: which of them is the service's, and how one that forces requests looks.
namespace depops::agent::gateway {

enum class RouteKind { http, grpc };

inline constexpr std::size_t kMaxRules = 16;    // of one route, by Gateway API
inline constexpr std::size_t kMaxMatches = 64;  // of one rule, since Gateway API 1.2; 8 before

// Where the service's own rule stands. By its name in the binding; without one it is the only rule that leads to the
// service or to one of its versions. Error: there is none, or more than one.
Result<std::size_t> find_rule(const kubernetes::Binding& binding, const ServiceName& service,
                              const json::Value& object);

// The rule that forces requests as `forced` says, within what the service's own rule matches. All that a server would
// add by default is in it. Error: the own rule has no name, so that ours could not have one either; more matches than a
// rule may have.
Result<json::Value> forced_rule(RouteKind kind, const kubernetes::Look& look, const ForcedRoute& forced,
                                const json::Value& own);

}  // namespace depops::agent::gateway
