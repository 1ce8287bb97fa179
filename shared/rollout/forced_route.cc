#include "shared/rollout/forced_route.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>

namespace depops::rollout {
namespace {

Error refused(const ForcedRoute& route, const std::string& what) {
  return {Errc::invalid, "forced route \"" + route.name + "\": " + what};
}

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// RFC 9110, 5.6.2.
bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_alphanumeric(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

Result<void> check_value(const ForcedRoute& route, const std::string& value) {
  if (value.empty()) return refused(route, "a value is empty; name the value that requests carry");
  if (!std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; })) {
    return refused(route, "a value holds a line end, a control or a non-ASCII character; no request can carry it");
  }
  if (trimmed(value) != value) {
    return refused(route, "value \"" + value + "\" begins or ends with a space, which no request keeps; leave it out");
  }
  if (route.match.key == RouteKey::cookie && value.find(';') != std::string::npos) {
    return refused(route, "value \"" + value + "\" holds a ;, which ends a cookie");
  }
  return {};
}

Result<void> check_match(const ForcedRoute& route) {
  const RouteMatch& match = route.match;
  const std::string what = match.key == RouteKey::header ? "header" : "cookie";
  if (!is_token(match.name) || match.name.size() > kMaxRouteName) {
    return refused(route, "the name of its " + what + " must be 1 to " + std::to_string(kMaxRouteName) +
                              " letters, digits and !#$%&'*+-.^_`|~");
  }
  if (match.key == RouteKey::header && lower_case(match.name) == "cookie") {
    return refused(route, "header Cookie holds many cookies; match one of them with a cookie instead");
  }
  if (match.values.empty() || match.values.size() > kMaxRouteValues) {
    return refused(route, "needs 1 to " + std::to_string(kMaxRouteValues) + " values");
  }
  std::size_t bytes = 0;
  for (const std::string& value : match.values) {
    DEPOPS_TRY_VOID(check_value(route, value));
    bytes += value.size();
  }
  if (bytes <= kMaxRouteBytes) return {};
  return refused(route, "its values are longer than " + std::to_string(kMaxRouteBytes) + " bytes together");
}

bool has_cookie(std::string_view header, const std::string& name, const std::string& value) {
  while (!header.empty()) {
    const std::string_view pair = trimmed(header.substr(0, header.find(';')));
    if (pair == name + "=" + value) return true;
    const auto end = header.find(';');
    header = end == std::string_view::npos ? std::string_view{} : header.substr(end + 1);
  }
  return false;
}

bool matches(const RouteMatch& match, const RequestHeaders& headers) {
  const std::string name = match.key == RouteKey::header ? lower_case(match.name) : "cookie";
  for (const auto& [header, text] : headers) {
    if (lower_case(header) != name) continue;
    for (const std::string& value : match.values) {
      const bool same = match.key == RouteKey::header ? trimmed(text) == value : has_cookie(text, match.name, value);
      if (same) return true;
    }
  }
  return false;
}

}  // namespace

std::string describe(const RouteMatch& match) {
  std::string text = (match.key == RouteKey::header ? "header " : "cookie ") + match.name + ": ";
  for (std::size_t i = 0; i < match.values.size(); ++i) text += (i == 0 ? "" : " or ") + match.values[i];
  return text;
}

std::string lower_case(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

Result<void> check_forced(const std::vector<ForcedRoute>& routes) {
  if (routes.size() > kMaxForcedRoutes) {
    return Error{Errc::invalid, std::to_string(routes.size()) + " forced routes of one service; at most " +
                                    std::to_string(kMaxForcedRoutes) + " can be"};
  }
  std::set<std::string> names;
  std::set<SetId> sets;
  std::set<std::tuple<RouteKey, std::string, std::string>> taken;
  for (const ForcedRoute& route : routes) {
    if (!is_name(route.name)) return refused(route, "its name must be lower-case letters, digits and inner dashes");
    if (!names.insert(route.name).second) return refused(route, "there are two of this name");
    if (route.set.empty()) return refused(route, "names no set that its requests go to");
    DEPOPS_TRY_VOID(check_match(route));
    sets.insert(route.set);
    const bool header = route.match.key == RouteKey::header;
    const std::string name = header ? lower_case(route.match.name) : route.match.name;
    for (const std::string& value : route.match.values) {
      if (taken.insert({route.match.key, name, value}).second) continue;
      return refused(route, "value \"" + value + "\" of " + name + " stands twice; only one of them could be obeyed");
    }
  }
  if (sets.size() <= kMaxForcedSets) return {};
  return Error{Errc::invalid, "forced routes to " + std::to_string(sets.size()) + " sets of one service; at most " +
                                  std::to_string(kMaxForcedSets) + " can be"};
}

const ForcedRoute* forced_by(const std::vector<ForcedRoute>& routes, const RequestHeaders& headers) {
  const auto found = std::ranges::find_if(routes, [&](const auto& route) { return matches(route.match, headers); });
  return found == routes.end() ? nullptr : &*found;
}

}  // namespace depops::rollout
