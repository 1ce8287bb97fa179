#include <catch2/catch.hpp>

#include "tests/contract/api/running_hub.h"

using namespace depops;
using namespace depops::tests;

TEST_CASE("API: a second listener on a port in use is refused with place, cause and remedy") {
  RunningHub hub;
  hub::api_http::EventFeed feed(0);
  const auto second =
      hub::api_http::Server::for_people({"127.0.0.1", hub.port()}, hub.backend(), feed, hub.directory());
  REQUIRE_FALSE(second.ok());
  CHECK(second.error().code == Errc::unavailable);
  CHECK(second.error().what.find("127.0.0.1:" + std::to_string(hub.port())) != std::string::npos);
  CHECK(second.error().what.find("in use") != std::string::npos);
  CHECK(second.error().what.find("choose another") != std::string::npos);
  CHECK(hub.call("GET", "/healthz").status == 200);
}

TEST_CASE("API: a port that was just given up can be taken again") {
  RunningHub hub;
  hub::api_http::EventFeed feed(0);
  auto first = hub::api_http::Server::for_people({"127.0.0.1", 0}, hub.backend(), feed, hub.directory());
  REQUIRE(first.ok());
  const std::uint16_t port = first.value()->port();
  CHECK(exchange(port, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").status == 200);
  first.value().reset();
  const auto again = hub::api_http::Server::for_people({"127.0.0.1", port}, hub.backend(), feed, hub.directory());
  CHECK(again.ok());
}
