#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

#include "shared/json/parse.h"
#include "tests/contract/api/running_hub.h"

using namespace depops;
using namespace depops::tests;

namespace {

std::string stream_request(const RunningHub& hub, const std::string& query, const std::string& last_id = "") {
  return "GET /api/v1/events" + query + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + hub.token() +
         (last_id.empty() ? "" : "\r\nLast-Event-ID: " + last_id) + "\r\n\r\n";
}

std::vector<std::uint64_t> ids_in(const std::string& text) {
  std::vector<std::uint64_t> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (line.rfind("id: ", 0) == 0) out.push_back(std::stoull(line.substr(4)));
  return out;
}

auto has_ids(std::size_t count) {
  return
      [count](const std::string& got) { return ids_in(got).size() >= count && got.substr(got.size() - 2) == "\n\n"; };
}

// Each notice is one event; the first word of the site ever is one more.
void make_events(RunningHub& hub, int count) {
  for (int i = 0; i < count; ++i) hub.report(SiteName("fra-1"), rollout::Notice{{}, {}, "test", std::to_string(i)});
}

std::uint64_t newest_event(RunningHub& hub) {
  Wire wire(hub.port());
  wire.send(stream_request(hub, "", "0"));
  const std::string got = wire.read_until([](const std::string& text) {
    return text.find("retry: ") != std::string::npos && text.substr(text.size() - 2) == "\n\n";
  });
  const auto ids = ids_in(got);
  return ids.empty() ? 0 : ids.back();
}

}  // namespace

TEST_CASE("API: the event stream gives ids in order, each change with the schema's members") {
  RunningHub hub;
  hub.set_up();
  Wire wire(hub.port());
  wire.send(stream_request(hub, ""));
  wire.read_until([](const std::string& got) { return got.find("retry: ") != std::string::npos; });
  hub.start("1.0", "staging");
  const std::string got = wire.read_until(has_ids(1));
  CHECK(got.find("text/event-stream") != std::string::npos);
  CHECK(got.find("Content-Length") == std::string::npos);
  const auto ids = ids_in(got);
  CHECK(std::is_sorted(ids.begin(), ids.end()));
  const auto from = got.find("data: ") + 6;
  const auto change = json::parse(got.substr(from, got.find('\n', from) - from));
  REQUIRE(change.ok());
  CHECK(change.value()["kind"].as_string() == "deployment");
  CHECK(change.value()["id"].as_string() == "d-1");
  CHECK(change.value()["version"].as_uint() == ids.front());
}

TEST_CASE("API: a stream goes on after Last-Event-ID, without gap or repeat, also over a restart") {
  RunningHub hub;
  hub.set_up();
  make_events(hub, 5);
  REQUIRE(wait_for([&] { return newest_event(hub) == 6; }));
  for (int round = 0; round < 2; ++round) {
    Wire wire(hub.port());
    wire.send(stream_request(hub, "", "2"));
    wire.read_until(has_ids(4));
    make_events(hub, 2);
    const auto ids = ids_in(wire.read_until(has_ids(static_cast<std::size_t>(6 + 2 * round))));
    for (std::size_t i = 0; i < ids.size(); ++i) CHECK(ids[i] == 3 + i);
    if (round == 0) hub.restart();
  }
  CHECK(hub.call("GET", "/api/v1/events", "", {{"Last-Event-ID", "x"}}).status == 400);
}

TEST_CASE("API: a reader that missed too much, or knows more than there is, is told to read again") {
  RunningHub hub;
  hub.set_up();
  make_events(hub, 1'100);
  const auto resyncs = [&](const std::string& id) {
    Wire wire(hub.port());
    wire.send(stream_request(hub, "", id));
    const std::string got = wire.read_until([](const std::string& text) {
      return text.find("retry: ") != std::string::npos &&
             text.find("\n\n", text.find("retry: ") + 12) != std::string::npos;
    });
    return got.find("event: resync\ndata: {}\n\n") != std::string::npos;
  };
  REQUIRE(wait_for([&] { return resyncs("0"); }));
  CHECK(resyncs("1000000"));
}

TEST_CASE("API: topics choose what a stream gives") {
  RunningHub hub;
  hub.set_up();
  Wire wire(hub.port());
  wire.send(stream_request(hub, "?topics=deployment", "0"));
  wire.read_until([](const std::string& got) { return got.find("retry: ") != std::string::npos; });
  make_events(hub, 1);
  hub.start("1.0", "staging");
  const std::string got = wire.read_until(has_ids(1));
  CHECK(got.find("\"kind\":\"site\"") == std::string::npos);
  CHECK(got.find("\"kind\":\"deployment\"") != std::string::npos);
}

TEST_CASE("API: the heartbeat of a stream is a comment") {
  RunningHub hub;
  hub::api_http::EventFeed feed(0, std::chrono::milliseconds(1));
  auto server = hub::api_http::Server::for_people({"127.0.0.1", 0}, hub.backend(), feed, hub.directory());
  REQUIRE(server.ok());
  Wire wire(server.value()->port());
  wire.send(stream_request(hub, ""));
  const std::string got =
      wire.read_until([](const std::string& text) { return text.find("\n: still here\n\n") != std::string::npos; });
  CHECK(ids_in(got).empty());
  CHECK(got.find("\ndata:") == std::string::npos);
  server.value()->stop();
  feed.stop();
}
