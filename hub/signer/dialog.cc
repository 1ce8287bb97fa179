#include "hub/signer/dialog.h"

#include "shared/wire/signer.h"

namespace depops::hub::signer {
namespace {

constexpr Millis kAnswerMost{10'000};

}  // namespace

Result<std::string> Dialog::ask(const std::string& request) {
  const bool held = socket_.is_open();
  auto answer = ask_once(request);
  if (!answer.ok() && held) answer = ask_once(request);
  return answer;
}

Result<std::string> Dialog::ask_once(const std::string& request) {
  if (!socket_.is_open()) {
    DEPOPS_TRY(socket_, connect_to(path_));
  }
  auto sent = send_message(socket_, request, kAnswerMost);
  auto answer = sent.ok() ? take_message(socket_, wire::kSignAnswerMax, kAnswerMost) : sent.error();
  if (!answer.ok()) socket_.close();
  return answer;
}

Error Dialog::remedy(const Error& error) {
  socket_.close();
  return {Errc::unavailable, "the signer at " + path_ + " does not sign: " + error.what +
                                 "; see that it runs (depops-hub signer --config FILE) and serves this hub's user"};
}

}  // namespace depops::hub::signer
