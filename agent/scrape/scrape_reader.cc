#include "agent/scrape/scrape_reader.h"

#include <algorithm>
#include <map>
#include <optional>

#include "agent/scrape/selector.h"
#include "shared/http/http_get.h"

namespace depops::agent {
namespace {

using scrape::Selector;

// The selectors of one metric; an empty text selects nothing.
struct Selectors {
  std::optional<Selector> requests, errors, value;
};

Result<std::optional<Selector>> parse_one(const std::string& text) {
  if (text.empty()) return std::optional<Selector>();
  DEPOPS_TRY(Selector selector, Selector::parse(text));
  return std::optional<Selector>(std::move(selector));
}

Result<Selectors> parse_all(const analysis::ScrapeProvider& provider) {
  Selectors selectors;
  DEPOPS_TRY(selectors.requests, parse_one(provider.requests));
  DEPOPS_TRY(selectors.errors, parse_one(provider.errors));
  DEPOPS_TRY(selectors.value, parse_one(provider.value));
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
      if (endpoint.state == EndpointState::starting || endpoint.state == EndpointState::retiring) continue;
      const Result<void> read = read_endpoint(endpoint, provider->path, *selectors, measured, values);
      // One that can not be read makes the numbers of its set wrong, so the whole measurement is one that failed.
      if (!read.ok()) measured.error = "scrape of " + endpoint.id.str() + ": " + read.error().what;
    }
    measured.values.assign(values.begin(), values.end());
    return measured;
  }

 private:
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
