#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/haproxy/reading.h"
#include "agent/ports/router.h"

// Forced routes as HAProxy has them: a map from patterns over a request's
// headers to backends, and for each service a few backends beside the ordinary
// one, each with the servers of one set. No input or output here.
namespace depops::agent::haproxy {

struct ForcedRow {
  std::string route;
  SetId set;
  MapRow row;
  bool operator==(const ForcedRow&) const = default;
};

std::string forced_backend(const ServiceName& service, std::size_t number);  // from 0
bool is_forced(const std::string& backend);
std::string ordinary_of(const std::string& backend);  // the backend that the weights divide

// The server of every forced backend that takes over while no other one can:
// it leads back to the ordinary backend.
extern const char* const kOrdinaryServer;

// Matches requests as forced_by() of agent/ports does, over all their headers.
// Whatever is neither letter nor digit is written as its number, so nothing in
// it means anything to a pattern, a map file or the admin socket.
std::string pattern_of(const RouteMatch& match);

SetId set_of_server(const std::string& server);  // up to its last dot

// Which backend each set has that requests are forced to. A set stays where its
// servers are; another one goes where there are none, if there is such a place.
std::map<SetId, std::string> forced_backends(const ServiceRoute& route, const Running& running);

std::vector<ForcedRow> forced_rows(const ServiceRoute& route, const Running& running);

std::string map_text(const std::vector<ForcedRow>& rows);

// "forced route preview was removed by somebody else", one for each.
std::vector<std::string> foreign_rows(const std::vector<ForcedRow>& written, const std::vector<MapRow>& running);

// Those in force, and how many servers take their requests.
std::vector<ForcedFacts> forced_facts(const ServiceRoute& route, const Running& running);

}  // namespace depops::agent::haproxy
