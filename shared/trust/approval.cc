#include "shared/trust/approval.h"

#include <algorithm>

namespace depops::trust {
namespace {

struct Count {
  const TrustRoot& root;
  const Subject& subject;
  const Person& author;
  Instant now;
  Verifies verifies;
  Millis early;
};

std::string subject_text(const Subject& subject) {
  return subject.service.str() + " " + subject.version.str() + " in " + subject.environment.str();
}

std::optional<Refused> objection_to_subject(const Count& count, const Subject& told) {
  if (told == count.subject) return std::nullopt;
  const char* what = told.plan != count.subject.plan                 ? "another plan"
                     : told.release != count.subject.release         ? "another artifact"
                     : told.environment != count.subject.environment ? "another environment"
                                                                     : "another service or version";
  return Refused{Refusal::approval_subject, "an approval of " + subject_text(told) + ", plan " + told.plan.str() +
                                                ", is of " + what + " than " + subject_text(count.subject) + ", plan " +
                                                count.subject.plan.str()};
}

std::optional<Refused> objection_to_time(const Count& count, const Statement& statement) {
  if (statement.not_after <= statement.not_before) {
    return Refused{Refusal::approval_time, "an approval by " + statement.person.str() + " that ends before it begins"};
  }
  if (statement.break_glass && statement.not_after - statement.not_before > kBreakGlassMax) {
    return Refused{Refusal::break_glass, "a break-glass of more than 4 hours"};
  }
  if (statement.not_before <= count.now + count.early && count.now < statement.not_after) return std::nullopt;
  return Refused{statement.break_glass ? Refusal::break_glass : Refusal::approval_time,
                 "the approval by " + statement.person.str() + " is " +
                     (count.now < statement.not_before ? "not valid yet" : "no longer valid; ask for a new one")};
}

// The holder of `role` who signed, or why there is none.
struct Found {
  const Holder* holder = nullptr;
  std::optional<Refused> why;
};

// A key that was revoked is mostly no longer listed: then only who the signer says to be tells why it does not count.
bool says_revoked(const Count& count, const Approval& approval) {
  return std::ranges::any_of(approval.document.signatures, [&](const Signature& signature) {
    return std::ranges::find(count.root.revoked, signature.hint) != count.root.revoked.end();
  });
}

Found find_signer(const Count& count, const Approval& approval, const Role& role, const char* name) {
  const Statement& statement = *approval.statement;
  const auto all = signers(approval.document, role.holders, count.verifies);
  const auto revoked = [&](const Holder* holder) {
    return std::ranges::find(count.root.revoked, holder->key.id) != count.root.revoked.end();
  };
  const auto valid = std::ranges::find_if_not(all, revoked);
  if (all.empty() && says_revoked(count, approval)) {
    return {nullptr, Refused{Refusal::approval_revoked, "the key that " + statement.person.str() +
                                                            " signed with was revoked; sign with a newer one"}};
  }
  if (all.empty()) {
    return {nullptr, Refused{Refusal::approval_key, "an approval in the name of " + statement.person.str() +
                                                        " is signed by no key of role " + name}};
  }
  if (valid == all.end()) {
    return {nullptr, Refused{Refusal::approval_revoked, "the key of " + all.front()->person.str() + " was revoked"}};
  }
  const Holder& holder = **valid;
  if (holder.person != statement.person) {
    return {nullptr, Refused{Refusal::approval_person,
                             holder.person.str() + " signed an approval in the name of " + statement.person.str()}};
  }
  if (!holder.scope.holds(count.subject.environment)) {
    return {nullptr, Refused{Refusal::approval_scope,
                             holder.person.str() + " has no say in " + count.subject.environment.str()}};
  }
  return {&holder, std::nullopt};
}

std::optional<Refused> count_emergency(const Count& count, const Approval& approval, Votes& votes) {
  const Statement& statement = *approval.statement;
  if (statement.decision != Decision::approve || statement.reason.empty()) {
    return Refused{Refusal::break_glass, "a break-glass by " + statement.person.str() + " without a reason"};
  }
  const Found found = find_signer(count, approval, count.root.break_glass, "break-glass");
  if (!found.holder) return found.why;
  if (auto why = objection_to_time(count, statement)) return why;
  votes.emergency = statement;
  return std::nullopt;
}

std::optional<Refused> count_one(const Count& count, const Approval& approval, Votes& votes) {
  if (!approval.statement)
    return Refused{Refusal::approval_broken, "an approval that can not be read: " + approval.flaw};
  if (approval.document.type != kStatementType) {
    return Refused{Refusal::payload_type, "bytes of type " + approval.document.type + " are no approval"};
  }
  const Statement& statement = *approval.statement;
  if (auto why = objection_to_subject(count, statement.subject)) return why;
  if (statement.break_glass) return count_emergency(count, approval, votes);
  const Found found = find_signer(count, approval, count.root.approver, "approver");
  if (!found.holder) return found.why;
  if (auto why = objection_to_time(count, statement)) return why;
  if (statement.decision == Decision::reject) {
    votes.rejected = Refused{Refusal::rejected, statement.person.str() + " rejected " + subject_text(count.subject) +
                                                    (statement.reason.empty() ? "" : ": " + statement.reason)};
    return std::nullopt;
  }
  if (found.holder->person == count.author) {
    return Refused{Refusal::approval_author,
                   found.holder->person.str() + " asked for the release and does not count as approver"};
  }
  votes.given.push_back(found.holder->person);
  return std::nullopt;
}

}  // namespace

Votes count_votes(const TrustRoot& root, const Subject& subject, const Person& author,
                  const std::vector<Approval>& approvals, Instant now, Verifies verifies, Millis early) {
  const Count count{root, subject, author, now, verifies, early};
  Votes votes;
  votes.needed = quorum_of(root, subject.environment);
  if (approvals.size() > kApprovalsMax) {
    votes.flaw = Refused{Refusal::size, "more than 32 approvals of one plan"};
    return votes;
  }
  for (const Approval& approval : approvals) {
    auto why = count_one(count, approval, votes);
    if (why && !votes.flaw) votes.flaw = std::move(why);
  }
  std::ranges::sort(votes.given);
  votes.given.erase(std::unique(votes.given.begin(), votes.given.end()), votes.given.end());
  return votes;
}

std::optional<Refused> objection_to(const Votes& votes, const Subject& subject) {
  if (votes.rejected) return votes.rejected;
  if (votes.enough()) return std::nullopt;
  if (votes.flaw) return votes.flaw;
  std::string given;
  for (const Person& person : votes.given) given += (given.empty() ? " (" : ", ") + person.str();
  if (!given.empty()) given += ")";
  return Refused{Refusal::quorum, subject_text(subject) + " needs " + std::to_string(votes.needed) +
                                      " approvals by different people, " + std::to_string(votes.given.size()) +
                                      " given" + given};
}

}  // namespace depops::trust
