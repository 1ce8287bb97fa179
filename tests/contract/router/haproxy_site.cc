#include "tests/contract/router/haproxy_site.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace depops::test {
namespace {

int connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  return -1;
}

std::string ask_once(std::uint16_t port, const std::string& request) {
  const int fd = connect_to(port);
  if (fd < 0) return {};
  std::string answer;
  char buffer[4096];
  if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size())) {
    for (ssize_t got = 1; got > 0;) {
      got = ::recv(fd, buffer, sizeof buffer, 0);
      if (got > 0) answer.append(buffer, static_cast<std::size_t>(got));
    }
  }
  ::close(fd);
  return answer;
}

}  // namespace

std::string HaproxySite::get(const agent::RequestHeaders& headers) {
  std::string request = "GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n";
  for (const auto& [name, value] : headers) request += name + ": " + value + "\r\n";
  const std::string answer = ask_once(world.front, request + "\r\n");
  const std::string mark = "\r\nx-version: ";
  const std::size_t at = agent::lower_case(answer).find(mark);
  if (answer.rfind("HTTP/1.1 200", 0) != 0 || at == std::string::npos) return {};
  const std::size_t begin = at + mark.size();
  return answer.substr(begin, answer.find('\r', begin) - begin);
}

void HaproxySite::lose(const SetId& set) {
  for (const auto& endpoint : world.orders.routes[0].endpoints) {
    const auto server = world.servers.find(endpoint.id.str());
    if (endpoint.set != set || server == world.servers.end()) continue;
    end(server->second, SIGKILL);
    world.servers.erase(server);
  }
}

void HaproxySite::order(std::vector<agent::SetShare> shares, std::vector<agent::ForcedRoute> forced) {
  world.share(std::move(shares));
  world.orders.routes[0].forced = std::move(forced);
  world.apply();
}

void HaproxySite::restart_router() {
  world.router->stop();
  const std::string worker = world.worker();
  ::kill(std::atoi(worker.c_str() + 6), SIGKILL);
  ::waitpid(world.haproxy, nullptr, 0);  // the master ends with its worker
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  world.start_haproxy();
  while (get({}).empty()) REQUIRE(std::chrono::steady_clock::now() < deadline);
}

void HaproxySite::remove_first_route() {
  const std::string map = world.dir / "forced-checkout.map";
  const std::string shown = std::move(agent::haproxy::ask(world.settings.admin_socket, "show map " + map)).value();
  const std::string id = shown.substr(0, shown.find(' '));
  (void)agent::haproxy::ask(world.settings.admin_socket, "del map " + map + " #" + id);
}

pid_t HaproxySite::begin_load(const std::string& name, const std::vector<std::string>& headers,
                              const std::string& rate) {
  std::vector<std::string> words{bin_dir() + "/depops-demo-stream",
                                 "--url",
                                 "http://127.0.0.1:" + std::to_string(world.front) + "/",
                                 "--rate",
                                 rate,
                                 "--log",
                                 world.dir / name};
  for (const std::string& header : headers) {
    words.emplace_back("--header");
    words.push_back(header);
  }
  return run(words, {});
}

std::string HaproxySite::end_load(const std::string& name, pid_t load) {
  end(load, SIGTERM);
  std::stringstream text;
  text << std::ifstream(world.dir / name).rdbuf();
  return text.str();
}

}  // namespace depops::test
