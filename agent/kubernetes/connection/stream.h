#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "agent/kubernetes/connection/breaker.h"
#include "shared/base/moment.h"

namespace depops::agent::kubernetes {

class TlsSession;

// An answer that goes on: one line after the other. Thread: one; its breaker ends it from any.
class Stream {
 public:
  using Heir = std::function<void(std::unique_ptr<TlsSession>)>;

  // `heir` gets the connection when the server has ended the answer in order; none: the server keeps no connection.
  Stream(std::unique_ptr<TlsSession> session, Breaker& breaker, Heir heir);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  enum class End { closed, quiet, broken };  // by the server | nothing came in time | in the middle, or by the breaker

  // The next whole line, without its end. `quiet`: how long nothing may come. A line over 4 MiB breaks the stream.
  // After an End there is nothing more.
  std::variant<std::string, End> next(Millis quiet);

 private:
  std::optional<std::string> line_so_far();
  End end_of_answer();

  std::unique_ptr<TlsSession> session_;
  Breaker& breaker_;
  Heir heir_;
  std::string buffer_;
  std::size_t searched_ = 0;
};

}  // namespace depops::agent::kubernetes
