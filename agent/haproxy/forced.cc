#include "agent/haproxy/forced.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "agent/haproxy/render.h"

namespace depops::agent::haproxy {
namespace {

constexpr std::string_view kMark = "_forced";

std::string literal(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string pattern;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain) {
      pattern += c;
    } else {
      const auto number = static_cast<unsigned char>(c);
      pattern += std::string("\\x") + kDigits[number >> 4U] + kDigits[number & 15U];
    }
  }
  return pattern;
}

using Servers = std::map<std::string, ServerState>;

const Servers& servers_of(const Running& running, const std::string& backend) {
  static const Servers none;
  const auto found = running.backends.find(backend);
  return found == running.backends.end() ? none : found->second;
}

bool has_set(const Servers& servers, const SetId& set) {
  return std::ranges::any_of(servers, [&](const auto& server) { return set_of_server(server.first) == set; });
}

bool has_any(const Servers& servers) {
  return std::ranges::any_of(servers, [](const auto& server) { return server.first != kOrdinaryServer; });
}

std::vector<SetId> wanted_sets(const ServiceRoute& route) {
  std::vector<SetId> sets;
  for (const ForcedRoute& forced : route.forced) {
    if (std::ranges::find(sets, forced.set) == sets.end()) sets.push_back(forced.set);
  }
  return sets;
}

std::uint32_t live_in(const Servers& servers, const SetId& set) {
  return static_cast<std::uint32_t>(std::ranges::count_if(servers, [&](const auto& server) {
    const ServerState& state = server.second;
    return set_of_server(server.first) == set && state.running && !state.drain && !state.maintenance &&
           state.weight > 0;
  }));
}

}  // namespace

const char* const kOrdinaryServer = "ordinary";

SetId set_of_server(const std::string& server) { return SetId(server.substr(0, server.rfind('.'))); }

std::string forced_backend(const ServiceName& service, std::size_t number) {
  return backend_of(service) + std::string(kMark) + std::to_string(number + 1);
}

bool is_forced(const std::string& backend) { return backend.find(kMark) != std::string::npos; }

std::string ordinary_of(const std::string& backend) { return backend.substr(0, backend.find(kMark)); }

std::string pattern_of(const RouteMatch& match) {
  std::string values;
  for (const std::string& value : match.values) values += (values.empty() ? "" : "|") + literal(value);
  const std::string begin = "(?:^|\\x0a)";
  if (match.key == RouteKey::header) {
    return begin + literal(lower_case(match.name)) + "\\x3a\\x20(?:" + values + ")\\x0d";
  }
  const std::string space = "[\\x20\\x09]*";
  return begin + "cookie\\x3a(?:[^\\x0d]*\\x3b)?" + space + literal(match.name) + "\\x3d(?:" + values + ")" + space +
         "[\\x3b\\x0d]";
}

std::map<SetId, std::string> forced_backends(const ServiceRoute& route, const Running& running) {
  std::map<SetId, std::string> found;
  std::vector<std::string> places;
  for (std::size_t i = 0; i < kMaxForcedSets; ++i) {
    const std::string backend = forced_backend(route.service, i);
    if (running.backends.contains(backend)) places.push_back(backend);
  }
  const auto give = [&](const SetId& set, auto&& fits) {
    const auto place = std::ranges::find_if(places, fits);
    if (found.contains(set) || place == places.end()) return;
    found[set] = *place;
    places.erase(place);
  };
  const std::vector<SetId> sets = wanted_sets(route);
  for (const SetId& set : sets) {
    give(set, [&](const std::string& place) { return has_set(servers_of(running, place), set); });
  }
  for (const SetId& set : sets) {
    give(set, [&](const std::string& place) { return !has_any(servers_of(running, place)); });
  }
  for (const SetId& set : sets) {
    give(set, [](const std::string&) { return true; });
  }
  return found;
}

std::vector<ForcedRow> forced_rows(const ServiceRoute& route, const Running& running) {
  const std::map<SetId, std::string> backends = forced_backends(route, running);
  std::vector<ForcedRow> rows;
  for (const ForcedRoute& forced : route.forced) {
    const auto backend = backends.find(forced.set);
    if (backend != backends.end())
      rows.push_back({forced.name, forced.set, {pattern_of(forced.match), backend->second}});
  }
  return rows;
}

std::string map_text(const std::vector<ForcedRow>& rows) {
  std::string text;
  for (const ForcedRow& row : rows) text += row.row.pattern + " " + row.row.backend + "\n";
  return text;
}

std::vector<std::string> foreign_rows(const std::vector<ForcedRow>& written, const std::vector<MapRow>& running) {
  std::vector<std::string> found;
  std::set<std::string> ours;
  for (const ForcedRow& row : written) {
    ours.insert(row.row.pattern);
    const auto now = std::ranges::find(running, row.row.pattern, &MapRow::pattern);
    if (now == running.end()) {
      found.push_back("forced route " + row.route + " was removed by somebody else");
    } else if (now->backend != row.row.backend) {
      found.push_back("forced route " + row.route + " goes to " + now->backend + ", written was " + row.row.backend);
    }
  }
  for (const MapRow& row : running) {
    if (!ours.contains(row.pattern)) {
      found.push_back("a forced route to " + row.backend + " was added by somebody else: " + row.pattern);
    }
  }
  const bool same = std::ranges::equal(written, running, {}, &ForcedRow::row);
  if (!same && found.empty()) found.emplace_back("the order of the forced routes was changed by somebody else");
  return found;
}

std::vector<ForcedFacts> forced_facts(const ServiceRoute& route, const Running& running) {
  std::vector<ForcedFacts> facts;
  const auto rows = running.maps.find(route.service);
  if (rows == running.maps.end()) return facts;
  const std::map<SetId, std::string> backends = forced_backends(route, running);
  for (const ForcedRoute& forced : route.forced) {
    const auto backend = backends.find(forced.set);
    if (backend == backends.end()) continue;
    const MapRow wanted{pattern_of(forced.match), backend->second};
    if (std::ranges::find(rows->second, wanted) == rows->second.end()) continue;
    facts.push_back({forced.name, forced.set, live_in(servers_of(running, backend->second), forced.set)});
  }
  return facts;
}

}  // namespace depops::agent::haproxy
