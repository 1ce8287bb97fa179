#include "tests/contract/transport/mosquitto.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "hub/broker/configuration.h"

extern char** environ;

namespace depops::test {
namespace {

pid_t spawn(std::vector<std::string> words, const std::string& log) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_addopen(&files, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::posix_spawn_file_actions_adddup2(&files, 1, 2);
  pid_t pid = -1;
  const int failed = ::posix_spawnp(&pid, arguments[0], &files, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&files);
  INFO("start " << words[0]);
  REQUIRE(failed == 0);
  return pid;
}

void run(std::vector<std::string> words, const std::string& log) {
  int status = 1;
  const pid_t pid = spawn(std::move(words), log);
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  REQUIRE(status == 0);
}

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  socklen_t size = sizeof address;
  REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  ::close(fd);
  return ntohs(address.sin_port);
}

bool listens(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const bool open = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return open;
}

// A private broker directory belongs to us; Debian's mosquitto lies where users do not look.
std::string binary() { return std::filesystem::exists("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : "mosquitto"; }

}  // namespace

Mosquitto::Mosquitto() {
  char name[] = "/tmp/depops-broker-XXXXXX";
  directory_ = ::mkdtemp(name);
  make_authority("infra");
  make_authority("sites");
  issue("infra", "broker");
  issue("infra", "hub");
  issue("sites", "fra-1");
  issue("sites", "sin-1");
  hub::BrokerSettings settings;
  settings.directory = directory_ + "/broker";
  settings.sites_port = sites_port_ = free_port();
  settings.hub_port = hub_port_ = free_port();
  settings.sites_ca = file("sites-ca.pem");
  settings.infra_ca = file("infra-ca.pem");
  settings.certificate = file("broker.pem");
  settings.key = file("broker.key");
  configuration_ = hub::write_broker_configuration(settings).value();
}

Mosquitto::~Mosquitto() {
  kill();
  std::filesystem::remove_all(directory_);
}

void Mosquitto::make_authority(const std::string& name) {
  run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
       "-subj", "/CN=" + name, "-keyout", file(name + "-ca.key"), "-out", file(name + "-ca.pem")},
      file("openssl.log"));
}

void Mosquitto::issue(const std::string& authority, const std::string& name) {
  const std::string log = file("openssl.log");
  std::ofstream(file(name + ".ext")) << "subjectAltName=IP:127.0.0.1\n";
  run({"openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
       "/CN=" + name, "-keyout", file(name + ".key"), "-out", file(name + ".csr")},
      log);
  run({"openssl", "x509", "-req", "-in", file(name + ".csr"), "-CA", file(authority + "-ca.pem"), "-CAkey",
       file(authority + "-ca.key"), "-CAcreateserial", "-days", "2", "-extfile", file(name + ".ext"), "-out",
       file(name + ".pem")},
      log);
}

void Mosquitto::start() {
  pid_ = spawn({binary(), "-c", configuration_}, file("broker.log"));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!listens(sites_port_) || !listens(hub_port_)) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    REQUIRE(::waitpid(pid_, nullptr, WNOHANG) == 0);
    ::poll(nullptr, 0, 20);
  }
}

void Mosquitto::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

std::string Mosquitto::url(bool hub) const {
  return "mqtts://127.0.0.1:" + std::to_string(hub ? hub_port_ : sites_port_);
}

}  // namespace depops::test
