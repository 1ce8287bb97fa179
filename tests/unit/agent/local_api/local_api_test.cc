#include "agent/local_api/local_api.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <filesystem>
#include <optional>

#include "agent/local_api/line.h"

namespace depops::agent {
namespace {

class Directory {
 public:
  Directory() {
    char name[] = "/tmp/depops-local-XXXXXX";
    path_ = mkdtemp(name);
  }
  ~Directory() { std::filesystem::remove_all(path_); }
  std::string socket() const { return path_ + "/agent.sock"; }

 private:
  std::string path_;
};

LocalAnswer echo(const LocalRequest& request) {
  return {true, Errc::internal, request.verb + " " + request.service.str() + " by " + request.actor.str()};
}

// Says `bytes` to the socket as they are and gives the answer line.
std::string said(const std::string& path, const std::string& bytes) {
  const int peer = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  REQUIRE(connect(peer, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(write_line(peer, bytes).ok());
  const auto line = read_line(peer);
  close(peer);
  return line.ok() ? *line : line.error().what;
}

}  // namespace

TEST_CASE("a request gets its answer, with the actor from the peer's credentials") {
  const Directory directory;
  const auto server = LocalServer::listen(directory.socket(), echo);
  REQUIRE(server.ok());
  LocalRequest request;
  request.verb = "abort";
  request.service = ServiceName("checkout");
  request.actor = Actor("hub");
  const auto answer = ask(directory.socket(), request);
  REQUIRE(answer.ok());
  CHECK(answer->ok);
  CHECK(answer->text.rfind("abort checkout by local:", 0) == 0);
}

TEST_CASE("the socket is closed to everybody else, and goes with the server") {
  const Directory directory;
  {
    const auto server = LocalServer::listen(directory.socket(), echo);
    REQUIRE(server.ok());
    struct stat file {};
    REQUIRE(stat(directory.socket().c_str(), &file) == 0);
    CHECK((file.st_mode & 0777) == 0600);
    CHECK(LocalServer::listen(directory.socket(), echo).error().code == Errc::exists);
  }
  CHECK_FALSE(std::filesystem::exists(directory.socket()));
  CHECK(ask(directory.socket(), {}).error().code == Errc::unavailable);
}

TEST_CASE("a socket left by a dead agent is taken over") {
  const Directory directory;
  const int dead = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, directory.socket().c_str(), directory.socket().size() + 1);
  REQUIRE(bind(dead, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  close(dead);
  CHECK(LocalServer::listen(directory.socket(), echo).ok());
}

TEST_CASE("rubbish is answered with what is wrong, and the next request is served") {
  const Directory directory;
  const auto server = LocalServer::listen(directory.socket(), echo);
  REQUIRE(server.ok());
  CHECK(said(directory.socket(), "rubbish").find("not a JSON object") != std::string::npos);
  CHECK(said(directory.socket(), "{}").find("'verb' is missing") != std::string::npos);
  CHECK(said(directory.socket(), std::string(100'000, 'x')).find("went away") != std::string::npos);
  CHECK(said(directory.socket(), "{\"verb\":\"status\"}").find("status") != std::string::npos);
}

TEST_CASE("errors keep their code over the socket") {
  const Directory directory;
  const auto server = LocalServer::listen(directory.socket(), [](const LocalRequest&) {
    return LocalAnswer{false, Errc::refused, "no rollout of checkout is under way"};
  });
  LocalRequest request;
  request.verb = "pause";
  const auto answer = ask(directory.socket(), request);
  REQUIRE(answer.ok());
  CHECK_FALSE(answer->ok);
  CHECK(answer->code == Errc::refused);
}

}  // namespace depops::agent
