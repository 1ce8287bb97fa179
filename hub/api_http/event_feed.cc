#include "hub/api_http/event_feed.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/StreamSocket.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <deque>
#include <mutex>
#include <thread>

#include "hub/api_http/event_text.h"

namespace depops::hub::api_http {
namespace {

constexpr std::size_t kRecentMax = 10'000;
constexpr std::size_t kPendingMax = 256 * 1024;
constexpr const char* kHello = "retry: 2000\n\n";
constexpr const char* kStillHere = ": still here\n\n";

struct Stream {
  Poco::Net::StreamSocket socket;
  std::vector<std::string> topics;
  std::uint64_t after = 0;
  std::string pending;
  bool gone = false;
};

// Sends what the socket takes without waiting.
void send_some(Stream& stream) {
  try {
    while (!stream.pending.empty()) {
      const int sent = stream.socket.sendBytes(stream.pending.data(), static_cast<int>(stream.pending.size()));
      if (sent <= 0) return;
      stream.pending.erase(0, static_cast<std::size_t>(sent));
    }
  } catch (const Poco::Exception&) {
    stream.gone = true;
  }
}

// A browser never sends anything on a stream: readable means closed.
void notice_end(Stream& stream) {
  try {
    std::array<char, 256> ignored{};
    if (stream.socket.receiveBytes(ignored.data(), ignored.size()) == 0) stream.gone = true;
  } catch (const Poco::Exception&) {
    stream.gone = true;
  }
}

}  // namespace

struct EventFeed::Reactor {
  Reactor(std::uint64_t start, std::chrono::milliseconds beat_every)
      : newest(start), forgotten(start), heartbeat(beat_every), wake_fd(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    thread = std::thread([this] { run(); });
  }
  ~Reactor() { ::close(wake_fd); }

  void wake() const {
    const std::uint64_t one = 1;
    if (::write(wake_fd, &one, sizeof one) < 0) return;  // full: it is awake anyway
  }
  void run();
  void wait();
  void take_new();
  void fill(Stream& stream);
  void beat();

  std::mutex mutex;  // recent, arriving, newest, forgotten
  std::deque<EventRow> recent;
  std::vector<Stream> arriving;
  std::atomic<std::uint64_t> newest;
  std::uint64_t forgotten;  // newest id that is no longer in `recent`
  std::atomic<bool> stopping{false};
  std::atomic<std::size_t> open{0};
  const std::chrono::milliseconds heartbeat;
  int wake_fd;
  std::vector<Stream> streams;  // the thread's own
  std::chrono::steady_clock::time_point last_beat = std::chrono::steady_clock::now();
  std::thread thread;
};

void EventFeed::Reactor::take_new() {
  std::uint64_t ignored = 0;
  while (::read(wake_fd, &ignored, sizeof ignored) > 0) {
  }
  const std::lock_guard lock(mutex);
  for (Stream& stream : arriving) streams.push_back(std::move(stream));
  arriving.clear();
  for (Stream& stream : streams) fill(stream);
}

void EventFeed::Reactor::fill(Stream& stream) {
  if (stream.after < forgotten) {
    stream.pending += kResync;
    stream.after = newest;
    return;
  }
  if (stream.after >= newest) return;
  for (const EventRow& row : recent) {
    if (row.id <= stream.after) continue;
    stream.pending += event_text(row, stream.topics);
    stream.after = row.id;
  }
}

void EventFeed::Reactor::beat() {
  const auto now = std::chrono::steady_clock::now();
  if (now - last_beat < heartbeat) return;
  last_beat = now;
  for (Stream& stream : streams) stream.pending += kStillHere;
}

void EventFeed::Reactor::wait() {
  std::vector<pollfd> fds{{wake_fd, POLLIN, 0}};
  for (Stream& stream : streams) {
    const short events = static_cast<short>(POLLIN | (stream.pending.empty() ? 0 : POLLOUT));
    fds.push_back({stream.socket.impl()->sockfd(), events, 0});
  }
  ::poll(fds.data(), fds.size(), 1'000);
  for (std::size_t i = 0; i < streams.size(); ++i)
    if ((fds[i + 1].revents & (POLLIN | POLLHUP | POLLERR)) != 0) notice_end(streams[i]);
}

void EventFeed::Reactor::run() {
  while (!stopping) {
    wait();
    take_new();
    beat();
    for (Stream& stream : streams) {
      send_some(stream);
      if (stream.pending.size() > kPendingMax) stream.gone = true;
    }
    std::erase_if(streams, [](const Stream& stream) { return stream.gone; });
    open = streams.size();
  }
  streams.clear();
}

EventFeed::EventFeed(std::uint64_t newest, std::chrono::milliseconds heartbeat)
    : reactor_(std::make_unique<Reactor>(newest, heartbeat)) {}

EventFeed::~EventFeed() { stop(); }

void EventFeed::stop() {
  if (!reactor_->thread.joinable()) return;
  reactor_->stopping = true;
  reactor_->wake();
  reactor_->thread.join();
}

std::uint64_t EventFeed::newest() const noexcept { return reactor_->newest; }

std::size_t EventFeed::streams() const noexcept { return reactor_->open; }

void EventFeed::publish(std::vector<EventRow> rows) {
  if (rows.empty()) return;
  {
    const std::lock_guard lock(reactor_->mutex);
    reactor_->newest = rows.back().id;
    for (EventRow& row : rows) {
      row.report_bytes = {};
      reactor_->recent.push_back(std::move(row));
    }
    while (reactor_->recent.size() > kRecentMax) {
      reactor_->forgotten = reactor_->recent.front().id;
      reactor_->recent.pop_front();
    }
  }
  reactor_->wake();
}

void EventFeed::add(const Poco::Net::StreamSocket& socket, Subscription subscription) {
  Stream stream{socket, std::move(subscription.topics), subscription.after, kHello + subscription.backlog, false};
  stream.socket.setBlocking(false);
  {
    const std::lock_guard lock(reactor_->mutex);
    reactor_->arriving.push_back(std::move(stream));
  }
  reactor_->wake();
}

}  // namespace depops::hub::api_http
