#pragma once

#include <string>
#include <utility>

#include "hub/signer/channel.h"

namespace depops::hub::signer {

// The hub's end of the socket: a message out, a message in. Thread: one at a time.
class Dialog {
 public:
  explicit Dialog(std::string path) : path_(std::move(path)) {}

  // Connects if it is not, and once more if whoever was there was started again meanwhile.
  Result<std::string> ask(const std::string& request);
  // Closes, and says what is wrong with what is there.
  Error remedy(const Error& error);

 private:
  Result<std::string> ask_once(const std::string& request);

  std::string path_;
  Socket socket_;
};

}  // namespace depops::hub::signer
