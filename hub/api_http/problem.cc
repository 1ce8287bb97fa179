#include "hub/api_http/problem.h"

#include <algorithm>

#include "hub/api_http/text.h"
#include "shared/json/write.h"

namespace depops::hub::api_http {
namespace {

struct Known {
  Errc code;
  int status;
  const char* word;
};

constexpr Known kKnown[] = {
    {Errc::invalid, 400, "invalid"},         {Errc::not_found, 404, "not-found"},
    {Errc::exists, 409, "exists"},           {Errc::refused, 409, "refused"},
    {Errc::conflict, 409, "conflict"},       {Errc::unavailable, 503, "unavailable"},
    {Errc::unsupported, 422, "unsupported"}, {Errc::exhausted, 507, "exhausted"},
    {Errc::corrupt, 500, "corrupt"},         {Errc::internal, 500, "internal"},
};

const Known& known(Errc code) {
  const auto found = std::find_if(std::begin(kKnown), std::end(kKnown), [&](const Known& k) { return k.code == code; });
  return found != std::end(kKnown) ? *found : kKnown[std::size(kKnown) - 1];
}

// "idempotency-key-reused" -> "Idempotency key reused"
std::string title_of(const std::string& code) {
  std::string out = code;
  std::replace(out.begin(), out.end(), '-', ' ');
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

}  // namespace

json::Value to_json(const Reason& reason) {
  json::Value out;
  out.add("rule", reason.rule).add("text", reason.what);
  if (reason.until) out.add("until", time_text(*reason.until));
  if (!reason.who.empty()) out.add("who", reason.who);
  return out;
}

Response json_response(int status, const json::Value& value) {
  Response out;
  out.status = status;
  out.body = json::write(value);
  return out;
}

Response problem(int status, const std::string& code, const std::string& detail, const Reasons& reasons) {
  json::Value list = json::Value::array();
  for (const Reason& reason : reasons) list.push(to_json(reason));
  json::Value body;
  body.add("type", "urn:depops:problem:" + code).add("title", title_of(code)).add("status", status);
  body.add("detail", detail).add("code", code).add("reasons", std::move(list));
  Response out = json_response(status, body);
  out.type = "application/problem+json";
  return out;
}

Response problem_of(const Error& error) {
  const Known& entry = known(error.code);
  return problem(entry.status, entry.word, error.what);
}

Response problem_of(const Answer& answer) {
  const Known& entry = known(answer.code);
  const bool blocked = !answer.reasons.empty() && entry.status == 409;
  return problem(entry.status, blocked ? "blocked" : entry.word, answer.what, answer.reasons);
}

}  // namespace depops::hub::api_http
