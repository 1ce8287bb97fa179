#include "hub/signer/signature_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "shared/json/write.h"

namespace depops::hub::signer {
namespace {

std::string time_text(Instant at) {
  const std::int64_t ms = at.time_since_epoch().count();
  const std::int64_t rest = ((ms % 1'000) + 1'000) % 1'000;
  const std::time_t seconds = (ms - rest) / 1'000;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> day{};
  std::strftime(day.data(), day.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%s.%03dZ", day.data(), static_cast<int>(rest));
  return text.data();
}

}  // namespace

Result<std::unique_ptr<SignatureLog>> SignatureLog::open(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return Error{Errc::unavailable, path + ": can not be opened: " + std::strerror(errno)};
  return std::unique_ptr<SignatureLog>(new SignatureLog(path, file));
}

SignatureLog::~SignatureLog() { ::close(file_); }

Result<void> SignatureLog::add(Instant at, const json::Value& members) {
  json::Value line;
  line.add("at", time_text(at));
  for (const auto& [name, value] : members.members()) line.add(name, value);
  const std::string text = json::write(line) + "\n";
  const ssize_t wrote = ::write(file_, text.data(), text.size());
  if (wrote == static_cast<ssize_t>(text.size())) return {};
  const std::string cause = wrote < 0 ? std::strerror(errno) : "the disk is full";
  if (wrote > 0) (void)::write(file_, "\n", 1);  // what was begun is no line; the next one begins on its own
  return Error{Errc::unavailable, path_ + ": " + cause + "; nothing is signed that can not be logged: make room there"};
}

}  // namespace depops::hub::signer
