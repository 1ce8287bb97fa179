#include <catch2/catch.hpp>

#include "tests/contract/api/running_hub.h"

using namespace depops;
using namespace depops::tests;

namespace {

std::string bytes_of(std::size_t size) {
  std::string out;
  while (out.size() < size) out += "line " + std::to_string(out.size()) + "\n";
  out.resize(size);
  return out;
}

std::string path_of(const std::string& bytes) { return "/api/v1/artifacts/" + signing::digest_of(bytes).str(); }

Headers range(std::size_t first, std::size_t size, std::size_t total) {
  return {{"Content-Range",
           "bytes " + std::to_string(first) + "-" + std::to_string(first + size - 1) + "/" + std::to_string(total)}};
}

}  // namespace

TEST_CASE("API: an upload that was cut goes on where it stopped") {
  RunningHub hub;
  const std::string bytes = bytes_of(150'000);
  const std::string path = path_of(bytes);
  {
    Wire wire(hub.port());
    const std::string all =
        request_text("PUT", path, {{"Authorization", "Bearer " + hub.token()}, {"Host", "x"}}, bytes);
    wire.send(all.substr(0, all.size() - 70'000));
  }
  const auto there = [&] { return hub.call("HEAD", path); };
  REQUIRE(wait_for([&] { return there().status == 204; }));
  REQUIRE(wait_for([&] { return there().header("upload-offset") == "80000"; }));
  CHECK(hub.call("GET", path).status == 404);
  hub.restart();
  REQUIRE(there().header("upload-offset") == "80000");
  const auto piece = hub.call("PUT", path, bytes.substr(80'000, 20'000), range(80'000, 20'000, bytes.size()));
  CHECK(piece.status == 202);
  CHECK(piece.header("upload-offset") == "100000");
  CHECK(hub.call("GET", path).status == 404);
  const auto last = hub.call("PUT", path, bytes.substr(100'000), range(100'000, 50'000, bytes.size()));
  CHECK(last.status == 201);
  CHECK(last.header("upload-complete") == "?1");
  CHECK(hub.call("GET", path).body == bytes);
  CHECK(there().header("content-length") == "150000");
  CHECK(hub.call("PUT", path, bytes).status == 200);
}

TEST_CASE("API: a piece at the wrong place is told the right one") {
  RunningHub hub;
  const std::string bytes = bytes_of(1'000);
  REQUIRE(hub.call("PUT", path_of(bytes), bytes.substr(0, 400), range(0, 400, 1'000)).status == 202);
  const auto wrong = hub.call("PUT", path_of(bytes), bytes.substr(500), range(500, 500, 1'000));
  CHECK(wrong.status == 409);
  CHECK(code_of(wrong) == "offset-mismatch");
  CHECK(wrong.header("upload-offset") == "400");
  for (const char* header : {"bytes 0-1", "bytes 0-999/1000", "bytes 9-1/1000", "items 0-1/2", "bytes a-b/c"}) {
    INFO(header);
    CHECK(hub.call("PUT", path_of(bytes), "xy", {{"Content-Range", header}}).status == 400);
  }
}

TEST_CASE("API: bytes with another digest are thrown away, all of them") {
  RunningHub hub;
  const std::string path = path_of("what was promised");
  const auto wrong = hub.call("PUT", path, "what came instead");
  CHECK(wrong.status == 422);
  CHECK(code_of(wrong) == "digest-mismatch");
  CHECK(hub.call("HEAD", path).status == 404);
  CHECK(hub.call("GET", path).status == 404);
  CHECK(hub.call("PUT", path, "what was promised").status == 201);
  CHECK(hub.call("PUT", "/api/v1/artifacts/sha256:short", "x").status == 400);
}

TEST_CASE("API: an artifact above the cap is refused before its bytes are taken") {
  RunningHub hub;
  const std::string bytes = bytes_of(RunningHub::kArtifactMax + 1);
  const auto refused = hub.call("PUT", path_of(bytes), bytes);
  CHECK(refused.status == 413);
  CHECK(code_of(refused) == "too-large");
  CHECK(refused.body.find("200000") != std::string::npos);
  CHECK(hub.call("PUT", path_of(bytes), bytes.substr(0, 10), range(0, 10, bytes.size())).status == 413);
  CHECK(hub.call("HEAD", path_of(bytes)).status == 404);
}

namespace {

// Of all answers on a connection, in their order.
std::vector<int> statuses_in(const std::string& said) {
  std::vector<int> statuses;
  for (std::size_t at = said.find("HTTP/1.1 "); at != std::string::npos; at = said.find("HTTP/1.1 ", at + 1))
    statuses.push_back(std::stoi(said.substr(at + 9, 3)));
  return statuses;
}

// Requests that leave the connection open, the last one does not.
struct Kept {
  std::string head;  // of every request

  explicit Kept(const RunningHub& hub) : head("Host: x\r\nAuthorization: Bearer " + hub.token() + "\r\n") {}

  std::string put(const std::string& bytes, const std::string& more = "") const {
    return "PUT " + path_of(bytes) + " HTTP/1.1\r\n" + head + more + "Content-Length: " + std::to_string(bytes.size()) +
           "\r\n\r\n";
  }
  std::string last() const { return "GET /api/v1/sites HTTP/1.1\r\nConnection: close\r\n" + head + "\r\n"; }
};

}  // namespace

TEST_CASE("API: the body of an upload that is there already is not taken for the next request") {
  RunningHub hub;
  const Kept kept(hub);
  const std::string bytes = bytes_of(100'000);
  Wire wire(hub.port());
  wire.send(kept.put(bytes) + bytes + kept.put(bytes) + bytes + kept.put(bytes) + bytes + kept.last());
  CHECK(statuses_in(wire.read_all()) == std::vector<int>{201, 200, 200, 200});
}

TEST_CASE("API: a body where none is read is passed over") {
  RunningHub hub;
  const Kept kept(hub);
  Wire wire(hub.port());
  wire.send("GET /api/v1/sites HTTP/1.1\r\n" + kept.head + "Content-Length: 5\r\n\r\nhello" + kept.last());
  CHECK(statuses_in(wire.read_all()) == std::vector<int>{200, 200});
}

TEST_CASE("API: a client that waits to be asked for its bytes is asked once, also for those that are there already") {
  RunningHub hub;
  const Kept kept(hub);
  const std::string bytes = bytes_of(1'000);
  Wire wire(hub.port());
  std::vector<int> wanted;
  for (const int status : {201, 200}) {
    wire.send(kept.put(bytes, "Expect: 100-continue\r\n"));
    wanted.push_back(100);
    wire.read_until([&](const std::string& said) { return statuses_in(said).size() == wanted.size(); });
    wire.send(bytes);
    wanted.push_back(status);
    wire.read_until([&](const std::string& said) { return statuses_in(said).size() == wanted.size(); });
  }
  wire.send(kept.last());
  wanted.push_back(200);
  CHECK(statuses_in(wire.read_all()) == wanted);
}
