#include "agent/main/local_verbs.h"

#include "agent/main/view_text.h"
#include "shared/signing/signing.h"

namespace depops::agent {
namespace {

constexpr std::size_t kReasonMax = 1'000;
constexpr std::size_t kIdBytes = 8;

LocalAnswer failed(const Error& error) { return {false, error.code, error.what}; }

LocalAnswer answer_status(Driver& driver, const LocalRequest& request) {
  const auto view = driver.status();
  if (!view.ok()) return failed(view.error());
  return {true, Errc::internal, view_json(*view, request.service)};
}

}  // namespace

LocalAnswer answer_local(Driver& driver, const LocalRequest& request, Instant now) {
  if (request.verb == "status") return answer_status(driver, request);
  if (request.reason.size() > kReasonMax) return failed({Errc::invalid, "the reason is longer than 1,000 bytes"});
  if (!is_name(request.service.str()))
    return failed({Errc::invalid, "'" + request.service.str() + "' is no service name"});
  LocalVerb verb;
  verb.service = request.service;
  verb.rollback = request.verb == "rollback";
  const auto known = rollout::verb_named(request.verb);
  if (!known && !verb.rollback) return failed({Errc::invalid, "unknown verb '" + request.verb + "'"});
  verb.command.verb = known && *known == rollout::Verb::advance && request.full ? rollout::Verb::advance_full
                                                                                : known.value_or(rollout::Verb::abort);
  verb.command.id = CommandId("local-" + signing::to_hex(signing::random_bytes(kIdBytes)));
  verb.command.actor = request.actor;
  verb.command.reason = request.reason;
  verb.command.given_at = now;
  verb.command.replicas = request.replicas;
  const auto answer = driver.ask(std::move(verb));
  if (!answer.ok()) return failed(answer.error());
  return {answer->accepted, Errc::refused, answer->text};
}

}  // namespace depops::agent
