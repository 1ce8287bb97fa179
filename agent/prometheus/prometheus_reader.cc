#include "agent/prometheus/prometheus_reader.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

#include "agent/prometheus/counters.h"
#include "shared/analysis/histogram.h"
#include "shared/analysis/placeholders.h"
#include "shared/http/http_get.h"

namespace depops::agent {
namespace {

using prometheus::Answer;
using prometheus::Labels;
using prometheus::Series;
using Steady = std::chrono::steady_clock;

constexpr std::size_t kQueryShown = 120;

// All questions of one reading: of one server, for one moment, until one deadline.
class Questions {
 public:
  Questions(http::Page server, Instant at, Millis stale_after, const PrometheusSettings& settings)
      : server_(std::move(server)),
        at_(at),
        stale_after_(stale_after),
        deadline_(Steady::now() + settings.timeout),
        max_bytes_(settings.max_bytes),
        ca_(settings.ca) {
    while (!server_.path.empty() && server_.path.back() == '/') server_.path.pop_back();
    server_.path += "/api/v1/query";
  }

  // The series that are there at that moment and were sampled lately. None: `nothing` says why, if it did not before.
  Result<std::vector<Series>> ask(const std::string& query, std::string& nothing) const {
    const std::string shown = "query \"" + query.substr(0, kQueryShown) + "\"";
    const std::string place = "Prometheus " + http::shown(server_) + ", " + shown;
    Result<Answer> answer = ask_once(query);
    if (!answer.ok()) return answer.error().in(place);
    if (answer->series.empty() && nothing.empty()) nothing = shown + " gave an empty vector";
    if (answer->scalar || answer->series.empty()) return std::move(answer->series);
    Result<Answer> sampled = ask_once("timestamp(\n" + query + "\n)");
    if (!sampled.ok()) return sampled.error().in(place);
    std::erase_if(answer->series, [&](const Series& one) { return is_stale(one, sampled->series); });
    if (answer->series.empty() && nothing.empty()) {
      nothing = shown + " gave only series that were last sampled more than " +
                std::to_string(stale_after_.count() / 1'000) + " s ago (staleAfter)";
    }
    return std::move(answer->series);
  }

 private:
  Result<Answer> ask_once(const std::string& query) const {
    const auto left = std::chrono::ceil<Millis>(deadline_ - Steady::now());
    if (left <= Millis(0)) return Error{Errc::unavailable, "no whole answer in time"};
    char time[32];
    std::snprintf(time, sizeof time, "%.3f", static_cast<double>(at_.time_since_epoch().count()) / 1'000);
    http::Page page = server_;
    page.path += "?query=" + http::encoded(query) + "&time=" + time + "&timeout=" + std::to_string(left.count()) + "ms";
    DEPOPS_TRY(const http::Answer answer, http::http_ask(page, left, max_bytes_, ca_));
    Result<Answer> read = prometheus::read_answer(answer.body);
    const bool explained = !read.ok() && !answer.body.empty() && answer.body.front() == '{';
    if (answer.status == 200 || explained) return read;
    return Error{Errc::unavailable, "status " + std::to_string(answer.status)};
  }

  bool is_stale(const Series& one, const std::vector<Series>& sampled) const {
    const auto found =
        std::find_if(sampled.begin(), sampled.end(), [&](const Series& other) { return other.labels == one.labels; });
    if (found == sampled.end()) return true;  // gone between two questions
    const double age_s = static_cast<double>(at_.time_since_epoch().count()) / 1'000 - found->value;
    return age_s * 1'000 > static_cast<double>(stale_after_.count());
  }

  http::Page server_;
  Instant at_;
  Millis stale_after_;
  Steady::time_point deadline_;
  std::uint64_t max_bytes_;
  std::string ca_;
};

class PrometheusReader : public MetricReader {
 public:
  PrometheusReader(PrometheusSettings settings, const ports::Clock& clock)
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
    const auto* provider = std::get_if<analysis::PrometheusProvider>(&order.provider);
    if (provider == nullptr) return Error{Errc::invalid, "this metric is not one of a Prometheus server"};
    const std::string& url = provider->url.empty() ? settings_.url : provider->url;
    if (url.empty()) {
      return Error{Errc::invalid,
                   "no Prometheus server is known at this site; name it in the agent's settings under "
                   "sources.prometheus.url, or in the metric under url"};
    }
    Result<http::Page> server = http::parse_url(url);
    if (!server.ok()) return server.error().in("Prometheus");
    const Questions questions(std::move(*server), measured.reading.at, provider->stale_after, settings_);
    DEPOPS_TRY_VOID(read_set({questions, order.canary, true}, *provider, measured));
    if (order.stable) DEPOPS_TRY_VOID(read_set({questions, *order.stable, false}, *provider, measured));
    if (!provider->histogram.empty()) analysis::keep_common_bounds(measured.reading.rows);
    return {};
  }

  struct Asking {
    const Questions& questions;
    const MeasuredSet& set;
    bool is_canary;

    // A query that tells no versions apart has one answer, which is what is judged: that of the canary.
    Result<std::vector<Series>> ask(const std::string& query, std::string& nothing) const {
      if (query.empty() || (!is_canary && !analysis::tells_versions_apart(query))) return std::vector<Series>();
      return questions.ask(analysis::for_version(query, set.set.str(), set.version.str()), nothing);
    }
  };

  static Result<void> read_set(const Asking& asking, const analysis::PrometheusProvider& provider, Measured& measured) {
    DEPOPS_TRY_VOID(read_value(asking, provider, measured));
    if (!provider.requests.empty()) DEPOPS_TRY_VOID(read_counts(asking, provider, measured));
    if (!provider.histogram.empty()) DEPOPS_TRY_VOID(read_histogram(asking, provider, measured));
    return {};
  }

  static Result<void> read_value(const Asking& asking, const analysis::PrometheusProvider& provider,
                                 Measured& measured) {
    DEPOPS_TRY(const std::vector<Series> found, asking.ask(provider.query, measured.nothing));
    const std::string place = "query \"" + provider.query.substr(0, kQueryShown) + "\"";
    const auto value = prometheus::single(found);
    if (!value.ok()) return value.error().in("Prometheus, " + place);
    if (*value) measured.values.emplace_back(asking.set.set, **value);
    if (!*value && !found.empty() && measured.nothing.empty()) {
      measured.nothing = place + " gave NaN, as 0/0 without traffic does";
    }
    return {};
  }

  // No errors beside requests are 0 errors, so only missing requests are told.
  static Result<void> read_counts(const Asking& asking, const analysis::PrometheusProvider& provider,
                                  Measured& measured) {
    DEPOPS_TRY(const std::vector<Series> requests, asking.ask(provider.requests, measured.nothing));
    std::string none;
    DEPOPS_TRY(const std::vector<Series> errors, asking.ask(provider.errors, none));
    auto rows = prometheus::rows_of(asking.set.set, requests, errors);
    return add(asking, std::move(rows), measured);
  }

  static Result<void> read_histogram(const Asking& asking, const analysis::PrometheusProvider& provider,
                                     Measured& measured) {
    DEPOPS_TRY(const std::vector<Series> buckets, asking.ask(provider.histogram, measured.nothing));
    return add(asking, prometheus::histogram_rows_of(asking.set.set, buckets), measured);
  }

  static Result<void> add(const Asking& asking, Result<std::vector<analysis::CounterRow>> rows, Measured& measured) {
    if (!rows.ok()) return rows.error().in("Prometheus, " + asking.set.set.str());
    measured.reading.rows.insert(measured.reading.rows.end(), rows->begin(), rows->end());
    return {};
  }

  PrometheusSettings settings_;
  const ports::Clock& clock_;
};

}  // namespace

std::unique_ptr<MetricReader> make_prometheus_reader(PrometheusSettings settings, const ports::Clock& clock) {
  return std::make_unique<PrometheusReader>(std::move(settings), clock);
}

}  // namespace depops::agent
