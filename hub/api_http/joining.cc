#include "hub/api_http/joining.h"

#include "hub/api_http/body.h"
#include "hub/api_http/handlers.h"
#include "hub/api_http/identity.h"
#include "hub/api_http/problem.h"
#include "hub/api_http/text.h"
#include "shared/join/renewal.h"

namespace depops::hub::api_http {
namespace {

constexpr std::uint32_t kTokenLifeSeconds = 3'600;
constexpr Millis kWindow{60'000};

Response token_view(const std::string& token, const SiteView& found, Instant expires, const Joining& joining) {
  json::Value out;
  out.add("site", found.site.name.str()).add("environment", found.site.environment.str());
  out.add("siteEpoch", found.site.site_epoch.value()).add("token", token).add("expiresAt", time_text(expires));
  out.add("hubUrl", joining.url).add("caDigest", joining.authority.str());
  return json_response(201, out);
}

}  // namespace

bool JoinLimits::admit(const std::string& address, Millis boottime) {
  const std::lock_guard lock(mutex_);
  if (window_ < Millis{0} || boottime - window_ >= kWindow) {
    window_ = boottime;
    total_ = 0;
    by_address_.clear();
  }
  if (total_ >= kTotal) return false;
  unsigned& own = by_address_[address];
  if (own >= kPerAddress) return false;
  ++own;
  ++total_;
  return true;
}

Response create_join_token(const Request& request, const Backend& backend) {
  const auto object = object_of(request.body);
  if (!object) return problem_of(object.error());
  Body body(object.value(), "");
  MakeJoinToken wanted;
  wanted.site = SiteName(request.argument(0));
  wanted.environment = body.name<EnvironmentName>("environment", false);
  wanted.life = std::chrono::seconds(body.number("ttlSeconds").value_or(kTokenLifeSeconds));
  wanted.anew = body.boolean("anew");
  wanted.confirm = body.boolean("confirm");
  if (const auto good = body.finish(); !good) return problem_of(good.error());
  if (backend.joining == nullptr) return problem_of(no_joining());
  const std::string token = join::new_token();
  wanted.token = join::hash_of(token);
  const Instant expires = backend.clock.now().wall + wanted.life;
  const auto answer = give(request, backend, wanted);
  if (!answer) return problem_of(answer.error());
  if (!answer.value().ok) return problem_of(answer.value());
  // The answer to the same Idempotency-Key before: its token was said once and is kept nowhere.
  if (answer.value().object != "join-token/" + wanted.token.str())
    return problem(409, "conflict",
                   "the token of this Idempotency-Key was made before and is not kept; make a new one");
  const auto found = find_site(backend, wanted.site);
  if (!found) return problem_of(found.error());
  return token_view(token, found.value(), expires, *backend.joining);
}

Response answer_join(const std::string& body, const std::string& address, const std::string& request_id,
                     const Backend& backend) {
  const auto read = join::read_request(body);
  if (!read) return problem_of(read.error());
  const join::Request& request = read.value();
  const auto asked = backend.joining->certificates.check(request.certificate_request);
  if (!asked) return problem_of(asked.error().in("certificateRequest"));
  ApiCommand command;
  command.actor = Actor("site:" + request.site.str());
  command.request_id = request_id;
  command.request = JoinSite{request.site,
                             join::hash_of(request.token),
                             hex_of(request.signing_key),
                             join::proven(request),
                             request.fingerprint,
                             address,
                             asked->key,
                             backend.joining->certificate_life,
                             {}};
  const auto answer = backend.commands.run(std::move(command));
  if (!answer) return problem_of(answer.error());
  if (!answer.value().ok && answer.value().code == Errc::unavailable)
    return problem(503, "waits", answer.value().what).with("Retry-After", "10");
  if (!answer.value().ok) return problem(403, "refused", answer.value().what);
  const auto told = identity_of({request.site, request.signing_key, asked->key, request.certificate_request}, backend);
  if (!told) return problem_of(told.error());
  Response out;
  out.status = answer.value().changed ? 201 : 200;
  out.body = join::write(told.value());
  return out;
}

Response answer_renewal(const std::string& body, const std::string& address, const std::string& request_id,
                        const Backend& backend) {
  const auto read = join::read_renewal(body);
  if (!read) return problem_of(read.error());
  const Certificates& office = backend.joining->certificates;
  const auto asked = office.check(read->certificate_request);
  if (!asked) return problem_of(asked.error().in("certificateRequest"));
  const auto old = office.read(read->certificate);
  if (!old) return problem(403, "refused", old.error().what);
  ApiCommand command;
  command.actor = Actor("site:" + old->site.str());
  command.request_id = request_id;
  command.request = RenewSite{*old,       hex_of(read->signing_key),         join::proven(*read),
                              asked->key, backend.joining->certificate_life, address};
  const auto answer = backend.commands.run(std::move(command));
  if (!answer) return problem_of(answer.error());
  if (!answer->ok) return problem(answer->code == Errc::exhausted ? 429 : 403, "refused", answer->what);
  const auto found = find_site(backend, old->site);
  if (!found) return problem_of(found.error());
  const auto made = certificate_of(*found, asked->key, read->certificate_request, backend);
  if (!made) return problem_of(made.error());
  Response out;
  out.body = join::write_certificate(*made);
  return out;
}

}  // namespace depops::hub::api_http
