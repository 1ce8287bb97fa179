#pragma once

#include <functional>
#include <string>
#include <vector>

#include "hub/api_http/command_sink.h"
#include "hub/api_http/request.h"
#include "hub/ports/blobs.h"
#include "hub/ports/codec.h"
#include "hub/ports/credentials.h"
#include "hub/ports/log_records.h"
#include "hub/ports/reader.h"
#include "shared/ports/clock.h"

namespace depops::hub::api_http {

class Alarms;
class Metrics;
struct Joining;

// What the API stands on. Everything outlives the server.
struct Backend {
  RegistryReader& registry;
  HistoryReader& history;
  CommandSink& commands;
  Blobs& blobs;
  Credentials& credentials;
  Codec& codec;
  ports::Clock& clock;
  Metrics& metrics;
  std::function<std::string()> not_ready;       // why, or "" when loop and store work
  std::function<std::uint64_t()> newest_event;  // id of the newest committed event
  std::string version;
  const Joining* joining = nullptr;  // null: sites can not join by themselves
  const Alarms* alarms = nullptr;    // null: nobody raises one
  LogReader* log = nullptr;          // null: the audit log is not signed
};

enum class Access { open, token, token_or_session };

using Handler = Response (*)(const Request&, const Backend&);

struct Route {
  const char* method;
  const char* path;       // as in openapi.yaml: "/api/v1/sites/{site}"
  const char* operation;  // its operationId
  Access access;
  Handler handler;
};

const std::vector<Route>& routes();

// Finds the route and lets the caller in; answers every failure with problem details. `open_artifacts`: the sites'
// listener, where a client certificate was checked already and only artifacts are read.
class Api {
 public:
  explicit Api(Backend backend) : backend_(std::move(backend)) {}

  // Null: no such path; `allowed` gets the methods the path has.
  static const Route* find(const std::string& method, const std::string& path, std::vector<std::string>& arguments,
                           std::string& allowed);
  // Why the caller may not; nothing when he may. Sets actor and by_session.
  std::optional<Response> refuse(const Route& route, Request& request) const;
  Response answer(const Route& route, Request& request) const;
  const Backend& backend() const noexcept { return backend_; }

 private:
  Backend backend_;
};

// Sends one command for this request: actor, request id, idempotency key and digest are filled in.
Result<Answer> give(const Request& request, const Backend& backend, depops::hub::Request what, bool dry_run = false);

inline constexpr const char* kCookie = "depops_session";

}  // namespace depops::hub::api_http
