#include "agent/main/log.h"

#include <cstdio>
#include <ctime>
#include <mutex>

namespace depops::agent {

void log_line(const std::string& text) {
  static std::mutex mutex;
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  tm parts{};
  gmtime_r(&now.tv_sec, &parts);
  char stamp[32];
  std::strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &parts);
  const std::lock_guard lock(mutex);
  std::fprintf(stderr, "time=%s.%03ldZ %s\n", stamp, now.tv_nsec / 1'000'000, text.c_str());
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' || c == '\r' ? ' ' : c;
  }
  return out + "\"";
}

}  // namespace depops::agent
