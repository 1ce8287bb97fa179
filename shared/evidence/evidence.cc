#include "shared/evidence/evidence.h"

#include <utility>

#include "shared/signing/signing.h"
#include "shared/statement/statement.h"
#include "shared/wire/trust.h"

namespace depops::evidence {
namespace {

trust::Wish wish_of(const sync::Target& target) {
  trust::Wish wish;
  wish.subject = sync::subject_of(target.plan, target.plan_digest);
  wish.subject.service = target.service;
  wish.plan_digest_of_bytes = signing::digest_of(target.plan_bytes);
  wish.author = sync::author_of(target.plan);
  for (const std::string& envelope : target.approvals) wish.approvals.push_back(statement::read(envelope));
  return wish;
}

}  // namespace

Result<trust::Evidence> read(trust::Signed document, const sync::Desired& desired) {
  trust::Evidence evidence;
  trust::Presented& presented = evidence.presented;
  presented.document = std::move(document);
  presented.digest = signing::digest_of(presented.document.body);
  presented.site = desired.site;
  presented.site_epoch = desired.site_epoch;
  presented.hub_epoch = desired.hub_epoch;
  presented.generation = desired.generation;
  presented.base = desired.base;
  presented.trust_version = desired.trust_version;
  presented.not_after = desired.not_after;
  if (desired.rebase) presented.critical.emplace_back("rebase");
  presented.log_proof = desired.log_proof;
  for (const sync::Target& target : desired.targets) presented.wishes.push_back(wish_of(target));
  for (const std::string& root : desired.trust_roots) {
    DEPOPS_TRY(trust::SignedRoot read, wire::read_trust_root(root));
    evidence.roots.push_back(std::move(read));
  }
  return evidence;
}

Result<trust::Evidence> read(std::string_view frame, const sync::Desired& desired) {
  DEPOPS_TRY(trust::Signed document, wire::unsealed(trust::kDesiredType, frame));
  return read(std::move(document), desired);
}

}  // namespace depops::evidence
