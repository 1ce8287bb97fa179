#include "tests/unit/agent/haproxy/fake_admin.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <sstream>
#include <utility>

namespace depops::agent::haproxy {

FakeAdmin::FakeAdmin(const std::string& path, std::string description, std::string backend,
                     std::map<std::string, int> weights)
    : description_(std::move(description)),
      backend_(std::move(backend)),
      configured_(std::move(weights)),
      weights_(configured_) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  REQUIRE(path.size() < sizeof address.sun_path);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::listen(listener_, 16) == 0);
  thread_ = std::thread([this] { serve(); });
}

FakeAdmin::~FakeAdmin() {
  ::shutdown(listener_, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
}

void FakeAdmin::replace_after(const std::string& command, int times) {
  const std::lock_guard lock(mutex_);
  trigger_ = command;
  times_ = times;
}

int FakeAdmin::replaced() const {
  const std::lock_guard lock(mutex_);
  return replaced_;
}

void FakeAdmin::serve() {
  for (;;) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    std::string line;
    for (char c = 0; ::read(fd, &c, 1) == 1 && c != '\n';) line += c;
    const std::string said = answer(line);
    for (std::size_t at = 0; at < said.size();) {
      const ssize_t sent = ::send(fd, said.data() + at, said.size() - at, MSG_NOSIGNAL);
      if (sent <= 0) break;
      at += static_cast<std::size_t>(sent);
    }
    ::close(fd);
  }
}

std::string FakeAdmin::answer(const std::string& line) {
  const std::lock_guard lock(mutex_);
  std::string said;
  std::istringstream commands(line);
  for (std::string command; std::getline(commands, command, ';');) {
    if (command == "show info") said += info();
    if (command == "show servers state") said += state();
    if (command.starts_with("set server") && command.find(" weight ") != std::string::npos) set_weight(command);
    said += "\n";
  }
  if (times_ > replaced_ && line.find(trigger_) != std::string::npos) {
    ++replaced_;
    weights_ = configured_;
  }
  return said;
}

std::string FakeAdmin::info() const {
  return "Name: HAProxy\nPid: " + std::to_string(100 + replaced_) + "\ndescription: " + description_ + "\n";
}

std::string FakeAdmin::state() const {
  std::string text = "1\n# be_name srv_name srv_op_state srv_admin_state srv_uweight\n";
  for (const auto& [server, weight] : weights_) {
    text += backend_ + " " + server + " 2 0 " + std::to_string(weight) + "\n";
  }
  return text;
}

void FakeAdmin::set_weight(const std::string& command) {
  std::istringstream words(command);
  std::string word, path, name;
  int weight = 0;
  words >> word >> word >> path >> name >> weight;
  weights_.at(path.substr(path.find('/') + 1)) = weight;
}

}  // namespace depops::agent::haproxy
