#include "hub/cli/describe.h"

#include <algorithm>
#include <cstdio>

#include "hub/cli/changes.h"
#include "hub/cli/json_text.h"
#include "hub/cli/problem.h"
#include "hub/cli/table.h"
#include "hub/cli/views.h"

namespace depops::hub::cli {
namespace {

using json::Value;

constexpr std::size_t kMeasurementsShown = 10;
constexpr std::int64_t kSkewShown = 60;  // seconds

void field(std::string& out, const char* name, const std::string& value) {
  if (value.empty()) return;
  const std::string label = std::string(name) + ":";
  out += label + std::string(label.size() < 14 ? 14 - label.size() : 1, ' ') + value + "\n";
}

std::string indented(const std::string& table) {
  std::string out;
  std::size_t at = 0;
  while (at < table.size()) {
    const std::size_t end = table.find('\n', at);
    out += "  " + table.substr(at, end - at + 1);
    at = end + 1;
  }
  return out;
}

std::string share(const Value& rate) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %%", 100 * rate.as_double());
  return text;
}

std::string steps_text(const Value& deployment) {
  std::string out;
  std::size_t number = 0;
  for (const Value& step : deployment["steps"].items()) {
    out += "  " + std::to_string(++number) + ". " + plain_text(step["text"]) + "\n";
  }
  return out.empty() ? "" : "Steps:\n" + out;
}

std::string measurements_text(const Value& deployment) {
  const auto& all = deployment["measurements"].items();
  std::string out;
  for (std::size_t i = all.size() - std::min(all.size(), kMeasurementsShown); i < all.size(); ++i) {
    out += "  " + short_time(all[i]["at"]) + "  " + measurement_line(all[i]) + "\n";
  }
  return out.empty() ? "" : "Analysis:\n" + out;
}

}  // namespace

std::string described_deployment(const Value& deployment, bool colour) {
  std::string out;
  field(out, "Deployment", plain_text(deployment["id"]));
  field(out, "Service", plain_text(deployment["service"]));
  field(out, "Version", plain_text(deployment["version"]));
  field(out, "Before", plain_text(deployment["previousVersion"]));
  field(out, "Environment", plain_text(deployment["environment"]));
  field(out, "Kind", plain_text(deployment["kind"]) + ", " + plain_text(deployment["strategy"]));
  field(out, "State", coloured(plain_text(deployment["state"]), colour));
  field(out, "Reason", plain_text(deployment["reason"]));
  field(out, "Failure", plain_text(deployment["failureReason"]));
  field(out, "Started", short_time(deployment["startedAt"]) + " by " + plain_text(deployment["actor"]));
  field(out, "Exposed", short_time(deployment["exposedAt"]));
  field(out, "Detected", short_time(deployment["detectedAt"]));
  field(out, "Safe", short_time(deployment["safeAt"]));
  field(out, "Ended", short_time(deployment["endedAt"]));
  field(out, "Plan", plain_text(deployment["planDigest"]));
  for (const Value& reason : deployment["waiting"].items()) field(out, "Waits for", reason_line(reason));
  out += steps_text(deployment);
  std::string rollouts;
  for (const Value& rollout : deployment["rollouts"].items())
    rollouts += "  " + rollout_line(deployment, rollout) + "\n";
  return out + (rollouts.empty() ? "" : "Sites:\n" + rollouts) + measurements_text(deployment);
}

namespace {

std::string mark_text(const Value& mark) {
  return mark.is_null()
             ? ""
             : "by " + plain_text(mark["by"]) + " " + short_time(mark["at"]) + ": " + plain_text(mark["reason"]);
}

// Of the machine the agent runs on; nothing if it is right.
std::string clock_text(const Value& clock) {
  if (clock.is_null()) return "";
  const std::int64_t skew = clock["skewSeconds"].as_int();
  const std::int64_t off = skew < 0 ? -skew : skew;
  if (!clock["trusted"].as_bool())
    return "nobody vouches for the time there: since its machine was started the site has not taken the hub's";
  if (off <= kSkewShown) return "";
  return "off by " + short_span(Value(1'000 * off)) + (skew > 0 ? ", ahead" : ", behind") +
         ": the site goes by the hub's time; set the clock there";
}

// Who the site is, and what it waits for.
std::string standing_text(const Value& site, bool colour) {
  std::string out;
  const std::string name = plain_text(site["name"]);
  field(out, "Key", plain_text(site["keyWords"]));
  field(out, "Epoch", plain_text(site["siteEpoch"]));
  field(out, "Incarnation", plain_text(site["incarnation"]));
  field(out, "Trust root", plain_text(site["trustVersion"]));
  field(out, "Certificate", site["certificate"].is_null() ? "" : "until " + short_time(site["certificate"]["endsAt"]));
  field(out, "Revoked", coloured(mark_text(site["revoked"]), colour));
  field(out, "Cordoned", mark_text(site["cordoned"]));
  if (!site["revoked"].is_null()) {
    field(out, "Waits for", "being enrolled anew: depops site reenroll " + name);
  } else if (site["waitsForAdmission"].as_bool()) {
    field(out, "Waits for", "being admitted: depops site admit " + name + " --words \"...\" as they stand at the site");
  } else if (site["keyWords"].is_null()) {
    field(out, "Waits for", "joining: depops site enroll " + name);
  } else if (!site["cordoned"].is_null()) {
    field(out, "Waits for", "nothing new begins there: depops site uncordon " + name);
  }
  return out;
}

}  // namespace

std::string described_site(const Value& site, bool colour) {
  std::string out;
  field(out, "Site", plain_text(site["name"]));
  field(out, "Environment", plain_text(site["environment"]));
  for (const auto& [name, value] : site["labels"].members())
    field(out, "Label", printable(name) + "=" + plain_text(value));
  field(out, "Connectivity", coloured(plain_text(site["connectivity"]), colour));
  field(out, "Last seen", short_time(site["lastSeenAt"]));
  field(out, "Health", coloured(plain_text(site["health"]), colour));
  field(out, "As of", short_time(site["healthAsOf"]));
  field(out, "Clock", clock_text(site["clock"]));
  field(out, "Problem", plain_text(site["problem"]));
  for (const Value& fact : site["facts"].items())
    field(out, "Fact",
          plain_text(fact["service"]) + " " + plain_text(fact["version"]) + ", " + plain_text(fact["state"]) +
              ", known " + short_span(fact["ageMs"]) + " ago" +
              (fact["drift"].as_string().empty() ? "" : "; " + plain_text(fact["drift"])));
  field(out, "Agent", plain_text(site["agentVersion"]));
  field(out, "Generation",
        "holds " + plain_text(site["generation"]["held"]) + ", signed " + plain_text(site["generation"]["signed"]));
  out += standing_text(site, colour);
  const auto member = [](const char* header, const char* name) {
    return Column{header, [name](const Value& row) { return plain_text(row[name]); }, false};
  };
  const View services{"service",
                      "service",
                      {member("SERVICE", "service"), member("VERSION", "version"), member("READY", "ready"),
                       member("DESIRED", "desired"), member("REQUESTS", "requests"), member("ERRORS", "errors")}};
  const auto& rows = site["services"].items();
  return out + (rows.empty() ? "" : "Services:\n" + indented(table_of(services, rows, {})));
}

std::string described(const Value& thing) {
  if (const Value* text = thing.find("text")) return printable(text->as_string(), true);
  return yaml_text(thing);
}

std::string described_dora(const Value& dora) {
  std::string out;
  const Value& frequency = dora["deploymentFrequency"];
  const Value& lead = dora["leadTime"];
  const Value& fails = dora["changeFailRate"];
  const Value& recovery = dora["recoveryTime"];
  char per_day[32];
  std::snprintf(per_day, sizeof per_day, "%.2f", frequency["perDay"].as_double());
  field(out, "From", short_time(dora["from"]));
  field(out, "To", short_time(dora["to"]));
  out += "Deployment frequency:  " + std::string(per_day) + " per day (" + plain_text(frequency["count"]) +
         " deployments)\n";
  const std::string lead_time = lead.find("p50Ms") == nullptr
                                    ? "-"
                                    : short_span(lead["p50Ms"]) + " median, " + short_span(lead["p90Ms"]) + " p90";
  out += "Lead time:             " + lead_time + " (" + plain_text(lead["n"]) + " changes, " +
         plain_text(lead["definition"]) + ")\n";
  const std::string rate = fails.find("rate") == nullptr ? "-"
                                                         : share(fails["rate"]) + ", between " + share(fails["low"]) +
                                                               " and " + share(fails["high"]);
  out +=
      "Change fail rate:      " + rate + " (" + plain_text(fails["failed"]) + " of " + plain_text(fails["deployments"]);
  out += fails.find("caughtInCanary") == nullptr ? ")\n"
                                                 : ", " + plain_text(fails["caughtInCanary"]) + " caught in canary)\n";
  const std::string back = recovery.find("p50Ms") == nullptr
                               ? "-"
                               : short_span(recovery["p50Ms"]) + " median, " + short_span(recovery["p90Ms"]) + " p90";
  return out + "Recovery time:         " + back + " (" + plain_text(recovery["n"]) + " recovered, " +
         plain_text(recovery["open"]) + " open)\n";
}

}  // namespace depops::hub::cli
