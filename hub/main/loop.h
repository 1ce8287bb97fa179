#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "hub/api_http/command_sink.h"
#include "hub/api_http/event_feed.h"
#include "hub/api_http/metrics.h"
#include "hub/app/hub.h"
#include "hub/main/outlet.h"
#include "hub/ports/store.h"
#include "shared/ports/clock.h"

namespace depops::hub {

struct LoopParts {
  Store& store;
  Codec& codec;
  ports::Clock& clock;
  Outlet& outlet;
  api_http::EventFeed& feed;
  api_http::Metrics& metrics;
  std::string hub_id;
  std::function<void(std::vector<Digest>)> collect;  // all blobs but these; returns at once
  std::function<void(const std::string&)> log;
  std::function<void()> give_up;  // another hub took over, or the store can not be used: end the process
};

// The hub from the store, with the applied files parsed.
Result<Hub> load_hub(Store& store, Codec& codec);

// The thread that owns the hub. Inputs come from API and broker; a batch is stepped in memory, committed as one
// transaction, and only then answered, sent and shown.
class Loop final : public api_http::CommandSink {
 public:
  Loop(LoopParts parts, Hub hub);
  ~Loop() override;

  void start();
  void stop();
  Result<Answer> run(ApiCommand command) override;
  // From the broker. False: the queue is full and the message was dropped.
  bool take(ports::Message message);
  std::string not_ready() const;

 private:
  using Item = std::variant<ApiCommand, ports::Message>;

  void main();
  std::vector<Item> wait_for_items();
  void step_all(std::vector<Item> items);
  void step(const Input& input, Output& sum);
  void finish(Output output, std::size_t inputs);
  void carry_out(const std::vector<Effect>& effects);
  void recover(const Error& error);
  void reply(std::uint64_t ticket, Result<Answer> answer);
  std::optional<Input> input_of_item(Item item);

  LoopParts parts_;
  Hub hub_;
  std::optional<Instant> wake_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Item> queue_;
  std::size_t queued_bytes_ = 0;
  std::map<std::uint64_t, std::promise<Result<Answer>>> waiting_;
  std::uint64_t last_ticket_ = 0;
  std::string trouble_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace depops::hub
