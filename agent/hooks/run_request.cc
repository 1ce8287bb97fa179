#include "agent/hooks/run_request.h"

#include "shared/crash_point/crash_point.h"
#include "shared/http/http_get.h"
#include "shared/json/write.h"

namespace depops::agent::hooks {
namespace {

using rollout::HookFact;
using rollout::HookOutcome;

constexpr std::uint64_t kAnswerMax = 1 << 20;

std::string body_of(const HookOrder& order) {
  json::Value body;
  body.add("idempotencyKey", order.key);
  for (const auto& [name, value] : order.about) body.add(name, value);
  return json::write(body);
}

}  // namespace

HookFact run_request(const HookOrder& order, const std::atomic<bool>& given_up) {
  const auto& call = std::get<rollout::HookRequest>(order.call);
  const auto page = http::parse_url(call.url);
  if (!page.ok()) return {0, HookOutcome::failed, page.error().what};
  http::Request request{*page, call.method, call.headers, {}};
  request.headers.emplace_back("Idempotency-Key", order.key);
  if (call.method != "GET") {
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = body_of(order);
  }
  const std::string place = call.method + " " + http::shown(*page) + ": ";
  crash_point("hook.launch.before");
  const http::Sending sending = http::http_send(request, order.timeout, kAnswerMax, [&] { return given_up.load(); });
  crash_point("hook.launch.after");
  if (!sending.answer) {
    const HookOutcome outcome = sending.sent ? HookOutcome::unknown : HookOutcome::failed;
    return {0, outcome, place + sending.trouble};
  }
  const int status = sending.answer->status;
  if (status >= 200 && status < 300) return {0, HookOutcome::done, {}};
  return {0, HookOutcome::failed, place + "status " + std::to_string(status)};
}

}  // namespace depops::agent::hooks
