#include <CLI/CLI.hpp>
#include <cmath>
#include <memory>

#include "hub/cli/commands.h"
#include "hub/cli/text_file.h"
#include "shared/analysis/power.h"
#include "shared/manifest/quantity.h"
#include "shared/manifest_yaml/parse.h"

// Tools on files and numbers; they need no hub.
namespace depops::hub::cli {
namespace {

using json::Value;

constexpr const char* kSeriesHelp =
    "A series holds the words of one metric as in an AnalysisTemplate (test, or successWhen and failWhen; interval "
    "and\n"
    "limits), and the windows one after another. For the tests errors and burnRate, and conditions on counts:\n"
    "  {\"test\": {\"errors\": {}}, \"windows\": [\n"
    "    {\"canary\": {\"requests\": 300, \"errors\": 3}, \"stable\": {\"requests\": 2700, \"errors\": 10}},\n"
    "    {\"noData\": \"no such series\"}, {\"error\": \"connection refused\"}]}\n"
    "For gauge, mannWhitney and conditions on values: {\"canary\": {\"value\": 512}, \"stable\": {\"value\": 480}}.\n"
    "For latency: requests and buckets of both, {\"requests\": 100, \"buckets\": {\"0.1\": 60, \"0.5\": 98}}: for each "
    "bound in\n"
    "seconds the answers that took no longer. stableParts (two arms): stable instances among themselves, to measure\n"
    "dispersion. It ends at the window that decides, as a rollout would.";

Value number(double value) { return std::isfinite(value) ? Value(value) : Value(); }

struct Verdict {
  analysis::Decision decision;
  Value windows = Value::array();
  std::size_t decided_at = 0;  // window from 1; 0: only at the end
};

Value window_row(std::size_t number_from_1, const analysis::Measurement& made) {
  Value row = Value::object();
  row.add("window", Value(std::uint64_t{number_from_1})).add("outcome", Value(analysis::name_of(made.outcome)));
  return row.add("value", number(made.value)).add("limit", number(made.limit)).add("sentence", Value(made.sentence));
}

Verdict judge_windows(const manifest::Series& series) {
  const analysis::AnalysisSpec spec{TemplateName("series"), {series.metric}};
  analysis::RunState run = analysis::begin(spec);
  Verdict verdict;
  for (std::size_t i = 0; i < series.windows.size(); ++i) {
    if (analysis::finished(run.metrics[0], series.metric)) break;
    analysis::Judged judged = analysis::judge(run, spec, 0, series.windows[i]);
    run.metrics[0] = std::move(judged.next);
    verdict.windows.push(window_row(i + 1, judged.measurement));
    const auto decision = analysis::decided(run, spec);
    if (!decision) continue;
    verdict.decided_at = i + 1;
    verdict.decision = *decision;
    verdict.decision.reason += ": " + judged.measurement.sentence;
    return verdict;
  }
  verdict.decision = analysis::conclude(run, spec);
  return verdict;
}

View windows_view() {
  const auto text = [](const char* member) { return [member](const Value& row) { return row[member].as_string(); }; };
  return {"window",
          "window",
          {{"WINDOW", [](const Value& row) { return std::to_string(row["window"].as_uint()); }},
           {"OUTCOME", text("outcome")},
           {"WHY", text("sentence")}}};
}

Exit print_verdict(Session& session, const Verdict& verdict) {
  const char* outcome = analysis::name_of(verdict.decision.outcome);
  if (session.table()) {
    const TableStyle style{session.globals.output == "wide", !session.globals.no_headers, session.colour_on(1)};
    const std::string at =
        verdict.decided_at > 0 ? " after window " + std::to_string(verdict.decided_at) : std::string(" at the end");
    return session.print_text(table_of(windows_view(), verdict.windows.items(), style) +
                              coloured(outcome, style.colour) + at + ": " + verdict.decision.reason + "\n");
  }
  Value value = Value::object();
  value.add("outcome", Value(outcome)).add("reason", Value(verdict.decision.reason));
  value.add("decidedAt", verdict.decided_at > 0 ? Value(std::uint64_t{verdict.decided_at}) : Value());
  value.add("windows", verdict.windows);
  return session.print_one({"verdict", "outcome", {}}, value);
}

Exit judge(Session& session, const std::string& file) {
  const auto text = read_text_file(file, manifest_yaml::kTextMax);
  if (!text.ok()) return session.fail(text.trouble());
  const auto parsed = manifest_yaml::parse_series(*text, file == "-" ? "<standard input>" : file);
  if (!parsed.series) return session.fail({Exit::error, manifest::to_string(parsed.diagnostics)});
  return print_verdict(session, judge_windows(*parsed.series));
}

struct PowerOptions {
  analysis::Expectation expected;
  std::string within = "1h";
};

double seconds_of(Millis duration) { return static_cast<double>(duration.count()) / 1'000; }

Value suggestion(double weight, Millis duration) {
  Value value = Value::object();
  return value.add("weight", Value(weight)).add("seconds", Value(seconds_of(duration)));
}

Exit power(Session& session, const PowerOptions& options) {
  const auto within = manifest::parse_duration(options.within);
  if (!within || within->count() <= 0) {
    return session.fail({Exit::usage, "--within is \"" + options.within + "\"; a time like 30m or 2h is meant"});
  }
  const analysis::Forecast forecast = analysis::forecast_of(options.expected, *within);
  if (session.table()) return session.print_text(forecast.sentence + "\n");
  Value value = Value::object();
  value.add("decides", Value(forecast.decides)).add("seconds", Value(seconds_of(forecast.duration)));
  value.add("canaryErrors", Value(forecast.errors)).add("canaryRequests", Value(forecast.requests));
  value.add("withinSeconds", Value(seconds_of(*within)));
  value.add("smallestRatio", forecast.smallest_ratio > 0 ? Value(forecast.smallest_ratio) : Value());
  value.add("proofSeconds", Value(seconds_of(forecast.proof)));
  Value suggestions = Value::array();
  suggestions.push(suggestion(options.expected.weight, forecast.duration));
  if (forecast.larger_weight)
    suggestions.push(suggestion(forecast.larger_weight->weight, forecast.larger_weight->duration));
  value.add("suggestions", std::move(suggestions)).add("sentence", Value(forecast.sentence));
  return session.print_one({"forecast", "sentence", {}}, value);
}

void add_judge(CLI::App& analysis, Session& session, Action& action) {
  auto file = std::make_shared<std::string>();
  CLI::App* command = analysis.add_subcommand("judge", "what a test says about recorded windows; needs no hub");
  command->add_option("-f,--file", *file, "JSON or YAML; - is standard input")->required();
  command->footer(kSeriesHelp);
  command->callback([&session, &action, file] { action = [&session, file] { return judge(session, *file); }; });
}

void add_power(CLI::App& analysis, Session& session, Action& action) {
  auto options = std::make_shared<PowerOptions>();
  analysis::Expectation& expected = options->expected;
  CLI::App* command = analysis.add_subcommand(
      "power", "whether the expected traffic can decide: how long until half of all such canaries are found");
  command->add_option("--base", expected.error_rate, "error rate of the stable version, like 0.002")
      ->required()
      ->check(CLI::Range(1e-9, 0.999));
  command->add_option("--ratio", expected.ratio, "canary / stable that must be found")
      ->capture_default_str()
      ->check(CLI::Range(1.1, 50.0));
  command->add_option("--rps", expected.requests, "requests per second of both versions")
      ->required()
      ->check(CLI::Range(1e-6, 1e9));
  command->add_option("--weight", expected.weight, "percent that go to the canary")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 99.0));
  command->add_option("--within", options->within, "how long the step may take")->capture_default_str();
  command->callback(
      [&session, &action, options] { action = [&session, options] { return power(session, *options); }; });
}

}  // namespace

void add_analysis_commands(CLI::App& app, Session& session, Action& action) {
  CLI::App* analysis = app.add_subcommand("analysis", "judge recorded windows, plan how long a step must take");
  analysis->require_subcommand(1);
  add_judge(*analysis, session, action);
  add_power(*analysis, session, action);
}

}  // namespace depops::hub::cli
