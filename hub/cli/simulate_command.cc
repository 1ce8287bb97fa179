#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "hub/cli/commands.h"
#include "hub/cli/json_text.h"
#include "hub/cli/rehearsal_files.h"
#include "hub/cli/text_file.h"
#include "hub/rehearsal/gantt.h"
#include "hub/rehearsal/rehearse.h"
#include "shared/manifest/quantity.h"
#include "shared/manifest_yaml/parse.h"

// `rollout simulate`: a rollout tried out on a virtual clock; needs no hub.
namespace depops::hub::cli {
namespace {

using json::Value;
using rehearsal::Entry;
using rehearsal::Rehearsal;
using rehearsal::Script;

constexpr const char* kScenarioHelp =
    "A scenario says how the versions behave, what happens meanwhile, and how it should end:\n"
    "  apiVersion: depops/v1\n"
    "  kind: Scenario\n"
    "  metadata: {name: bad-canary}\n"
    "  spec:\n"
    "    rps: 50\n"
    "    stable: {version: \"1.1\", errorShare: 0.002}\n"
    "    target: {version: \"1.2\", readyAfter: 3s, errorShare: 0.05}\n"
    "    events:\n"
    "      - {at: 30s, verb: abort, by: anna}\n"
    "      - {at: 1m, rps: 0}\n"
    "    limit: 30m\n"
    "    expect: {state: rolled_back, within: 1m}\n"
    "Without stable it is the first deployment; without expect it is expected to complete. Also: service, replicas, "
    "seed,\n"
    "artifactAfter; of a version neverReady, responseTime, crashAfter, values: {METRIC: {mean, spread}}; events "
    "change\n"
    "router: unreachable, hooks: failing, or of target and stable errorShare, crash: N, readyAfter, neverReady,\n"
    "responseTime, values.\n"
    "Exit status 0: it ended as expected; 3: it did not.";

struct SimulateOptions {
  std::vector<std::string> files;
  std::string environment;
  std::string scenario;
  std::string output;
  std::optional<std::uint64_t> seed;
};

Answer<manifest::Scenario> read_scenario(const std::string& file) {
  const auto text = read_text_file(file, manifest_yaml::kTextMax);
  if (!text.ok()) return text.trouble();
  auto parsed = manifest_yaml::parse_scenario(*text, file == "-" ? "<standard input>" : file);
  if (!parsed.scenario) return Trouble{Exit::error, manifest::to_string(parsed.diagnostics)};
  return std::move(*parsed.scenario);
}

std::string side_text(const rehearsal::Side& side) {
  return std::to_string(side.available) + "/" + std::to_string(side.ordered);
}

std::string what_text(const Entry& entry) {
  switch (entry.kind) {
    case rehearsal::Kind::status: {
      const bool both = !entry.text.empty() && !entry.waits_for.empty();
      return entry.text + (both ? "; " : "") + (entry.waits_for.empty() ? "" : "waits: " + entry.waits_for);
    }
    case rehearsal::Kind::verdict: {
      const std::string times =
          entry.windows > 1 ? " (" + std::to_string(entry.windows) + " windows until " + clock_text(entry.until) + ")"
                            : "";
      return entry.metric + " " + entry.outcome + times + ": " + entry.text;
    }
    case rehearsal::Kind::verb:
    case rehearsal::Kind::world:
    case rehearsal::Kind::notice:
      return "* " + entry.text;
  }
  return entry.text;
}

Value row_of(const Entry& entry) {
  const rehearsal::Standing& standing = entry.standing;
  Value row = Value::object();
  row.add("at", Value(static_cast<double>(entry.at.count()) / 1'000)).add("kind", Value(name_of(entry.kind)));
  row.add("state", Value(rollout::name_of(standing.state))).add("phase", Value(standing.phase));
  row.add("step", standing.steps > 0 ? Value(std::min(standing.step + 1, standing.steps)) : Value());
  row.add("steps", Value(standing.steps)).add("weight", Value(standing.weight));
  row.add("verifiedLevel", Value(std::uint32_t{standing.verified_level}));
  for (const auto& [name, side] : {std::pair("target", standing.target), std::pair("stable", standing.stable)}) {
    Value counts = Value::object();
    counts.add("ordered", Value(side.ordered)).add("available", Value(side.available));
    row.add(name, std::move(counts));
  }
  Value pauses = Value::array();
  for (const std::string& pause : standing.pauses) pauses.push(Value(pause));
  row.add("pauses", std::move(pauses)).add("text", Value(entry.text)).add("waitsFor", Value(entry.waits_for));
  if (entry.windows == 0) return row;
  row.add("metric", Value(entry.metric)).add("outcome", Value(entry.outcome)).add("windows", Value(entry.windows));
  return row.add("until", Value(static_cast<double>(entry.until.count()) / 1'000));
}

Value seconds_of(const std::optional<Millis>& at) {
  return at ? Value(static_cast<double>(at->count()) / 1'000) : Value();
}

Value arm_of(const analysis::Arm& arm) {
  Value value = Value::object();
  return value.add("requests", Value(arm.requests)).add("failed", Value(arm.errors));
}

Value value_of(const Script& script, const Rehearsal& made, std::uint64_t seed) {
  Value value = Value::object();
  value.add("scenario", Value(script.scenario.name)).add("service", Value(script.plan->service.str()));
  value.add("environment", Value(script.plan->environment.str()));
  value.add("stable", script.stable ? Value(script.stable->label.str()) : Value());
  value.add("target", Value(script.plan->target.label.str())).add("seed", Value(seed));
  value.add("state", Value(rollout::name_of(made.standing.state))).add("reason", Value(made.reason));
  value.add("waitsFor", Value(made.waits_for)).add("seconds", seconds_of(made.length));
  value.add("exposedAt", seconds_of(made.exposed_at)).add("detectedAt", seconds_of(made.detected_at));
  value.add("safeAt", seconds_of(made.safe_at));
  Value requests = Value::object();
  requests.add("target", arm_of(made.totals.target)).add("stable", arm_of(made.totals.stable));
  requests.add("unserved", Value(made.totals.unserved)).add("failed", Value(made.totals.failed()));
  value.add("requests", std::move(requests)).add("asExpected", Value(made.unmet.empty()));
  Value unmet = Value::array();
  for (const std::string& one : made.unmet) unmet.push(Value(one));
  value.add("unmet", std::move(unmet));
  Value timeline = Value::array();
  for (const Entry& entry : made.entries) timeline.push(row_of(entry));
  return value.add("timeline", std::move(timeline));
}

std::string table_text(const Session& session, const Rehearsal& made) {
  Value::Array rows;
  for (const Entry& entry : made.entries) {
    Value row = row_of(entry);
    row.add("clock", Value(clock_text(entry.at))).add("what", Value(printable(what_text(entry))));
    row.add("new", Value(side_text(entry.standing.target))).add("old", Value(side_text(entry.standing.stable)));
    rows.push_back(std::move(row));
  }
  const auto text = [](const char* member) { return [member](const Value& row) { return row[member].as_string(); }; };
  const View view{"entry",
                  "at",
                  {{"TIME", text("clock")},
                   {"STATE", text("state")},
                   {"PHASE", text("phase")},
                   {"STEP",
                    [](const Value& row) {
                      if (row["step"].is_null()) return std::string();
                      return std::to_string(row["step"].as_uint()) + "/" + std::to_string(row["steps"].as_uint());
                    }},
                   {"WEIGHT", [](const Value& row) { return std::to_string(row["weight"].as_uint()) + " %"; }},
                   {"TARGET", text("new")},
                   {"STABLE", text("old")},
                   {"WHAT", text("what")}}};
  return table_of(view, rows, {session.globals.output == "wide", !session.globals.no_headers, session.colour_on(1)});
}

std::string version_text(const std::string& label, const analysis::Arm& arm) {
  return label + " failed " + std::to_string(arm.errors) + " of " + std::to_string(arm.requests);
}

std::string verdict_text(const Script& script, const Rehearsal& made) {
  const char* state = rollout::name_of(made.standing.state);
  std::string text = made.over ? std::string(state) + " after " + clock_text(made.ended)
                               : std::string(state) + " when the limit of " +
                                     manifest::write_duration(script.scenario.limit) + " was reached";
  text += ": " + (made.reason.empty() ? made.waits_for : made.reason) + "\nrequests: ";
  if (script.stable) text += version_text(script.stable->label.str(), made.totals.stable) + ", ";
  text += version_text(script.plan->target.label.str(), made.totals.target);
  if (made.totals.unserved > 0) text += ", no instance for " + std::to_string(made.totals.unserved);
  if (made.detected_at && made.exposed_at) {
    text += "\ndecided against it " + manifest::write_duration(*made.detected_at - *made.exposed_at) +
            " after its first request";
    if (made.safe_at)
      text += ", no request to it any more " + manifest::write_duration(*made.safe_at - *made.exposed_at) + " after";
  }
  for (const std::string& one : made.unmet) text += "\nnot as expected: " + one;
  return text + (made.unmet.empty() ? "\nas expected\n" : "\n");
}

Exit show(Session& session, const SimulateOptions& options, const Script& script, std::uint64_t seed) {
  const Rehearsal made = rehearsal::rehearse(script, seed);
  const std::string& output = options.output.empty() ? session.globals.output : options.output;
  Exit shown = Exit::done;
  if (output == "mermaid") {
    shown = session.print_text(rehearsal::gantt_of(script, made));
  } else if (output == "json" || output == "yaml") {
    session.globals.output = output;
    shown = session.print_one({"rehearsal", "scenario", {}}, value_of(script, made, seed));
  } else {
    shown = session.print_text(table_text(session, made) + verdict_text(script, made));
  }
  if (shown != Exit::done || made.unmet.empty()) return shown;
  std::string why;
  for (const std::string& one : made.unmet) why += (why.empty() ? "" : "\n") + one;
  return session.fail({Exit::rollout_failed, why});
}

Exit simulate(Session& session, const SimulateOptions& options) {
  const auto documents = read_documents(options.files);
  if (!documents.ok()) return session.fail(documents.trouble());
  const auto scenario = read_scenario(options.scenario);
  if (!scenario.ok()) return session.fail(scenario.trouble());
  const auto script = resolved_script(*documents, options.environment, *scenario);
  if (!script.ok()) return session.fail(script.trouble());
  return show(session, options, *script, options.seed.value_or(scenario->seed));
}

}  // namespace

void add_simulate_command(CLI::App& rollout, Session& session, Action& action) {
  auto options = std::make_shared<SimulateOptions>();
  CLI::App* command = rollout.add_subcommand(
      "simulate", "try a rollout out on a virtual clock, with the machine that the agent runs; needs no hub");
  command->add_option("-f,--file", options->files, "pipeline and templates, several times; - is standard input")
      ->required();
  command->add_option("-e,--environment", options->environment, "whose strategy is tried out")->required();
  command->add_option("--scenario", options->scenario, "how the versions behave and what happens")->required();
  command->add_option("--seed", options->seed, "what falls by chance falls alike; else the scenario's");
  command->add_option("-o,--output", options->output, "text, mermaid, json or yaml")
      ->check(CLI::IsMember({"text", "table", "wide", "mermaid", "json", "yaml"}));
  command->footer(kScenarioHelp);
  command->callback(
      [&session, &action, options] { action = [&session, options] { return simulate(session, *options); }; });
}

}  // namespace depops::hub::cli
