#include "agent/kubernetes/api/failure.h"

#include <algorithm>

#include "shared/json/parse.h"

namespace depops::agent::kubernetes {
namespace {

constexpr std::size_t kWordsMax = 1'000;  // of what a server says, in one message
constexpr std::size_t kCausesMax = 50;

std::string cut(std::string text) {
  if (text.size() > kWordsMax) text = text.substr(0, kWordsMax) + "...";
  return text;
}

// The text between the first pair of quotes: `conflict with "kubectl" using apps/v1` -> kubectl
FieldManager manager_in(const std::string& message) {
  const std::size_t from = message.find('"');
  const std::size_t to = message.find('"', from == std::string::npos ? from : from + 1);
  return FieldManager(to == std::string::npos ? "" : message.substr(from + 1, to - from - 1));
}

std::vector<Cause> causes_in(const json::Value& status) {
  std::vector<Cause> causes;
  for (const json::Value& item : status["details"]["causes"].items()) {
    if (causes.size() == kCausesMax) break;
    Cause cause{item["field"].as_string(), item["reason"].as_string(), cut(item["message"].as_string())};
    if (cause.reason == "FieldManagerConflict") cause.manager = manager_in(cause.message);
    causes.push_back(std::move(cause));
  }
  return causes;
}

FailureKind kind_of(const Asked& asked, int status, const std::vector<Cause>& causes) {
  switch (status) {
    case 401:
    case 403:
      return FailureKind::forbidden;
    case 404:
      return FailureKind::not_found;
    case 409:
      return FailureKind::conflict;
    case 410:
      return FailureKind::gone;
    case 422:  // a test that does not hold is answered like this, without a word about which
      return asked.tests && causes.empty() ? FailureKind::conflict : FailureKind::invalid;
    case 429:
      return FailureKind::throttled;
    case 504:
      return asked.writes() ? FailureKind::unanswered : FailureKind::unavailable;
    default:
      return status >= 400 && status < 500 ? FailureKind::invalid : FailureKind::unavailable;
  }
}

std::string rule_for(const Asked& asked) {
  const std::string resource = asked.resource.plural.str() + (asked.subresource.empty() ? "" : "/" + asked.subresource);
  return "- {apiGroups: [\"" + asked.resource.group.str() + "\"], resources: [\"" + resource + "\"], verbs: [\"" +
         asked.verb + "\"]}";
}

std::string where_rule_goes(const Asked& asked) {
  return asked.key.space.empty() ? "a ClusterRole" : "a Role in namespace " + asked.key.space.str();
}

// The remedy, where there is one to name.
void add_remedy(const Asked& asked, int status, Failure& failure) {
  if (status == 401) {
    failure.what += "; the credentials are not accepted: look at the token or client certificate and its expiry";
  } else if (status == 403 && failure.what.find(" cannot ") != std::string::npos) {
    failure.missing_rule = rule_for(asked);
    failure.what += "; this line in " + where_rule_goes(asked) + " would allow it: " + failure.missing_rule;
  } else if (status == 422 && failure.kind == FailureKind::conflict) {
    failure.what += "; a test of the patch did not hold, or its path is not there: read the object again";
  }
}

std::string words_of(const Cause& cause) {
  if (cause.manager.empty()) return (cause.field.empty() ? "" : cause.field + ": ") + cause.message;
  return cause.field + " belongs to " + cause.manager.str();
}

std::string words_of(const json::Value& status, int code, const std::vector<Cause>& causes) {
  std::string said = cut(status["message"].as_string());
  if (said.empty()) said = "status " + std::to_string(code);
  for (const Cause& cause : causes) said += "; " + words_of(cause);
  return said;
}

}  // namespace

const char* name_of(FailureKind kind) noexcept {
  switch (kind) {
    case FailureKind::conflict:
      return "conflict";
    case FailureKind::not_found:
      return "not found";
    case FailureKind::gone:
      return "gone";
    case FailureKind::invalid:
      return "invalid";
    case FailureKind::forbidden:
      return "forbidden";
    case FailureKind::throttled:
      return "throttled";
    case FailureKind::unavailable:
      return "unavailable";
    case FailureKind::unanswered:
      return "unanswered";
  }
  return "?";
}

std::string shown(const Asked& asked) {
  std::string text = asked.verb + " " + asked.resource.plural.str();
  if (!asked.resource.group.empty()) text += "." + asked.resource.group.str();
  if (!asked.subresource.empty()) text += "/" + asked.subresource;
  if (!asked.key.name.empty()) text += " " + asked.key.name.str();
  if (!asked.key.space.empty()) text += " in " + asked.key.space.str();
  return text;
}

Failure failure_of(const Asked& asked, int status, const std::string& body, std::optional<Millis> retry_after) {
  const auto parsed = json::parse(body);
  const bool is_status = parsed.ok() && (*parsed)["kind"].as_string() == "Status";
  const json::Value said = is_status ? *parsed : json::Value();
  Failure failure;
  failure.causes = causes_in(said);
  failure.kind = kind_of(asked, status, failure.causes);
  failure.reason = cut(said["reason"].as_string());
  failure.retry_after = retry_after;
  if (const auto seconds = said["details"]["retryAfterSeconds"].as_int(); !retry_after && seconds > 0)
    failure.retry_after = Millis(std::min<std::int64_t>(seconds, 86'400) * 1'000);
  failure.may_have_happened = asked.writes() && (status == 500 || status == 502 || status == 504);
  failure.what = shown(asked) + ": " + words_of(said, status, failure.causes);
  add_remedy(asked, status, failure);
  return failure;
}

Failure failure_without_answer(const Asked& asked, bool sent, const std::string& why) {
  const bool open = sent && asked.writes();
  Failure failure;
  failure.kind = open ? FailureKind::unanswered : FailureKind::unavailable;
  failure.what = shown(asked) + ": " + why;
  if (open) failure.what += "; whether it was carried out is not known";
  failure.may_have_happened = open;
  return failure;
}

Error error_of(const Failure& failure) {
  switch (failure.kind) {
    case FailureKind::conflict:
    case FailureKind::gone:
      return {failure.already_exists() ? Errc::exists : Errc::conflict, failure.what};
    case FailureKind::not_found:
      return {Errc::not_found, failure.what};
    case FailureKind::invalid:
      return {Errc::invalid, failure.what};
    case FailureKind::forbidden:
      return {Errc::refused, failure.what};
    case FailureKind::throttled:
    case FailureKind::unavailable:
    case FailureKind::unanswered:
      break;
  }
  return {Errc::unavailable, failure.what};
}

}  // namespace depops::agent::kubernetes
