#include "hub/main/log.h"

#include <pthread.h>

#include <iostream>
#include <mutex>

namespace depops::hub {

void log_line(const std::string& line) {
  static std::mutex mutex;
  std::string flat = line;
  for (char& letter : flat)
    if (static_cast<unsigned char>(letter) < 0x20) letter = ' ';
  const std::lock_guard lock(mutex);
  std::cerr << flat << std::endl;
}

sigset_t blocked_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return set;
}

}  // namespace depops::hub
