#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "deploy/demo/stream/exchange.h"

namespace depops::demo {
namespace {

volatile sig_atomic_t g_ended = 0;
void on_signal(int) { g_ended = 1; }

struct Settings {
  std::string host, port, path = "/", log, headers;
  double rate = 0;
  std::int64_t timeout_ms = 5'000;
  std::int64_t seconds = 0;  // 0: until SIGTERM
};

std::int64_t wall_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

double positive(const std::string& name, const char* text) {
  char* end = nullptr;
  const double value = std::strtod(text, &end);
  if (*end != '\0' || !(value > 0 && value <= 100'000)) {
    throw std::invalid_argument(name + " " + text + ": must be a number above 0 and at most 100000");
  }
  return value;
}

void take_url(Settings& settings, const std::string& url) {
  const std::string scheme = "http://";
  const std::size_t slash = url.find('/', scheme.size());
  const std::string where = url.substr(std::min(url.size(), scheme.size()), slash - scheme.size());
  const std::size_t colon = where.find(':');
  if (url.rfind(scheme, 0) != 0 || colon == std::string::npos) {
    throw std::invalid_argument("--url " + url + ": must be http://ADDRESS:PORT/PATH with a numeric address");
  }
  settings.host = where.substr(0, colon);
  settings.port = where.substr(colon + 1);
  if (slash != std::string::npos) settings.path = url.substr(slash);
}

void take_header(Settings& settings, const std::string& line) {
  const bool clean = std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (!clean || line.find(": ") == std::string::npos) {
    throw std::invalid_argument("--header " + line + ": must be \"Name: value\" in ASCII");
  }
  settings.headers += "\r\n" + line;
}

Settings read_arguments(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i < argc; i += 2) {
    const std::string name = argv[i];
    if (i + 1 >= argc) throw std::invalid_argument(name + " needs a value");
    const char* value = argv[i + 1];
    if (name == "--url")
      take_url(settings, value);
    else if (name == "--log")
      settings.log = value;
    else if (name == "--header")
      take_header(settings, value);
    else if (name == "--rate")
      settings.rate = positive(name, value);
    else if (name == "--timeout")
      settings.timeout_ms = static_cast<std::int64_t>(positive(name, value));
    else if (name == "--seconds")
      settings.seconds = static_cast<std::int64_t>(positive(name, value));
    else
      throw std::invalid_argument(name + " is unknown; known: --url --rate --log --header --timeout --seconds");
  }
  if (settings.host.empty() || settings.rate <= 0 || settings.log.empty()) {
    throw std::invalid_argument("--url, --rate and --log are needed");
  }
  return settings;
}

class Stream {
 public:
  explicit Stream(Settings settings) : settings_(std::move(settings)), log_(settings_.log, std::ios::app) {
    if (!log_) throw std::runtime_error("cannot write " + settings_.log);
    address_.sin_family = AF_INET;
    address_.sin_port = htons(static_cast<std::uint16_t>(std::stoi(settings_.port)));
    if (::inet_pton(AF_INET, settings_.host.c_str(), &address_.sin_addr) != 1) {
      throw std::invalid_argument("--url: " + settings_.host + " is no IPv4 address");
    }
    const std::string head =
        "GET " + settings_.path + " HTTP/1.1\r\nHost: " + settings_.host + ":" + settings_.port + settings_.headers;
    kept_request_ = head + "\r\n\r\n";
    single_request_ = head + "\r\nConnection: close\r\n\r\n";
  }

  int run() {
    const auto begin = std::chrono::steady_clock::now();
    std::uint64_t sent = 0;
    for (bool going = true; going || under_way() > 0;) {
      const std::chrono::duration<double> gone = std::chrono::steady_clock::now() - begin;
      going = going && g_ended == 0 && (settings_.seconds == 0 || gone.count() < double(settings_.seconds));
      const auto due = static_cast<std::uint64_t>(gone.count() * settings_.rate) + 1;
      for (; going && sent < due; ++sent) send_one(sent % 2 == 0);
      const double next = double(sent) / settings_.rate - gone.count();
      wait(going ? std::clamp(static_cast<int>(next * 1000), 0, 100) : 100);
    }
    sum_up();
    return 0;
  }

 private:
  std::size_t under_way() const {
    return static_cast<std::size_t>(std::count_if(all_.begin(), all_.end(), [](const auto& e) { return !e->idle(); }));
  }

  void send_one(bool kept) {
    const auto free = std::find_if(all_.begin(), all_.end(),
                                   [&](const auto& e) { return kept && e->kept() && e->idle() && e->usable(); });
    const bool found = free != all_.end();  // the iterator does not survive push_back
    Exchange& exchange = found ? **free : *all_.emplace_back(std::make_unique<Exchange>(address_, kept));
    exchange.send(kept ? kept_request_ : single_request_, wall_ms());
    if (exchange.idle()) record(exchange);
  }

  void wait(int timeout_ms) {
    std::vector<pollfd> fds;
    for (const auto& exchange : all_) fds.push_back({exchange->fd(), exchange->events(), 0});
    ::poll(fds.data(), fds.size(), timeout_ms);
    const std::int64_t now = wall_ms();
    for (std::size_t i = 0; i < fds.size(); ++i) {
      Exchange& exchange = *all_[i];
      const bool was_under_way = !exchange.idle();
      if (fds[i].revents != 0) exchange.advance();
      if (!exchange.idle() && now - exchange.sent_ms > settings_.timeout_ms) exchange.fail("timeout");
      if (was_under_way && exchange.idle()) record(exchange);
    }
    std::erase_if(all_, [](const auto& e) { return e->idle() && !e->usable(); });
    log_.flush();
  }

  void record(const Exchange& exchange) {
    log_ << exchange.sent_ms << ' ' << exchange.version << ' ' << exchange.outcome << ' '
         << wall_ms() - exchange.sent_ms << ' ' << (exchange.kept() ? "kept" : "new") << '\n';
    requests_ += 1;
    const bool status = std::isdigit(static_cast<unsigned char>(exchange.outcome[0])) != 0;
    if (!status) lost_ += 1;
    if (status && exchange.outcome >= "500") errors_ += 1;
  }

  void sum_up() {
    std::cout << "{\"requests\":" << requests_ << ",\"errors_5xx\":" << errors_ << ",\"lost\":" << lost_ << "}"
              << std::endl;
  }

  Settings settings_;
  std::ofstream log_;
  sockaddr_in address_{};
  std::string kept_request_, single_request_;
  std::vector<std::unique_ptr<Exchange>> all_;
  std::uint64_t requests_ = 0, errors_ = 0, lost_ = 0;
};

}  // namespace
}  // namespace depops::demo

int main(int argc, char** argv) {
  struct sigaction action {};
  action.sa_handler = depops::demo::on_signal;
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGINT, &action, nullptr);
  try {
    return depops::demo::Stream(depops::demo::read_arguments(argc, argv)).run();
  } catch (const std::exception& error) {
    std::cerr << "depops-demo-stream: " << error.what() << '\n';
    return 2;
  }
}
