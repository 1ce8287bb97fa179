#include "hub/cli/problem.h"

#include "hub/cli/json_text.h"
#include "hub/cli/views.h"
#include "shared/json/parse.h"

namespace depops::hub::cli {
namespace {

Exit exit_for(int status, const std::string& code) {
  if (status == 401 || status == 403) return Exit::forbidden;
  if (status == 404) return Exit::not_found;
  if (code == "blocked") return Exit::blocked;
  return status == 503 || status == 502 || status == 504 ? Exit::unreachable : Exit::error;
}

}  // namespace

std::string reason_line(const json::Value& reason) {
  std::string line = plain_text(reason["rule"]) + ": " + plain_text(reason["text"]);
  if (const json::Value* until = reason.find("until")) line += "; until " + short_time(*until);
  if (const json::Value* who = reason.find("who")) line += " (may be lifted by " + plain_text(*who) + ")";
  return line;
}

Trouble trouble_of(const Reply& reply) {
  const auto parsed = json::parse(reply.body);
  const std::string status = std::to_string(reply.status);
  if (!parsed || !parsed->is_object() || parsed->find("code") == nullptr) {
    return {exit_for(reply.status, ""),
            "the hub answered with status " + status + " and no reason; is this address a hub?"};
  }
  const json::Value& problem = *parsed;
  const std::string code = problem["code"].as_string();
  const std::string detail = printable(problem["detail"].as_string(), true);
  std::string text = (code == "blocked" ? "blocked: " : "") + (detail.empty() ? plain_text(problem["title"]) : detail);
  for (const json::Value& reason : problem["reasons"].items()) text += "\n  " + reason_line(reason);
  if (reply.status == 401) text += "\n  give a token with --token-file, DEPOPS_TOKEN_FILE or: depops context set";
  return {exit_for(reply.status, code), text};
}

}  // namespace depops::hub::cli
