#include "tests/contract/router/router_world.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>

namespace depops::test {

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(fd);
  return ntohs(address.sin_port);
}

pid_t run(std::vector<std::string> words, std::vector<std::string> environment) {
  std::vector<char*> arguments, variables;
  for (auto& word : words) arguments.push_back(word.data());
  for (auto& variable : environment) variables.push_back(variable.data());
  arguments.push_back(nullptr);
  variables.push_back(nullptr);
  pid_t pid = 0;
  REQUIRE(::posix_spawn(&pid, arguments[0], nullptr, nullptr, arguments.data(), variables.data()) == 0);
  return pid;
}

void end(pid_t pid, int number) {
  ::kill(pid, number);
  ::waitpid(pid, nullptr, 0);
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

std::string World::stream(const std::string& rate, const std::string& seconds) {
  const std::string log = dir / "stream.log";
  std::filesystem::remove(log);
  const pid_t pid = run({bin_dir() + "/depops-demo-stream", "--url", "http://127.0.0.1:" + std::to_string(front) + "/",
                         "--rate", rate, "--seconds", seconds, "--log", log},
                        {});
  ::waitpid(pid, nullptr, 0);
  std::stringstream text;
  text << std::ifstream(log).rdbuf();
  return text.str();
}

std::string World::worker() const {
  const auto info = std::move(agent::haproxy::ask(settings.admin_socket, "show info")).value();
  return info.substr(info.find("\nPid: "), info.find('\n', info.find("\nPid: ") + 1) - info.find("\nPid: "));
}

}  // namespace depops::test
