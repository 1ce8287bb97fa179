#include "agent/endpoints_file/endpoints_file.h"

#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>
#include <utility>

#include "shared/json/value.h"
#include "shared/json/write.h"
#include "shared/rollout/rolling.h"
#include "shared/threads/mailbox.h"

namespace depops::agent {
namespace {

constexpr Millis kPace{200};

Result<void> replace_file(const std::string& path, const std::string& text) {
  const std::string next = path + ".next";
  {
    std::ofstream out(next, std::ios::binary | std::ios::trunc);
    out << text;
    out.flush();
    if (!out) return Error{Errc::unavailable, next + " can not be written; make room and let the agent write there"};
  }
  std::error_code failure;
  std::filesystem::rename(next, path, failure);
  if (failure) return Error{Errc::unavailable, path + ": " + failure.message() + "; let the agent write there"};
  return {};
}

class EndpointsFile : public Router {
 public:
  EndpointsFile(std::string path, const ports::Clock& clock) : path_(std::move(path)), clock_(clock) {}
  ~EndpointsFile() override { halt(); }

  RouterCapabilities capabilities() const override { return {.proof = ShareProof::accepted}; }
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

  // False: it is over. Orders that could not be written are tried again at the next turn.
  bool take_orders() {
    auto mail = box_.wait(told_ ? kPace : Millis{0});
    if (mail.value) wanted_ = std::move(mail.value);
    return !mail.over;
  }

  void work() {
    while (take_orders()) {
      std::string trouble;
      if (wanted_ && wanted_->seq != written_.seq) {
        const Result<void> done = replace_file(path_, endpoints_text(*wanted_));
        if (done.ok()) written_ = *wanted_;
        if (!done.ok()) trouble = done.error().what;
      }
      RouterFacts facts = endpoints_facts(written_);
      facts.at = clock_.now().wall;
      facts.reachable = trouble.empty();
      facts.trouble = std::move(trouble);
      told_ = true;
      read_(std::move(facts));
    }
  }

  std::string path_;
  const ports::Clock& clock_;
  std::function<void(RouterFacts)> read_;
  std::thread worker_;
  Mailbox<RouterOrders> box_;
  // The worker's.
  std::optional<RouterOrders> wanted_;
  RouterOrders written_;
  bool told_ = false;
};

std::uint32_t live_of(const ServiceRoute& route, const SetId* set) {
  std::uint32_t live = 0;
  for (const RoutedEndpoint& endpoint : route.endpoints)
    live += !endpoint.drain && (set == nullptr || endpoint.set == *set) ? 1U : 0U;
  return live;
}

json::Value entry_of(const ServiceRoute& route, const SetId& set) {
  json::Value targets = json::Value::array();
  for (const RoutedEndpoint& endpoint : route.endpoints)
    if (endpoint.set == set && !endpoint.drain) targets.push(endpoint.host + ":" + std::to_string(endpoint.port));
  json::Value labels;
  labels.add("service", route.service.str()).add("set", set.str());
  json::Value entry;
  entry.add("targets", std::move(targets)).add("labels", std::move(labels));
  return entry;
}

}  // namespace

std::string endpoints_text(const RouterOrders& orders) {
  json::Value all = json::Value::array();
  for (const ServiceRoute& route : orders.routes) {
    for (const SetShare& share : route.shares)
      if (live_of(route, &share.set) > 0) all.push(entry_of(route, share.set));
  }
  return json::write(all) + "\n";
}

RouterFacts endpoints_facts(const RouterOrders& orders) {
  RouterFacts facts;
  facts.applied_seq = orders.seq;
  for (const ServiceRoute& route : orders.routes) {
    ServiceTraffic traffic;
    traffic.service = route.service;
    const std::uint32_t all = live_of(route, nullptr);
    for (const SetShare& share : route.shares) {
      const std::uint32_t own = live_of(route, &share.set);
      traffic.shares.push_back({share.set, rollout::share_of(own, all - own)});
    }
    for (const RoutedEndpoint& endpoint : route.endpoints)
      traffic.endpoints.push_back({endpoint.id, endpoint.set, !endpoint.drain, false, 1, 0});
    facts.services.push_back(std::move(traffic));
  }
  return facts;
}

std::unique_ptr<Router> make_endpoints_file(std::string path, const ports::Clock& clock) {
  return std::make_unique<EndpointsFile>(std::move(path), clock);
}

}  // namespace depops::agent
