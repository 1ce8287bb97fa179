#include "tests/e2e/faults/proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <list>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "tests/e2e/faults/carrier.h"
#include "tests/e2e/stage/trouble.h"

namespace depops::faults {
namespace {

constexpr std::size_t kWaiting = 4'096;  // bytes that wait to be written before no more is read for them
constexpr Millis kTick{50};
constexpr std::size_t kUnlimited = 1 << 20;

Millis now() { return std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now().time_since_epoch()); }

}  // namespace

// What may still be written to one end of a throttled connection; at most what a second brings is saved up.
class Purse {
 public:
  std::size_t fill(std::size_t per_second, Millis passed, const TlsEnd& end) {
    left_ -= static_cast<double>(end.written() - written_);
    written_ = end.written();
    const auto rate = static_cast<double>(per_second);
    left_ = std::clamp(left_ + rate * static_cast<double>(passed.count()) / 1'000, 0.0, rate);
    return per_second == 0 ? kUnlimited : static_cast<std::size_t>(left_);
  }

 private:
  double left_ = 0;
  std::size_t written_ = 0;
};

struct Pair {
  TlsEnd near;  // the client
  TlsEnd far;   // the broker
  Carrier up, down;
  Purse near_purse, far_purse;
};

class Proxy::Body {
 public:
  explicit Body(ProxySettings settings) : settings_(std::move(settings)) {
    std::signal(SIGPIPE, SIG_IGN);  // writing to who is gone is an error code
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int one = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(settings_.port);
    if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_, SOMAXCONN) != 0)
      throw stage::Trouble("the proxy can not listen on port " + std::to_string(settings_.port));
    worker_ = std::thread([this] { run(); });
  }

  ~Body() {
    ended_ = true;
    wake();
    worker_.join();
    ::close(listener_);
    ::close(wake_);
  }

  template <typename Change>
  void change(const Change& change) {
    {
      const std::lock_guard lock(mutex_);
      change(orders_);
    }
    wake();
  }

  Tally tally(bool up) const {
    const std::lock_guard lock(mutex_);
    return up ? up_ : down_;
  }

  struct Orders {
    Mischief up, down;
    bool cut = false, frozen = false;
    std::size_t bytes_per_second = 0;
  };

  ProxySettings settings_;
  std::atomic<std::uint64_t> connections_{0};

 private:
  void wake() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto put = ::write(wake_, &one, sizeof one);
  }

  Orders orders() const {
    const std::lock_guard lock(mutex_);
    return orders_;
  }

  void run() {
    Millis last = now();
    while (!ended_) {
      const Orders todo = orders();
      wait(todo);
      const Millis passed = now() - last;
      last += passed;
      if (todo.cut) end_all();
      if (todo.frozen) continue;
      take_new(todo);
      for (auto pair = pairs_.begin(); pair != pairs_.end();) {
        pair = work(*pair, todo, passed) ? std::next(pair) : end(pair);
      }
      count();
    }
    end_all();
  }

  void wait(const Orders& todo) {
    std::vector<pollfd> all{{wake_, POLLIN, 0}};
    if (!todo.frozen) {
      all.push_back({listener_, POLLIN, 0});
      const bool slow = todo.bytes_per_second > 0;
      for (const Pair& pair : pairs_) {
        for (const TlsEnd* end : {&pair.near, &pair.far})
          all.push_back({end->fd(), static_cast<short>(slow ? 0 : end->awaited()), 0});
      }
    }
    ::poll(all.data(), all.size(), static_cast<int>(kTick.count()));
    std::uint64_t ignored = 0;
    [[maybe_unused]] const auto got = ::read(wake_, &ignored, sizeof ignored);
  }

  void take_new(const Orders& todo) {
    for (;;) {
      TlsEnd near = TlsEnd::accept(listener_, settings_.here);
      if (near.fd() < 0) return;
      ++connections_;
      if (todo.cut) continue;
      TlsEnd far = TlsEnd::connect("127.0.0.1", settings_.broker_port, settings_.there);
      if (far.fd() < 0) continue;
      const std::uint64_t seed = settings_.seed * 1'000 + 2 * connections_;
      pairs_.push_back({std::move(near), std::move(far), Carrier(seed), Carrier(seed + 1), {}, {}});
    }
  }

  bool work(Pair& pair, const Orders& todo, Millis passed) const {
    const auto near_most = pair.near_purse.fill(todo.bytes_per_second, passed, pair.near);
    const auto far_most = pair.far_purse.fill(todo.bytes_per_second, passed, pair.far);
    const bool slow = todo.bytes_per_second > 0;
    const bool near = pair.near.work(!slow || pair.far.out.size() < kWaiting, near_most);
    const bool far = pair.far.work(!slow || pair.near.out.size() < kWaiting, far_most);
    try {
      pair.up.carry(pair.near, pair.far, pair.down, todo.up, now());
      pair.down.carry(pair.far, pair.near, pair.up, todo.down, now());
    } catch (const stage::Trouble&) {
      return false;
    }
    pair.up.send(pair.far, now());
    pair.down.send(pair.near, now());
    // What came in was carried on; the rest of it goes out before the connection is given up.
    (void)pair.far.work(false, near ? 0 : kUnlimited);
    (void)pair.near.work(false, far ? 0 : kUnlimited);
    if (near && far && !slow) (void)(pair.far.work(false, kUnlimited) && pair.near.work(false, kUnlimited));
    return near && far;
  }

  std::list<Pair>::iterator end(std::list<Pair>::iterator pair) {
    up_past_.add(pair->up.road().tally());
    down_past_.add(pair->down.road().tally());
    return pairs_.erase(pair);
  }

  void end_all() {
    while (!pairs_.empty()) end(pairs_.begin());
    count();
  }

  void count() {
    Tally up = up_past_, down = down_past_;
    for (const Pair& pair : pairs_) {
      up.add(pair.up.road().tally());
      down.add(pair.down.road().tally());
    }
    const std::lock_guard lock(mutex_);
    up_ = up;
    down_ = down;
  }

  int listener_ = -1;
  int wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  std::list<Pair> pairs_;
  Tally up_past_, down_past_;
  mutable std::mutex mutex_;
  Orders orders_;
  Tally up_, down_;
  std::atomic<bool> ended_{false};
  std::thread worker_;
};

Proxy::Proxy(ProxySettings settings) : body_(std::make_unique<Body>(std::move(settings))) {}
Proxy::~Proxy() = default;

std::string Proxy::url() const { return "mqtts://127.0.0.1:" + std::to_string(body_->settings_.port); }

void Proxy::do_mischief(const Mischief& up, const Mischief& down) {
  body_->change([&](Body::Orders& orders) {
    orders.up = up;
    orders.down = down;
  });
}

void Proxy::cut(bool cut) {
  body_->change([&](Body::Orders& orders) { orders.cut = cut; });
}

void Proxy::freeze(bool frozen) {
  body_->change([&](Body::Orders& orders) { orders.frozen = frozen; });
}

void Proxy::throttle(std::size_t bytes_per_second) {
  body_->change([&](Body::Orders& orders) { orders.bytes_per_second = bytes_per_second; });
}

Tally Proxy::up() const { return body_->tally(true); }
Tally Proxy::down() const { return body_->tally(false); }
std::uint64_t Proxy::connections() const { return body_->connections_; }

}  // namespace depops::faults
