#include "shared/manifest/series.h"

#include <limits>
#include <map>

#include "shared/analysis/condition.h"
#include "shared/manifest/quantity.h"
#include "shared/manifest/read.h"
#include "shared/manifest/schema.h"

namespace depops::manifest {
namespace {

using Buckets = std::map<double, std::uint64_t>;  // answers that took no longer, by bound

double number_in(const std::string& text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "+Inf") return std::numeric_limits<double>::infinity();
  if (text == "-Inf") return -std::numeric_limits<double>::infinity();
  return parse_number(text);
}

// One arm as it is written; null: nothing was.
struct ArmNode {
  const Node* node = nullptr;
  std::string path;

  const Node* find(const char* key) const { return node == nullptr ? nullptr : node->find(key); }
  bool counts() const { return find("requests") != nullptr && find("errors") != nullptr; }
  analysis::Arm arm() const {
    return node == nullptr ? analysis::Arm{}
                           : analysis::Arm{count_at(*node, "requests", 0), count_at(*node, "errors", 0)};
  }
  std::optional<double> value() const {
    const Node* value = find("value");
    return value == nullptr ? std::nullopt : std::optional<double>(number_in(value->text));
  }
  Buckets buckets() const {
    Buckets found;
    const Node* map = find("buckets");
    for (std::size_t i = 0; map != nullptr && i < map->keys.size(); ++i) {
      found[number_in(map->keys[i].name)] = count_at(*map, map->keys[i].name.c_str(), 0);
    }
    return found;
  }
};

class Reader {
 public:
  Reader(const std::string& file, std::vector<Diagnostic>& found) : file_(file), found_(found) {}

  analysis::Input input(const Node& window, const std::string& path, const analysis::MetricSpec& metric, Instant from);

 private:
  void fail(const Node& node, const std::string& path, std::string message) {
    found_.push_back({file_, node.place, path, std::move(message)});
  }
  void check_arm(const ArmNode& arm);
  analysis::HistogramArm histogram_arm(const ArmNode& arm, std::vector<double>& bounds);
  analysis::Input counted(const Node& window, const std::string& path, const ArmNode& canary, const ArmNode& stable,
                          analysis::Window counts);
  analysis::Input histogram(const Node& window, const std::string& path, const ArmNode& canary, const ArmNode& stable,
                            analysis::Window counts);

  const std::string& file_;
  std::vector<Diagnostic>& found_;
};

void Reader::check_arm(const ArmNode& arm) {
  const Node* errors = arm.find("errors");
  const analysis::Arm counts = arm.arm();
  if (errors == nullptr || counts.errors <= counts.requests) return;
  fail(*errors, arm.path + ".errors",
       "is " + errors->text + ", more than the " + std::to_string(counts.requests) +
           " requests of this window; count both over the same time");
}

analysis::HistogramArm Reader::histogram_arm(const ArmNode& arm, std::vector<double>& bounds) {
  analysis::HistogramArm made{arm.arm().requests, {}};
  std::uint64_t before = 0;
  for (const auto& [bound, within] : arm.buckets()) {
    if (within > made.requests || within < before) {
      fail(*arm.find("buckets"), arm.path + ".buckets",
           "must rise with the bounds up to the requests: each counts all answers that took no longer");
      break;
    }
    before = within;
    bounds.push_back(bound);
    made.slower.push_back(made.requests - within);
  }
  return made;
}

analysis::Input Reader::histogram(const Node& window, const std::string& path, const ArmNode& canary,
                                  const ArmNode& stable, analysis::Window counts) {
  analysis::CountedHistogram made{counts, {counts.from, counts.to, {}, {}, {}}};
  if (canary.find("buckets") == nullptr || stable.find("buckets") == nullptr) {
    fail(window, path, "the latency test needs \"requests\" and \"buckets\" of canary and stable");
    return made;
  }
  std::vector<double> others;
  made.histogram.canary = histogram_arm(canary, made.histogram.bounds);
  made.histogram.stable = histogram_arm(stable, others);
  if (others != made.histogram.bounds) fail(window, path, "canary and stable have different buckets");
  return made;
}

analysis::Input Reader::counted(const Node& window, const std::string& path, const ArmNode& canary,
                                const ArmNode& stable, analysis::Window counts) {
  if (!canary.counts() || !stable.counts()) {
    fail(window, path, "this test needs \"requests\" and \"errors\" of canary and stable");
  }
  analysis::CountedWindow made{counts, std::nullopt};
  const Node* parts = window.find("stableParts");
  if (parts == nullptr) return made;
  const ArmNode part{parts->find("canary"), path + ".stableParts.canary"};
  const ArmNode rest{parts->find("stable"), path + ".stableParts.stable"};
  check_arm(part);
  check_arm(rest);
  made.stable_parts = analysis::Window{counts.from, counts.to, part.arm(), rest.arm()};
  return made;
}

analysis::Input Reader::input(const Node& window, const std::string& path, const analysis::MetricSpec& metric,
                              Instant from) {
  const ArmNode canary{window.find("canary"), path + ".canary"};
  const ArmNode stable{window.find("stable"), path + ".stable"};
  const analysis::Window counts{from, from + metric.interval, canary.arm(), stable.arm()};
  if (window.find("noData") != nullptr) return analysis::NothingMeasured{counts, text_at(window, "noData")};
  if (window.find("error") != nullptr) return analysis::MeasuringFailed{counts, text_at(window, "error")};
  check_arm(canary);
  check_arm(stable);
  if (std::holds_alternative<analysis::LatencyTest>(metric.test)) {
    return histogram(window, path, canary, stable, counts);
  }
  const bool by_condition = std::holds_alternative<analysis::Conditions>(metric.test);
  if (by_condition && canary.find("value") == nullptr && canary.find("requests") != nullptr) {
    return analysis::CountedWindow{counts, std::nullopt};
  }
  if (analysis::takes_values(metric.test)) return analysis::SampledValues{counts, canary.value(), stable.value()};
  return counted(window, path, canary, stable, counts);
}

void check_condition(const Node& document, const char* key, const std::string& file, std::vector<Diagnostic>& found) {
  const Node* text = document.find(key);
  if (text == nullptr) return;
  const auto condition = analysis::Condition::compile(text->text);
  if (!condition.ok()) found.push_back({file, text->place, key, condition.error().what});
}

Series read_series(const Node& document, const std::string& file, std::vector<Diagnostic>& found) {
  Series series;
  series.metric = read_judging(document);
  series.metric.name = MetricName("series");
  check_condition(document, "successWhen", file, found);
  check_condition(document, "failWhen", file, found);
  Reader reader(file, found);
  const Node& windows = *document.find("windows");
  Instant from{};
  for (std::size_t i = 0; i < windows.items.size(); ++i) {
    const std::string path = "windows[" + std::to_string(i) + "]";
    series.windows.push_back(reader.input(windows.items[i], path, series.metric, from));
    from += series.metric.interval;
  }
  return series;
}

}  // namespace

ParsedSeries judge_series(const std::vector<Node>& documents, const Node& schema, const std::string& file) {
  ParsedSeries parsed;
  if (documents.size() != 1) {
    parsed.diagnostics.push_back(
        {file, {}, "", "must hold one series, this holds " + std::to_string(documents.size())});
    return parsed;
  }
  parsed.diagnostics = check_as(schema, "series", documents.front(), file);
  if (!parsed.diagnostics.empty()) return parsed;
  Series series = read_series(documents.front(), file, parsed.diagnostics);
  if (parsed.diagnostics.empty()) parsed.series = std::move(series);
  return parsed;
}

}  // namespace depops::manifest
