#include "hub/cli/ladder.h"

#include "hub/cli/json_text.h"
#include "hub/cli/rehearsal_files.h"
#include "hub/rehearsal/ladder.h"
#include "shared/manifest/quantity.h"

namespace depops::hub::cli {
namespace {

using json::Value;
using rehearsal::Ladder;
using rehearsal::Outlook;
using rehearsal::Rung;
using rehearsal::Script;

double seconds(Millis duration) { return static_cast<double>(duration.count()) / 1'000; }

Answer<Script> script_of(const LadderOptions& options) {
  const auto documents = read_documents(options.files);
  if (!documents.ok()) return documents.trouble();
  manifest::Scenario scenario;
  scenario.replicas = options.replicas;
  scenario.target.label = VersionLabel("target");
  if (!options.first) scenario.stable = manifest::ScenarioVersion{VersionLabel("stable"), {}};
  return resolved_script(*documents, options.environment, scenario);
}

Value value_of(const Outlook& outlook) {
  Value value = Value::object();
  value.add("metric", Value(outlook.metric.str())).add("decides", Value(outlook.decides));
  value.add("sentence", Value(outlook.sentence));
  Value suggestions = Value::array();
  if (outlook.forecast) {
    value.add("seconds", Value(seconds(outlook.forecast->duration)));
    const auto& larger = outlook.forecast->larger_weight;
    if (larger) {
      Value one = Value::object();
      one.add("weight", Value(larger->weight)).add("seconds", Value(seconds(larger->duration)));
      suggestions.push(std::move(one));
    }
  }
  return value.add("suggestions", std::move(suggestions));
}

Value value_of(const Rung& rung) {
  Value value = Value::object();
  value.add("step", rung.step ? Value(*rung.step + 1) : Value()).add("what", Value(rung.what));
  value.add("weight", Value(rung.weight)).add("target", Value(rung.target)).add("stable", Value(rung.stable));
  value.add("atLeastSeconds", Value(seconds(rung.at_least))).add("waitsFor", Value(rung.waits_for));
  Value outlooks = Value::array();
  for (const Outlook& outlook : rung.outlooks) outlooks.push(value_of(outlook));
  return value.add("outlooks", std::move(outlooks));
}

Value value_of(const Script& script, const Ladder& ladder) {
  Value value = Value::object();
  value.add("service", Value(script.plan->service.str())).add("environment", Value(script.plan->environment.str()));
  value.add("replicas", Value(script.plan->target.workload.replicas)).add("whole", Value(ladder.whole));
  Value rungs = Value::array();
  Millis sum{0};
  for (const Rung& rung : ladder.rungs) {
    rungs.push(value_of(rung));
    sum += rung.at_least;
  }
  value.add("beside", ladder.beside.empty() ? Value() : Value(ladder.beside));
  return value.add("atLeastSeconds", Value(seconds(sum))).add("rungs", std::move(rungs));
}

View ladder_view() {
  const auto text = [](const char* member) { return [member](const Value& row) { return row[member].as_string(); }; };
  const auto count = [](const char* member) {
    return [member](const Value& row) { return std::to_string(row[member].as_uint()); };
  };
  const auto step = [](const Value& row) {
    return row["step"].is_null() ? std::string() : std::to_string(row["step"].as_uint());
  };
  return {"rung",
          "what",
          {{"STEP", step},
           {"WHAT", text("what")},
           {"WEIGHT", [](const Value& row) { return std::to_string(row["weight"].as_uint()) + " %"; }},
           {"TARGET", count("target")},
           {"STABLE", count("stable")},
           {"WAITS FOR", text("waitsFor")}}};
}

std::string text_of(const Session& session, const Ladder& ladder) {
  Value::Array rows;
  Millis sum{0};
  std::string outlooks;
  for (const Rung& rung : ladder.rungs) {
    rows.push_back(value_of(rung));
    sum += rung.at_least;
    for (const Outlook& outlook : rung.outlooks) {
      outlooks += "step " + std::to_string(rung.step.value_or(0) + 1) + ", " + outlook.metric.str() + ": " +
                  outlook.sentence + "\n";
    }
  }
  const TableStyle style{session.globals.output == "wide", !session.globals.no_headers, session.colour_on(1)};
  std::string text = table_of(ladder_view(), rows, style) + "at least " + manifest::write_duration(sum) +
                     ", and what instances and requests take\n" + outlooks;
  if (!ladder.beside.empty()) text += ladder.beside + "\n";
  if (!ladder.whole) text += "the ladder ends here: what the last line waits for does not come by itself\n";
  return text;
}

}  // namespace

Exit print_ladder(Session& session, const LadderOptions& options) {
  const auto script = script_of(options);
  if (!script.ok()) return session.fail(script.trouble());
  std::optional<rehearsal::Traffic> traffic;
  if (options.rps && options.base) traffic = rehearsal::Traffic{*options.rps, *options.base, options.ratio};
  const Ladder ladder = rehearsal::ladder_of(*script, traffic);
  if (session.table()) return session.print_text(printable(text_of(session, ladder), true));
  return session.print_one({"ladder", "service", {}}, value_of(*script, ladder));
}

}  // namespace depops::hub::cli
