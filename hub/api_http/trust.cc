#include "hub/api_http/body.h"
#include "hub/api_http/handlers.h"
#include "hub/api_http/problem.h"
#include "hub/api_http/text.h"
#include "hub/api_http/views.h"
#include "shared/json/parse.h"
#include "shared/signing/signing.h"

// What people signed: approvals and trust roots. Taken and given as the exact bytes they are, so that anybody can check
// them without this hub.
namespace depops::hub::api_http {
namespace {

constexpr std::size_t kRootTextMax = 512 * 1024;  // base64

const char* decision_of(const trust::Statement& statement) {
  if (statement.break_glass) return "break-glass";
  return statement.decision == trust::Decision::approve ? "approve" : "reject";
}

json::Value attestation_view(const ApprovalRow& row, Codec& codec) {
  json::Value out;
  out.add("digest", row.digest.str()).add("person", row.person.str());
  const trust::Approval read = codec.read_approval(row.envelope);
  if (read.statement) {
    out.add("decision", decision_of(*read.statement)).add("reason", read.statement->reason);
    add_time(out, "validFrom", read.statement->not_before);
    add_time(out, "validUntil", read.statement->not_after);
  }
  out.add("receivedAt", time_text(row.received)).add("broughtBy", row.brought_by.str());
  if (auto envelope = json::parse(row.envelope)) out.add("envelope", std::move(envelope).value());
  return out;
}

json::Value root_view(const TrustRootRow& row, Codec& codec) {
  json::Value out;
  out.add("version", std::int64_t(row.version.value())).add("digest", row.digest.str());
  if (const auto read = codec.read_trust_root(row.bytes)) add_time(out, "expiresAt", read.value().root.expires);
  out.add("takenAt", time_text(row.taken)).add("broughtBy", row.brought_by.str());
  out.add("document", signing::to_base64(row.bytes));
  return out;
}

Response voices(const DeploymentId& id, int status, const Backend& backend) {
  const auto found = backend.history.deployment(id);
  if (!found) return problem_of(found.error());
  const Deployment& row = found.value().deployment;
  json::Value out;
  out.add("deployment", id.str()).add("needed", row.approvals_needed);
  out.add("given", std::uint32_t(row.approved_by.size())).add("approvedBy", texts(row.approved_by));
  return json_response(status, out);
}

}  // namespace

Response list_attestations(const Request& request, const Backend& backend) {
  const auto rows = backend.history.approvals(DeploymentId(request.argument(0)));
  if (!rows) return problem_of(rows.error());
  return json_response(
      200, list_of(rows.value(), "", [&](const ApprovalRow& row) { return attestation_view(row, backend.codec); }));
}

Response attest(const Request& request, const Backend& backend) {
  const DeploymentId id(request.argument(0));
  if (const auto object = object_of(request.body); !object) return problem_of(object.error());
  const auto answer = give(request, backend, Attest{id, request.body});
  if (!answer) return problem_of(answer.error());
  if (!answer.value().ok) return problem_of(answer.value());
  return voices(id, answer.value().changed ? 201 : 200, backend);
}

Response list_trust_roots(const Request&, const Backend& backend) {
  const auto rows = backend.registry.trust_roots();
  if (!rows) return problem_of(rows.error());
  return json_response(
      200, list_of(rows.value(), "", [&](const TrustRootRow& row) { return root_view(row, backend.codec); }));
}

Response take_trust_root(const Request& request, const Backend& backend) {
  const auto object = object_of(request.body);
  if (!object) return problem_of(object.error());
  Body body(object.value(), "");
  const auto bytes = signing::from_base64(body.text("document", kRootTextMax, true));
  if (!bytes) body.fail("document", "must be the trust root's file in base64");
  if (const auto good = body.finish(); !good) return problem_of(good.error());
  const auto answer = give(request, backend, TakeTrustRoot{bytes.value()});
  if (!answer) return problem_of(answer.error());
  if (!answer.value().ok) return problem_of(answer.value());
  const auto rows = backend.registry.trust_roots();
  if (!rows) return problem_of(rows.error());
  for (const TrustRootRow& row : rows.value())
    if ("trust-root/" + std::to_string(row.version.value()) == answer.value().object)
      return json_response(answer.value().changed ? 201 : 200, root_view(row, backend.codec));
  return problem(500, "internal", "the trust root was taken and is not there");
}

}  // namespace depops::hub::api_http
