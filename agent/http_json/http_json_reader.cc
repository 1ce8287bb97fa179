#include "agent/http_json/http_json_reader.h"

#include <chrono>
#include <utility>

#include "agent/http_json/pointer.h"
#include "shared/analysis/placeholders.h"
#include "shared/http/http_get.h"
#include "shared/json/parse.h"

namespace depops::agent {
namespace {

using analysis::HttpProvider;
using Steady = std::chrono::steady_clock;

// The provider with the version's own texts.
HttpProvider for_set(const HttpProvider& provider, const MeasuredSet& set) {
  const auto put = [&](const std::string& text) {
    return analysis::for_version(text, set.set.str(), set.version.str());
  };
  HttpProvider filled{
      analysis::for_version(provider.url, http::encoded(set.set.str()), http::encoded(set.version.str())),
      put(provider.value), put(provider.requests), put(provider.errors)};
  return filled;
}

bool asks_twice(const HttpProvider& provider) {
  return analysis::tells_versions_apart(provider.url + provider.value + provider.requests + provider.errors);
}

void note_nothing(const std::string& pointer, Measured& measured) {
  if (measured.nothing.empty()) measured.nothing = "the page has nothing at " + pointer;
}

Result<void> take(const json::Value& page, const HttpProvider& provider, const SetId& set, Measured& measured) {
  if (!provider.value.empty()) {
    DEPOPS_TRY(const std::optional<double> value, http_json::number_at(page, provider.value));
    if (value) measured.values.emplace_back(set, *value);
    if (!value) note_nothing(provider.value, measured);
  }
  if (provider.requests.empty()) return {};
  DEPOPS_TRY(const std::optional<std::uint64_t> requests, http_json::count_at(page, provider.requests));
  std::optional<std::uint64_t> errors;
  if (!provider.errors.empty()) {
    DEPOPS_TRY(errors, http_json::count_at(page, provider.errors));
  }
  // Without requests nothing was measured; requests without errors are requests with 0 errors.
  if (requests) measured.reading.rows.push_back({set, "http", *requests, errors.value_or(0), 0});
  if (!requests) note_nothing(provider.requests, measured);
  return {};
}

class HttpJsonReader : public MetricReader {
 public:
  HttpJsonReader(HttpJsonSettings settings, const ports::Clock& clock)
      : settings_(std::move(settings)), clock_(clock) {}

  Measured read(const MeasureOrder& order) override {
    Measured measured;
    measured.reading = {order.metric, clock_.now().wall, {}};
    const Result<void> read = read_into(order, measured);
    if (!read.ok()) measured.error = read.error().what;
    return measured;
  }

 private:
  Result<void> read_into(const MeasureOrder& order, Measured& measured) const {
    const auto* provider = std::get_if<HttpProvider>(&order.provider);
    if (provider == nullptr) return Error{Errc::invalid, "this metric is not one of a page of JSON"};
    const Steady::time_point deadline = Steady::now() + settings_.timeout;
    DEPOPS_TRY_VOID(read_set(*provider, order.canary, deadline, measured));
    if (!order.stable || !asks_twice(*provider)) return {};
    return read_set(*provider, *order.stable, deadline, measured);
  }

  Result<void> read_set(const HttpProvider& provider, const MeasuredSet& set, Steady::time_point deadline,
                        Measured& measured) const {
    const HttpProvider filled = for_set(provider, set);
    DEPOPS_TRY(const http::Page page, http::parse_url(filled.url));
    const std::string place = "page " + http::shown(page);
    const auto left = std::max(std::chrono::ceil<Millis>(deadline - Steady::now()), Millis(0));
    const Result<std::string> text = http::http_get(page, left, settings_.max_bytes, settings_.ca);
    if (!text.ok()) return text.error().in(place);
    const Result<json::Value> root = json::parse(*text);
    if (!root.ok()) return root.error().in(place + " is no JSON");
    const Result<void> taken = take(*root, filled, set.set, measured);
    return taken.ok() ? taken : taken.error().in(place);
  }

  HttpJsonSettings settings_;
  const ports::Clock& clock_;
};

}  // namespace

std::unique_ptr<MetricReader> make_http_json_reader(HttpJsonSettings settings, const ports::Clock& clock) {
  return std::make_unique<HttpJsonReader>(std::move(settings), clock);
}

}  // namespace depops::agent
