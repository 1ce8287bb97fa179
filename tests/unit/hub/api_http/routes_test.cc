#include <catch2/catch.hpp>
#include <set>
#include <sstream>

#include "hub/api_http/api.h"
#include "hub/api_http/openapi.h"
#include "hub/api_http/text.h"

using namespace depops;
using namespace depops::hub;

namespace {

using Operation = std::tuple<std::string, std::string, std::string>;  // method, path, operationId

// The operations of the document by its indentation: "  /path:", "    get:", "      operationId: x".
std::set<Operation> operations_of(const std::string& yaml) {
  std::set<Operation> out;
  std::istringstream lines(yaml);
  std::string line, path, method;
  bool in_paths = false;
  while (std::getline(lines, line)) {
    if (line == "paths:") in_paths = true;
    if (line == "components:") in_paths = false;
    if (!in_paths) continue;
    if (line.rfind("  /", 0) == 0) path = line.substr(2, line.size() - 3);
    for (const char* word : {"get", "put", "post", "delete", "head", "patch"})
      if (line == "    " + std::string(word) + ":") method = word;
    const std::string id = "      operationId: ";
    if (line.rfind(id, 0) == 0) {
      for (char& letter : method) letter = static_cast<char>(letter - 'a' + 'A');
      out.emplace(method, path, line.substr(id.size()));
    }
  }
  return out;
}

}  // namespace

TEST_CASE("every route of the code is in openapi.yaml and the other way round") {
  std::set<Operation> code;
  for (const auto& route : api_http::routes()) code.emplace(route.method, route.path, route.operation);
  CHECK(code.size() == api_http::routes().size());
  CHECK(code.size() > 25);
  CHECK(operations_of(api_http::openapi_text()) == code);
}

TEST_CASE("only what must be open is open") {
  std::set<std::string> open;
  for (const auto& route : api_http::routes())
    if (route.access == api_http::Access::open) open.insert(route.operation);
  CHECK(open == std::set<std::string>{"signIn", "healthz", "readyz", "metrics"});
}

TEST_CASE("a route is found with its arguments, and a wrong method names the right ones") {
  std::vector<std::string> arguments;
  std::string allowed;
  const auto* route = api_http::Api::find("GET", "/api/v1/deployments/d-7/events", arguments, allowed);
  REQUIRE(route != nullptr);
  CHECK(route->operation == std::string("listDeploymentEvents"));
  CHECK(arguments == std::vector<std::string>{"d-7"});
  CHECK(api_http::Api::find("DELETE", "/api/v1/sites", arguments, allowed) == nullptr);
  CHECK(allowed == "GET, POST");
  CHECK(api_http::Api::find("GET", "/api/v1/nothing", arguments, allowed) == nullptr);
  CHECK(allowed.empty());
}

TEST_CASE("times are read and written as RFC 3339") {
  using api_http::time_of;
  using api_http::time_text;
  CHECK(time_text(*time_of("2026-11-23T12:00:00Z")) == "2026-11-23T12:00:00.000Z");
  CHECK(time_text(*time_of("2026-11-23T12:00:00.1239+01:30")) == "2026-11-23T10:30:00.123Z");
  CHECK(time_text(*time_of("2024-02-29t23:59:59.5-00:01")) == "2024-03-01T00:00:59.500Z");
  for (const char* wrong : {"", "2026-02-29T00:00:00Z", "2026-11-23", "2026-11-23T24:00:00Z", "2026-11-23T12:00:00",
                            "2026-11-23T12:00:00.Z", "2026-11-23T12:00:00Zx", "2026-13-01T00:00:00Z"})
    CHECK_FALSE(time_of(wrong).has_value());
}
