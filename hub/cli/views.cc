#include "hub/cli/views.h"

#include <algorithm>

#include "hub/cli/json_text.h"
#include "shared/manifest/quantity.h"

namespace depops::hub::cli {
namespace {

using json::Value;

Column member(const char* header, const char* name, bool wide = false) {
  return {header, [name](const Value& row) { return plain_text(row[name]); }, wide};
}

Column time_of(const char* header, const char* name, bool wide = false) {
  return {header, [name](const Value& row) { return short_time(row[name]); }, wide};
}

std::string shortened(const std::string& text, std::size_t most) {
  return text.size() <= most ? text : text.substr(0, most - 3) + "...";
}

std::string labels_text(const Value& row) {
  std::string text;
  for (const auto& [name, value] : row["labels"].members()) {
    text += (text.empty() ? "" : ",") + printable(name) + "=" + plain_text(value);
  }
  return text;
}

// "1.1 90 %, 1.2 10 %"; the version alone if it has all requests.
std::string weights_text(const Value& service) {
  std::string text;
  for (const Value& weight : service["weights"].items()) {
    const std::string share = weight["percent"].as_int() == 100 ? "" : " " + plain_text(weight["percent"]) + " %";
    text += (text.empty() ? "" : ", ") + plain_text(weight["version"]) + share;
  }
  return text.empty() ? plain_text(service["version"]) : text;
}

std::string services_text(const Value& site) {
  std::string text;
  for (const Value& service : site["services"].items()) {
    text += (text.empty() ? "" : "; ") + plain_text(service["service"]) + " " + weights_text(service);
  }
  return text;
}

std::string environments_text(const Value& service) {
  std::string text;
  for (const Value& environment : service["environments"].items()) {
    const std::string version = plain_text(environment["version"]);
    text +=
        (text.empty() ? "" : ", ") + plain_text(environment["environment"]) + " " + (version.empty() ? "-" : version);
    if (environment.find("deployment") != nullptr) text += " (" + plain_text(environment["deployment"]) + ")";
  }
  return text;
}

std::string reason_text(const Value& row) { return shortened(plain_text(row["reason"]), 70); }

}  // namespace

std::string short_time(const Value& time) {
  std::string text = plain_text(time);
  if (text.size() < 20 || text[10] != 'T') return text;
  text[10] = ' ';
  return text.substr(0, 19) + "Z";
}

std::string short_span(const Value& milliseconds) {
  if (milliseconds.is_null()) return "";
  const std::int64_t ms = milliseconds.as_int();
  return manifest::write_duration(Millis(ms < 1'000 ? ms : ms / 1'000 * 1'000));
}

View environment_view() {
  return {"environment", "name", {member("NAME", "name"), member("TIER", "tier"), time_of("CREATED", "createdAt")}};
}

View site_view() {
  const auto generation = [](const Value& row) {
    return plain_text(row["generation"]["held"]) + "/" + plain_text(row["generation"]["signed"]);
  };
  return {"site",
          "name",
          {member("NAME", "name"),
           member("ENVIRONMENT", "environment"),
           member("CONNECTIVITY", "connectivity"),
           member("HEALTH", "health"),
           {"SERVICES", services_text, false},
           time_of("LAST SEEN", "lastSeenAt"),
           member("PROBLEM", "problem", true),
           {"LABELS", labels_text, true},
           {"GENERATION", generation, true},
           member("AGENT", "agentVersion", true)}};
}

View service_view() {
  return {"service",
          "name",
          {member("NAME", "name"), member("LATEST", "latestVersion"), {"ENVIRONMENTS", environments_text, false}}};
}

View version_view() {
  const auto commit = [](const Value& row) { return plain_text(row["commit"]).substr(0, 12); };
  const auto commits = [](const Value& row) { return std::to_string(row["commits"].items().size()); };
  return {"version",
          "label",
          {member("VERSION", "label"),
           {"COMMIT", commit, false},
           time_of("COMMITTED", "committedAt"),
           time_of("PUBLISHED", "publishedAt"),
           member("BY", "publishedBy", true),
           {"COMMITS", commits, true},
           member("ARTIFACT", "artifact", true),
           member("BYTES", "artifactSize", true)}};
}

View document_view(const std::string& kind) {
  return {kind,
          "name",
          {member("NAME", "name"), time_of("APPLIED", "appliedAt"), member("BY", "appliedBy"),
           member("DIGEST", "digest", true)}};
}

View deployment_view() {
  const auto failed = [](const Value& row) { return std::string(row["changeFailed"].as_bool() ? "yes" : ""); };
  return {"deployment",
          "id",
          {member("ID", "id"),
           member("SERVICE", "service"),
           member("VERSION", "version"),
           member("FROM", "previousVersion", true),
           member("ENVIRONMENT", "environment"),
           member("STATE", "state"),
           time_of("STARTED", "startedAt"),
           time_of("ENDED", "endedAt"),
           member("BY", "actor", true),
           member("KIND", "kind", true),
           {"CHANGE FAILED", failed, true},
           {"REASON", reason_text, false}}};
}

View event_view() {
  return {"event",
          "seq",
          {time_of("AT", "at"), member("SITE", "site"), member("KIND", "kind"), member("BY", "actor", true),
           time_of("RECEIVED", "receivedAt", true), member("TEXT", "text")}};
}

View audit_view() {
  return {"audit",
          "seq",
          {member("SEQ", "seq"),
           time_of("AT", "at"),
           member("SITE", "site"),
           member("ACTOR", "actor"),
           member("ACTION", "action"),
           member("OBJECT", "object"),
           {"REASON", reason_text, false},
           member("BEFORE", "before", true),
           member("AFTER", "after", true),
           member("CAUSE", "cause", true)}};
}

View apply_view() {
  return {"document", "name", {member("KIND", "kind"), member("NAME", "name"), member("RESULT", "result")}};
}

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{{"environments", "environment", "/api/v1/environments", false, environment_view()},
                                     {"sites", "site", "/api/v1/sites", true, site_view()},
                                     {"services", "service", "/api/v1/services", false, service_view()},
                                     {"versions", "version", "", false, version_view()},
                                     {"pipelines", "pipeline", "/api/v1/pipelines", false, document_view("pipeline")},
                                     {"analysis-templates", "analysis-template", "/api/v1/analysis-templates", false,
                                      document_view("analysis-template")},
                                     {"deployments", "deployment", "/api/v1/deployments", true, deployment_view()}};
  return all;
}

const Kind* kind_named(const std::string& word) {
  const std::string meant = word == "env" || word == "envs"             ? "environment"
                            : word == "template" || word == "templates" ? "analysis-template"
                                                                        : word;
  const auto found = std::find_if(kinds().begin(), kinds().end(),
                                  [&](const Kind& kind) { return kind.plural == meant || kind.singular == meant; });
  return found == kinds().end() ? nullptr : &*found;
}

}  // namespace depops::hub::cli
