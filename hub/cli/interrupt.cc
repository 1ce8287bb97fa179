#include "hub/cli/interrupt.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>

namespace depops::hub::cli {
namespace {

// A handler may only touch what is made for it; the pipe wakes a wait that is under way.
volatile std::sig_atomic_t signal_came = 0;
int pipe_ends[2] = {-1, -1};

extern "C" void note_signal(int) {
  signal_came = 1;
  const char byte = 0;
  [[maybe_unused]] const auto ignored = ::write(pipe_ends[1], &byte, 1);
}

}  // namespace

Interrupt::Interrupt() {
  signal_came = 0;
  if (::pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK) != 0) pipe_ends[0] = pipe_ends[1] = -1;
  struct sigaction action {};
  action.sa_handler = note_signal;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

Interrupt::~Interrupt() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  ::close(pipe_ends[0]);
  ::close(pipe_ends[1]);
}

bool Interrupt::came() const noexcept { return signal_came != 0; }

bool Interrupt::wait(Millis at_most) const noexcept {
  pollfd waiting{pipe_ends[0], POLLIN, 0};
  if (!came()) ::poll(&waiting, 1, static_cast<int>(at_most.count()));
  return came();
}

}  // namespace depops::hub::cli
