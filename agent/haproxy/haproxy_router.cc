#include "agent/haproxy/haproxy_router.h"

#include <algorithm>
#include <optional>
#include <thread>

#include "agent/haproxy/admin_socket.h"
#include "agent/haproxy/configuration.h"
#include "agent/haproxy/counting.h"
#include "agent/haproxy/observed.h"
#include "agent/haproxy/prepare.h"
#include "agent/haproxy/replace_map.h"
#include "shared/crash_point/crash_point.h"
#include "shared/threads/mailbox.h"

namespace depops::agent {
namespace {

using haproxy::Memory;
using haproxy::Running;

constexpr Millis kPace{200};
constexpr Millis kMaxPause{5'000};  // between tries when HAProxy does not answer
constexpr Millis kReloadPause{5'000};
constexpr int kTries = 3;  // to read one worker whole

class HaproxyRouter : public Router {
 public:
  HaproxyRouter(HaproxySettings settings, const ports::Clock& clock) : settings_(std::move(settings)), clock_(clock) {}
  ~HaproxyRouter() override { halt(); }

  RouterCapabilities capabilities() const override {
    return {.weights = true, .headers = true, .cookies = true, .mirror = false};
  }

  void start(std::function<void(RouterFacts)> read) override {
    read_ = std::move(read);
    worker_ = std::thread([this] { work(); });
  }

  void apply(RouterOrders orders) override { box_.give(std::move(orders)); }

  void stop() override { halt(); }

 private:
  void halt() {
    box_.close();
    if (worker_.joinable()) worker_.join();
  }

  void work() {
    while (take_orders()) {
      const Result<void> done = turn();
      pause_ = done.ok() ? kPace : std::min(pause_ * 2, kMaxPause);
      if (!done.ok()) report_trouble(done.error());
    }
  }

  bool take_orders() {
    auto mail = box_.wait(busy_ ? Millis{20} : pause_);
    if (mail.value) {
      force_ = force_ || !ordered_ || mail.value->seq != orders_.seq;
      orders_ = std::move(*mail.value);
      ordered_ = true;
    }
    return !mail.over;
  }

  Result<void> turn() {
    Result<Running> running = read();
    if (!running.ok()) {
      // Whoever starts HAProxy again starts it with what is ordered now.
      if (ordered_ && force_) (void)write_assumed();
      return running.error();
    }
    if (running->pid != pid_) begin_life(*running);
    // Without orders nothing is known that would be better than what runs.
    std::string trouble = ordered_ ? structure_trouble(*running) : "";
    busy_ = false;
    if (ordered_) {
      const Result<void> sent = carry_out(*running, trouble);
      if (!sent.ok()) return sent;
      if (running->pid != pid_) return start_over(*running);
    }
    report(*running, std::move(trouble));
    return {};
  }

  // During a reload one answer may be of the old worker and the next one of the new.
  Result<Running> read() const {
    for (int i = 0; i < kTries; ++i) {
      DEPOPS_TRY(const std::string answer, haproxy::ask(settings_.admin_socket, haproxy::kReadCommands));
      DEPOPS_TRY(Running running, haproxy::parse_running(answer));
      DEPOPS_TRY(const bool same, read_maps(running));
      if (same) return running;
    }
    return Error{Errc::unavailable, "HAProxy was replaced " + std::to_string(kTries) +
                                        " times while it was read; find out who reloads it again and again"};
  }

  // False: they are of another worker than the rest.
  Result<bool> read_maps(Running& running) const {
    for (const auto& [service, bind] : settings_.binds) {
      DEPOPS_TRY(const std::string shown,
                 haproxy::ask(settings_.admin_socket, "show map " + haproxy::map_path(settings_, service)));
      auto rows = haproxy::parse_map(shown);
      if (rows) running.maps[service] = std::move(*rows);
    }
    DEPOPS_TRY(const std::string answer, haproxy::ask(settings_.admin_socket, "show info"));
    DEPOPS_TRY(const Running after, haproxy::parse_running(answer));
    return after.pid == running.pid;
  }

  // Another worker: after a start or a reload. It came up with the written
  // configuration; what it has now is the base.
  void begin_life(const Running& running) {
    pid_ = running.pid;
    memory_ = {};
    counting_.begin_life();
    force_ = true;
  }

  // Replaced in the middle of a turn: what was written went to the old worker, so that what the new one has instead is
  // nobody's doing. It is told of when orders were carried out at it.
  Result<void> start_over(const Running& running) {
    begin_life(running);
    busy_ = true;
    return {};
  }

  Result<void> carry_out(Running& running, std::string& trouble) {
    const std::vector<ServiceRoute> routes = known_routes(trouble);
    const auto targets = haproxy::targets_of(routes, running, memory_);
    for (const std::string& line : haproxy::commands_for(targets, running, force_, memory_)) {
      crash_point("haproxy.write.before");
      DEPOPS_TRY(const std::string said, haproxy::ask(settings_.admin_socket, line));
      crash_point("haproxy.write.after");
      note_answer(line, said, trouble);
      busy_ = true;
    }
    for (const ServiceRoute& route : routes) DEPOPS_TRY_VOID(carry_out_forced(route, running, trouble));
    DEPOPS_TRY_VOID(configuration_.write(routes, targets, haproxy::rows_of(routes, running)));
    force_ = false;
    DEPOPS_TRY(running, read());
    forget_removed(targets, running);
    return {};
  }

  // Servers come first, so that a row never leads to those of another set.
  Result<void> carry_out_forced(const ServiceRoute& route, const Running& running, std::string& trouble) {
    auto rows = haproxy::rows_to_write(route, running, force_, memory_);
    if (!rows) return {};
    crash_point("haproxy.write.before");
    const Result<void> written =
        haproxy::replace_map(settings_.admin_socket, haproxy::map_path(settings_, route.service), *rows);
    crash_point("haproxy.write.after");
    if (!written.ok() && written.error().code != Errc::invalid) return written;
    if (!written.ok()) {
      trouble = written.error().what;
      return {};
    }
    memory_.rows[route.service] = std::move(*rows);
    busy_ = true;
    return {};
  }

  // Success is silent or one of these; everything else is a refusal. A server
  // with requests under way is no trouble: the removal is tried again.
  static void note_answer(const std::string& line, const std::string& said, std::string& trouble) {
    const bool fine = said.find_first_not_of("\n ") == std::string::npos ||
                      said.find("New server registered") != std::string::npos ||
                      said.find("Server deleted") != std::string::npos || line.find("del server") != std::string::npos;
    if (!fine) trouble = "HAProxy refused \"" + line.substr(0, 100) + "\": " + said.substr(0, 200);
  }

  void forget_removed(const std::vector<haproxy::Target>& targets, const Running& running) {
    std::erase_if(memory_.written, [&](const auto& entry) {
      const std::string& path = entry.first;
      const auto slash = path.find('/');
      const bool wanted = std::ranges::any_of(targets, [&](const auto& target) { return target.path() == path; });
      return !wanted && haproxy::find_server(running, path.substr(0, slash), path.substr(slash + 1)) == nullptr;
    });
  }

  // Those that can be carried out.
  std::vector<ServiceRoute> known_routes(std::string& trouble) const {
    std::vector<ServiceRoute> routes;
    for (const ServiceRoute& route : orders_.routes) {
      if (settings_.binds.contains(route.service)) {
        routes.push_back(route);
        const Result<void> checked = check_forced(route.forced);
        if (checked.ok()) continue;
        routes.back().forced.clear();
        trouble = route.service.str() + ": " + checked.error().what;
      } else {
        trouble = "service " + route.service.str() + " has no bind; name one in the agent's settings, haproxy.binds";
      }
    }
    return routes;
  }

  Result<void> write_assumed() {
    std::string ignored;
    const std::vector<ServiceRoute> routes = known_routes(ignored);
    const Running running = haproxy::assumed_running(routes);
    return configuration_.write(routes, haproxy::targets_of(routes, running, {}), haproxy::rows_of(routes, running));
  }

  // A running HAProxy with other binds or health paths than ours needs a
  // reload, which only its master can do.
  std::string structure_trouble(const Running& running) {
    const std::string wanted = configuration_.structure(orders_.routes);
    if (running.description == wanted) return {};
    const Moment now = clock_.now();
    if (!settings_.master_socket.empty() && (!reloaded_ || now.boottime - *reloaded_ >= kReloadPause)) {
      reloaded_ = now.boottime;
      if (write_assumed().ok()) reload();
    }
    return "HAProxy runs another configuration than " + settings_.config_path +
           "; it must be reloaded (SIGUSR2 to its master)";
  }

  void reload() const {
    crash_point("haproxy.reload.before");
    (void)haproxy::ask(settings_.master_socket, "reload");
    crash_point("haproxy.reload.after");
  }

  void report(const Running& running, std::string trouble) {
    RouterFacts facts{orders_.seq, clock_.now().wall, true, std::move(trouble), {}, {}};
    if (ordered_) facts.foreign = haproxy::foreign_changes(running, memory_);
    std::string ignored;
    for (const ServiceRoute& route : known_routes(ignored)) {
      ServiceTraffic traffic = haproxy::traffic_of(route, running, memory_);
      counting_.add_counters(traffic, running);
      facts.services.push_back(std::move(traffic));
    }
    read_(std::move(facts));
  }

  void report_trouble(const Error& error) {
    busy_ = false;
    // Orders that could not be written are not applied.
    read_({force_ ? 0 : orders_.seq, clock_.now().wall, false, error.what, {}, {}});
  }

  HaproxySettings settings_;
  const ports::Clock& clock_;
  std::function<void(RouterFacts)> read_;
  std::thread worker_;

  Mailbox<RouterOrders> box_;

  // The worker's own.
  RouterOrders orders_;
  bool ordered_ = false;
  bool force_ = false;  // the orders are new, or HAProxy is: write whatever differs
  bool busy_ = false;   // something was just written: look again soon
  int pid_ = 0;
  Memory memory_;
  haproxy::Counting counting_;
  haproxy::Configuration configuration_{settings_};
  Millis pause_ = kPace;
  std::optional<Millis> reloaded_;
};

}  // namespace

Result<std::unique_ptr<Router>> make_haproxy_router(HaproxySettings settings, const ports::Clock& clock) {
  DEPOPS_TRY_VOID(haproxy::prepare(settings));
  return std::unique_ptr<Router>(std::make_unique<HaproxyRouter>(std::move(settings), clock));
}

}  // namespace depops::agent
