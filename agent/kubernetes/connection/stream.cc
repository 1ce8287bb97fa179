#include "agent/kubernetes/connection/stream.h"

#include <Poco/Exception.h>

#include <array>

#include "agent/kubernetes/connection/session.h"

namespace depops::agent::kubernetes {
namespace {

constexpr std::size_t kLineMax = 4 << 20;
constexpr Millis kRestOfLine{10'000};  // once some bytes of it are there

}  // namespace

Stream::Stream(std::unique_ptr<TlsSession> session, Breaker& breaker, Heir heir)
    : session_(std::move(session)), breaker_(breaker), heir_(std::move(heir)) {}

// By the end of the answer the breaker may be another's already.
Stream::~Stream() {
  if (session_) breaker_.disarm();
}

std::optional<std::string> Stream::line_so_far() {
  const std::size_t end = buffer_.find('\n', searched_);
  searched_ = buffer_.size();
  if (end == std::string::npos) return std::nullopt;
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  searched_ = 0;
  return line;
}

// Whoever gets the connection must not be ended by this stream's breaker.
Stream::End Stream::end_of_answer() {
  if (session_->broke() || !buffer_.empty() || breaker_.tripped()) return End::broken;
  breaker_.disarm();
  if (heir_ && !breaker_.tripped()) heir_(std::move(session_));
  return End::closed;
}

std::variant<std::string, Stream::End> Stream::next(Millis quiet) {
  if (!session_) return End::closed;
  try {
    for (;;) {
      if (auto line = line_so_far()) return std::move(*line);
      if (buffer_.size() > kLineMax || breaker_.tripped()) return End::broken;
      if (!session_->wait(quiet)) return End::quiet;
      (void)session_->set_what_is_left(std::chrono::steady_clock::now() + kRestOfLine);
      const int first = session_->body().get();
      if (first == std::istream::traits_type::eof()) return end_of_answer();
      buffer_.push_back(static_cast<char>(first));
      std::array<char, 4'096> more;
      buffer_.append(more.data(), static_cast<std::size_t>(session_->body().readsome(more.data(), more.size())));
    }
  } catch (const Poco::Exception&) {
    return End::broken;
  }
}

}  // namespace depops::agent::kubernetes
