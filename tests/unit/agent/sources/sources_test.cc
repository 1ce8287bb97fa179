#include "agent/sources/sources.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace depops::agent {
namespace {

struct StillClock : ports::Clock {
  Moment now() const override { return {Instant(Millis(5)), Millis(5), BootId("b")}; }
};

// What readers and the loop say to the test.
class Heard {
 public:
  void add(const std::string& word) {
    const std::lock_guard lock(mutex_);
    words_.push_back(word);
    changed_.notify_all();
  }
  bool holds(const std::string& word) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return count(word) > 0; });
  }
  std::ptrdiff_t times(const std::string& word) {
    const std::lock_guard lock(mutex_);
    return count(word);
  }

 private:
  std::ptrdiff_t count(const std::string& word) const { return std::count(words_.begin(), words_.end(), word); }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> words_;
};

// Says what it was asked; holds each answer back until it may go on.
class HeldReader : public MetricReader {
 public:
  HeldReader(std::string name, Heard& heard, bool open) : name_(std::move(name)), heard_(heard), open_(open) {}
  Measured read(const MeasureOrder& order) override {
    heard_.add(name_ + " reads " + order.metric.str());
    std::unique_lock lock(mutex_);
    opened_.wait(lock, [this] { return open_; });
    return {{order.metric, {}, {}}, {}, name_};
  }
  void stop() override { open(); }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    opened_.notify_all();
  }

 private:
  std::string name_;
  Heard& heard_;
  std::mutex mutex_;
  std::condition_variable opened_;
  bool open_;
};

template <typename Provider>
MeasureOrder order_of(const char* metric) {
  MeasureOrder order;
  order.metric = MetricName(metric);
  order.provider = Provider{};
  return order;
}

// A source with one reader for what is scraped.
struct World {
  explicit World(bool open) {
    auto made = std::make_unique<HeldReader>("scrape", heard, open);
    reader = made.get();
    std::vector<ReaderOf> readers;
    readers.push_back(reader_of<analysis::ScrapeProvider>(std::move(made)));
    source = make_sources(std::move(readers), clock);
    source->start([this](const Measured& measured) {
      heard.add(measured.reading.metric.str() + " answered by " + measured.error);
    });
  }
  StillClock clock;
  Heard heard;
  HeldReader* reader = nullptr;
  std::unique_ptr<MetricSource> source;
};

}  // namespace

TEST_CASE("an order goes to the reader of its provider, and one that nobody reads is answered with an error") {
  World world(true);
  world.source->measure({order_of<analysis::ScrapeProvider>("a"), order_of<analysis::HaproxyProvider>("b")});
  CHECK(world.heard.holds("a answered by scrape"));
  CHECK(world.heard.holds("b answered by nothing at this site reads metrics of this provider"));
  CHECK(world.heard.times("scrape reads b") == 0);
}

TEST_CASE("what is being read or waits is not read twice") {
  World world(false);
  world.source->measure({order_of<analysis::ScrapeProvider>("a")});
  REQUIRE(world.heard.holds("scrape reads a"));
  for (int i = 0; i < 3; ++i) {
    world.source->measure({order_of<analysis::ScrapeProvider>("a"), order_of<analysis::ScrapeProvider>("b")});
  }
  world.reader->open();
  CHECK(world.heard.holds("b answered by scrape"));
  world.source->stop();
  CHECK(world.heard.times("scrape reads a") == 1);
  CHECK(world.heard.times("scrape reads b") == 1);
}

TEST_CASE("stopping ends a reading under way, and nothing is read after it") {
  World world(false);
  world.source->measure({order_of<analysis::ScrapeProvider>("a"), order_of<analysis::ScrapeProvider>("b")});
  REQUIRE(world.heard.holds("scrape reads a"));
  world.source->stop();
  world.source->measure({order_of<analysis::ScrapeProvider>("c")});
  CHECK(world.heard.times("scrape reads c") == 0);
}

TEST_CASE("a reader that remembers nothing reads several metrics side by side, and no more than it was given") {
  StillClock clock;
  Heard heard;
  auto made = std::make_unique<HeldReader>("http", heard, false);
  HeldReader* reader = made.get();
  std::vector<ReaderOf> readers;
  readers.push_back(reader_of<analysis::HttpProvider>(std::move(made), 2));
  const auto source = make_sources(std::move(readers), clock);
  source->start([&](const Measured& measured) { heard.add(measured.reading.metric.str() + " answered"); });
  for (const char* metric : {"a", "b"}) {
    source->measure({order_of<analysis::HttpProvider>(metric)});
    CHECK(heard.holds(std::string("http reads ") + metric));
  }
  for (const char* metric : {"c", "a"}) source->measure({order_of<analysis::HttpProvider>(metric)});
  CHECK(heard.times("http reads c") == 0);
  reader->open();
  CHECK(heard.holds("c answered"));
  source->stop();
  CHECK(heard.times("http reads a") == 1);
}

}  // namespace depops::agent
