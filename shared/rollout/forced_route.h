#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "shared/base/names.h"
#include "shared/base/result.h"

// Requests that go to one set whatever the weights are, chosen by a header or a cookie.
namespace depops::rollout {

inline constexpr std::size_t kMaxForcedRoutes = 64;  // of one service
inline constexpr std::size_t kMaxForcedSets = 2;     // of one service: the old and the new one
inline constexpr std::size_t kMaxRouteValues = 16;   // of one route
inline constexpr std::size_t kMaxRouteName = 64;     // bytes of the name of a header or cookie
inline constexpr std::size_t kMaxRouteBytes = 1024;  // bytes of all values of one route

enum class RouteKey { header, cookie };

struct RouteMatch {
  RouteKey key = RouteKey::header;
  std::string name;                 // of a header: upper and lower case are the same; of a cookie: they are not
  std::vector<std::string> values;  // one of them, byte for byte
  bool operator==(const RouteMatch&) const = default;
};

struct ForcedRoute {
  std::string name;  // what people call it: "preview"; is_name() of shared/base/names.h
  RouteMatch match;
  SetId set;
  bool operator==(const ForcedRoute&) const = default;
};

// What a router may be asked for. Errors name the route and the rule: too many, too long, a value that no request can
// carry (control characters, space at an end), the same value in two routes.
Result<void> check_forced(const std::vector<ForcedRoute>& routes);

using RequestHeaders = std::vector<std::pair<std::string, std::string>>;

// What the routes mean: the first route, in their order, that a request with these headers matches; none: nullptr.
const ForcedRoute* forced_by(const std::vector<ForcedRoute>& routes, const RequestHeaders& headers);

// "header X-Preview: on or beta", for people.
std::string describe(const RouteMatch& match);

std::string lower_case(std::string text);  // ASCII only

}  // namespace depops::rollout
