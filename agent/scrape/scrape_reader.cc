#include "agent/scrape/scrape_reader.h"

#include <algorithm>
#include <map>
#include <optional>

#include "agent/scrape/selector.h"
#include "shared/analysis/histogram.h"
#include "shared/http/http_get.h"

namespace depops::agent {
namespace {

using scrape::Selector;

// The selectors of one metric; an empty text selects nothing.
struct Selectors {
  std::optional<Selector> requests, errors, value, buckets;
};

Result<std::optional<Selector>> parse_one(const std::string& text) {
  if (text.empty()) return std::optional<Selector>();
  DEPOPS_TRY(Selector selector, Selector::parse(text));
  return std::optional<Selector>(std::move(selector));
}

// "latency_seconds{path="/"}" is the histogram, "latency_seconds_bucket{path="/"}" are its buckets.
std::string buckets_of(const std::string& histogram) {
  const std::size_t name = std::min(histogram.find('{'), histogram.size());
  const std::string suffix = "_bucket";
  if (name == 0 || histogram.substr(0, name).ends_with(suffix)) return histogram;
  return histogram.substr(0, name) + suffix + histogram.substr(name);
}

Result<Selectors> parse_all(const analysis::ScrapeProvider& provider) {
  Selectors selectors;
  DEPOPS_TRY(selectors.requests, parse_one(provider.requests));
  DEPOPS_TRY(selectors.errors, parse_one(provider.errors));
  DEPOPS_TRY(selectors.value, parse_one(provider.value));
  DEPOPS_TRY(selectors.buckets, parse_one(buckets_of(provider.histogram)));
  return selectors;
}

Result<std::optional<double>> sum_of(const std::optional<Selector>& selector, const std::string& text) {
  if (!selector) return std::optional<double>();
  return selector->sum(text);
}

class ScrapeReader : public MetricReader {
 public:
  ScrapeReader(ScrapeSettings settings, const ports::Clock& clock) : settings_(settings), clock_(clock) {}

  Measured read(const MeasureOrder& order) override {
    Measured measured;
    measured.reading = {order.metric, clock_.now().wall, {}};
    const auto* provider = std::get_if<analysis::ScrapeProvider>(&order.provider);
    if (provider == nullptr) return measured.error = "this metric is not read from the endpoints", measured;
    const Result<Selectors> selectors = parse_all(*provider);
    if (!selectors.ok()) return measured.error = selectors.error().what, measured;
    std::map<SetId, double> values;
    for (const EndpointFacts& endpoint : order.endpoints) {
      if (!is_read(endpoint)) continue;
      const Result<void> read = read_endpoint(endpoint, provider->path, *selectors, measured, values);
      // One that can not be read makes the numbers of its set wrong, so the whole measurement is one that failed.
      if (!read.ok()) measured.error = "scrape of " + endpoint.id.str() + ": " + read.error().what;
    }
    measured.values.assign(values.begin(), values.end());
    if (selectors->buckets) analysis::keep_common_bounds(measured.reading.rows);
    measured.nothing = missing(order, *provider, measured);
    return measured;
  }

 private:
  // Why there are no numbers of the canary.
  static std::string missing(const MeasureOrder& order, const analysis::ScrapeProvider& provider,
                             const Measured& measured) {
    const SetId& canary = order.canary.set;
    const auto counts = [&](const analysis::CounterRow& row) { return row.set == canary; };
    const auto values = [&](const auto& value) { return value.first == canary; };
    if (std::ranges::any_of(measured.reading.rows, counts) || std::ranges::any_of(measured.values, values)) return {};
    const auto can_be_read = [&](const EndpointFacts& one) { return one.set == canary && is_read(one); };
    if (std::ranges::none_of(order.endpoints, can_be_read)) return "no instance of it is up to be scraped";
    for (const std::string& selector : {provider.value, provider.histogram, provider.requests}) {
      if (!selector.empty()) return "no series " + selector + " at " + provider.path + " of its instances";
    }
    return {};
  }

  static bool is_read(const EndpointFacts& endpoint) {
    return endpoint.state != EndpointState::starting && endpoint.state != EndpointState::retiring;
  }

  Result<void> read_endpoint(const EndpointFacts& endpoint, const std::string& path, const Selectors& selectors,
                             Measured& measured, std::map<SetId, double>& values) const {
    DEPOPS_TRY(const std::string text,
               http::http_get({endpoint.host, endpoint.port, path, ""}, settings_.timeout, settings_.max_bytes));
    DEPOPS_TRY(const std::optional<double> requests, sum_of(selectors.requests, text));
    DEPOPS_TRY(const std::optional<double> errors, sum_of(selectors.errors, text));
    DEPOPS_TRY(const std::optional<double> value, sum_of(selectors.value, text));
    // Without requests there is no row: nothing was measured. Requests without errors are requests with 0 errors.
    if (requests) {
      const auto answers = static_cast<std::uint64_t>(std::max(0.0, *requests));
      const auto failed = static_cast<std::uint64_t>(std::max(0.0, errors.value_or(0)));
      measured.reading.rows.push_back({endpoint.set, "scrape:" + endpoint.id.str(), answers, failed, 0});
    }
    if (value) values[endpoint.set] += *value;
    if (selectors.buckets) DEPOPS_TRY_VOID(read_buckets(endpoint, *selectors.buckets, text, measured));
    return {};
  }

  static Result<void> read_buckets(const EndpointFacts& endpoint, const Selector& buckets, const std::string& text,
                                   Measured& measured) {
    DEPOPS_TRY(const auto by_bound, buckets.sum_by("le", text));
    if (by_bound.empty()) return {};
    analysis::CounterRow row{endpoint.set, "scrape:" + endpoint.id.str()};
    DEPOPS_TRY_VOID(analysis::put_buckets(by_bound, row));
    measured.reading.rows.push_back(std::move(row));
    return {};
  }

  ScrapeSettings settings_;
  const ports::Clock& clock_;
};

}  // namespace

std::unique_ptr<MetricReader> make_scrape_reader(ScrapeSettings settings, const ports::Clock& clock) {
  return std::make_unique<ScrapeReader>(settings, clock);
}

}  // namespace depops::agent
