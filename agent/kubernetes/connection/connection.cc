#include "agent/kubernetes/connection/connection.h"

#include <Poco/Exception.h>

#include <array>
#include <utility>

#include "agent/kubernetes/connection/pool.h"

namespace depops::agent::kubernetes {

// Who asks, with what was read just now.
struct Connection::Caller {
  Peer peer;
  std::string token;
};

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr Millis kConnectMost{5'000};
constexpr Millis kPatience{250};  // for what another call is about to leave, which saves a handshake
const std::string kTooLong = "the answer is longer than ";
const std::string kLate = "no answer in time";

// The library's words name hosts and states of TLS, never what was sent.
std::string words_of(const Poco::Exception& trouble) {
  if (dynamic_cast<const Poco::TimeoutException*>(&trouble) != nullptr) return kLate;
  return trouble.displayText();
}

// Nothing: it did not end in time, is longer than the cap, or broke off; `why` says which.
std::optional<std::string> rest_of(TlsSession& session, const TlsSession::Head& head, Deadline deadline,
                                   std::uint64_t most, std::string& why) {
  std::string text;
  why = "no whole answer in time";
  std::array<char, 4'096> more;  // on the stack of each thread that ever asked
  while (session.set_what_is_left(deadline)) {
    const int next = session.body().get();
    if (next == std::istream::traits_type::eof()) {
      if (SteadyClock::now() >= deadline) return std::nullopt;
      why = "the answer broke off";
      const bool whole = !session.broke() && (!head.length || *head.length == text.size());
      return whole ? std::optional(std::move(text)) : std::nullopt;
    }
    text.push_back(static_cast<char>(next));
    text.append(more.data(), static_cast<std::size_t>(session.body().readsome(more.data(), more.size())));
    if (text.size() <= most) continue;
    why = kTooLong + std::to_string(most) + " bytes";
    return std::nullopt;
  }
  return std::nullopt;
}

// Before a socket is closed nobody may still shut down its number, which can be another's by then.
class Armed {
 public:
  Armed(Breaker& breaker, const TlsSession& session) : breaker_(&breaker) { breaker.arm(session.socket()); }
  Armed(const Armed&) = delete;
  Armed& operator=(const Armed&) = delete;
  ~Armed() {
    if (breaker_ != nullptr) breaker_->disarm();
  }
  void leave_to_stream() { breaker_ = nullptr; }

 private:
  Breaker* breaker_;
};

}  // namespace

Connection::Connection(Access& access, const ports::Clock& clock) : access_(access), clock_(clock) {}

Connection::~Connection() = default;

Result<Connection::Caller> Connection::caller() {
  DEPOPS_TRY(Identity identity, access_.identity(clock_.now().wall));
  DEPOPS_TRY(std::string authorities, access_.authorities());
  return Caller{{access_.server(), access_.server_name(), std::move(authorities), std::move(identity.certificate),
                 std::move(identity.key)},
                std::move(identity.token)};
}

std::shared_ptr<Pool> Connection::pool_for(const Peer& peer) {
  const std::lock_guard lock(pool_mutex_);
  if (!pool_ || pool_->peer() != peer) pool_ = Pool::of(peer);
  return pool_;
}

// `rested`: in, that a session that rested may be used; out, that one was.
std::variant<Reply, Lost> Connection::attempt(const Call& call, const Caller& caller, bool& rested) {
  const Deadline deadline = SteadyClock::now() + call.timeout;
  bool sent = false;
  try {
    const std::shared_ptr<Pool> pool = pool_for(caller.peer);
    std::unique_ptr<TlsSession> session = rested ? pool->take(kPatience) : nullptr;
    const Pool::Busy busy(pool);
    rested = session != nullptr;
    if (!session) session = connected(pool, call.timeout);
    sent = true;
    session->send(call, caller.token);
    const TlsSession::Head head = session->receive(deadline);
    std::string why;
    auto body = rest_of(*session, head, deadline, call.answer_max, why);
    // What the status says counts, also without its words.
    if (!body && head.status >= 300) return Reply{head.status, head.retry_after, {}};
    if (!body) return Lost{true, why, why.starts_with(kTooLong)};
    if (head.keeps) pool->rest(std::move(session));
    return Reply{head.status, head.retry_after, std::move(*body)};
  } catch (const Poco::Exception& trouble) {
    return Lost{sent, words_of(trouble)};
  }
}

std::variant<Reply, Lost> Connection::exchange(const Call& call) {
  const std::lock_guard lock(mutex_);
  const auto who = caller();
  if (!who.ok()) return Lost{false, who.error().what};
  bool rested = true;
  auto outcome = attempt(call, *who, rested);
  // A connection that rested can end just when it is used again; what only asks is asked once more.
  const Lost* lost = std::get_if<Lost>(&outcome);
  const bool again = rested && lost != nullptr && call.method == "GET" && lost->why != kLate && !lost->too_long;
  rested = false;
  if (again) return attempt(call, *who, rested);
  return outcome;
}

std::unique_ptr<TlsSession> Connection::connected(std::shared_ptr<Pool> pool, Millis limit) {
  auto session = std::make_unique<TlsSession>(std::move(pool));
  ++handshakes_;
  if (session->connect(std::min(limit, kConnectMost))) ++taken_up_;
  return session;
}

std::variant<std::unique_ptr<Stream>, Reply, Lost> Connection::open(const Call& call, Breaker& breaker) {
  const auto who = caller();
  if (!who.ok()) return Lost{false, who.error().what};
  bool rested = true;
  auto outcome = stream_on(call, *who, breaker, rested);
  // What rested can end just when it is used again.
  const bool again = rested && std::holds_alternative<Lost>(outcome) && !breaker.tripped();
  rested = false;
  return again ? stream_on(call, *who, breaker, rested) : std::move(outcome);
}

// `rested`: as above.
std::variant<std::unique_ptr<Stream>, Reply, Lost> Connection::stream_on(const Call& call, const Caller& caller,
                                                                         Breaker& breaker, bool& rested) {
  const Deadline deadline = SteadyClock::now() + call.timeout;
  try {
    const std::shared_ptr<Pool> pool = pool_for(caller.peer);
    std::unique_ptr<TlsSession> session = rested ? pool->take(kPatience) : nullptr;
    const Pool::Busy busy(pool);
    rested = session != nullptr;
    if (!session) session = connected(pool, call.timeout);
    Armed armed(breaker, *session);
    session->send(call, caller.token);
    const TlsSession::Head head = session->receive(deadline);
    if (head.status == 200) {
      armed.leave_to_stream();
      Stream::Heir heir;
      if (head.keeps) heir = [pool](std::unique_ptr<TlsSession> left) { pool->rest(std::move(left)); };
      return std::make_unique<Stream>(std::move(session), breaker, std::move(heir));
    }
    std::string why;
    return Reply{head.status, head.retry_after,
                 rest_of(*session, head, deadline, call.answer_max, why).value_or(std::string())};
  } catch (const Poco::Exception& trouble) {
    return Lost{true, words_of(trouble)};
  }
}

}  // namespace depops::agent::kubernetes
