#include "hub/api_http/handlers.h"
#include "hub/api_http/identity.h"
#include "hub/api_http/joining.h"
#include "hub/api_http/problem.h"
#include "shared/join/file_request.h"

// Requests that people carry here in a file, judged as at the joining listener.
namespace depops::hub::api_http {
namespace {

// What the joining listener would say, or the refusal.
struct Judged {
  std::string said{};
  std::string certificate{};
  bool changed = false;
  std::optional<Response> refusal{};
};

Judged not_so(Response refusal) { return {"", "", false, std::move(refusal)}; }

std::string carrier_of(const Request& request) { return "a file that " + request.actor.str() + " brought"; }

Response refusal_of(const Answer& answer) {
  // A person must admit it first: nothing is wrong with the request, and nothing is to be waited for here.
  if (answer.code == Errc::unavailable) return problem(409, "blocked", answer.what);
  return answer.code == Errc::exhausted ? problem(429, "exhausted", answer.what) : problem_of(answer);
}

Error other_site(const SiteName& site) {
  return {Errc::refused, "the request is of site " + site.str() + "; answer it with 'depops site enroll " + site.str() +
                             " --request FILE --answer FILE'"};
}

Judged judge_carried(const join::FileRequest& asked, const Request& request, const Backend& backend) {
  const Joining& here = *backend.joining;
  if (asked.site.str() != request.argument(0)) return not_so(problem_of(other_site(asked.site)));
  if (asked.authority != here.authority)
    return not_so(
        problem_of(Error{Errc::refused, "the request is for a hub with the authority " + asked.authority.str() +
                                            ", the one of this hub is " + here.authority.str()}));
  const auto facts = here.certificates.check(asked.certificate_request);
  if (!facts) return not_so(problem_of(facts.error().in("certificateRequest")));
  const auto answer =
      give(request, backend,
           JoinSite{asked.site, asked.token_proof, hex_of(asked.signing_key), join::proven(asked), asked.fingerprint,
                    carrier_of(request), facts->key, here.certificate_life, join::claim_of(asked)});
  if (!answer) return not_so(problem_of(answer.error()));
  if (!answer->ok) return not_so(refusal_of(*answer));
  const auto told = identity_of({asked.site, asked.signing_key, facts->key, asked.certificate_request}, backend);
  if (!told) return not_so(problem_of(told.error()));
  return {join::write(*told), told->certificate, answer->changed, std::nullopt};
}

Judged judge_carried(const join::Renewal& asked, const Request& request, const Backend& backend) {
  const Joining& here = *backend.joining;
  const auto facts = here.certificates.check(asked.certificate_request);
  if (!facts) return not_so(problem_of(facts.error().in("certificateRequest")));
  const auto old = here.certificates.read(asked.certificate);
  if (!old) return not_so(problem_of(old.error()));
  if (old->site.str() != request.argument(0)) return not_so(problem_of(other_site(old->site)));
  const auto answer = give(request, backend,
                           RenewSite{*old, hex_of(asked.signing_key), join::proven(asked), facts->key,
                                     here.certificate_life, carrier_of(request)});
  if (!answer) return not_so(problem_of(answer.error()));
  if (!answer->ok) return not_so(refusal_of(*answer));
  const auto found = find_site(backend, old->site);
  if (!found) return not_so(problem_of(found.error()));
  const auto made = certificate_of(*found, facts->key, asked.certificate_request, backend);
  if (!made) return not_so(problem_of(made.error()));
  return {join::write_certificate(*made), *made, answer->changed, std::nullopt};
}

}  // namespace

Response answer_join_request(const Request& request, const Backend& backend) {
  if (backend.joining == nullptr) return problem_of(no_joining());
  const Joining& here = *backend.joining;
  if (!here.seal) return problem_of(here.seal.error());
  const auto asked = join::read_carried(request.body);
  if (!asked) return problem_of(asked.error());
  const Judged judged = std::visit([&](const auto& one) { return judge_carried(one, request, backend); }, *asked);
  if (judged.refusal) return *judged.refusal;
  const auto certificate = x509::facts_of(judged.certificate);
  if (!certificate) return problem_of(certificate.error());
  join::FileAnswer answer;
  answer.site = SiteName(request.argument(0));
  answer.request = join::digest_of(*asked);
  answer.issued = backend.clock.now().wall;
  answer.expires = certificate->not_after;
  answer.said = judged.said;
  answer.authority = here.infra_ca;
  join::seal(answer, *here.seal);
  Response out;
  out.status = judged.changed ? 201 : 200;
  out.body = join::write(answer);
  return out;
}

}  // namespace depops::hub::api_http
