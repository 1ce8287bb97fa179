#include "shared/statement/statement.h"
#include "tests/fuzz/people.h"
#include "tests/fuzz/target.h"
#include "tests/support/samples.h"

// Approvals as they come from the API and stand in desired states: envelope and statement.
namespace depops::fuzz {
namespace {

const trust::Person kAuthor("erik");
constexpr Instant kNow(Millis(1'790'000'300'000));

using tests::sample_statement;

// What a site would make of it that needs one approver.
trust::Votes votes(const trust::Approval& approval) {
  static const trust::TrustRoot root = [] {
    trust::TrustRoot made = company(1);
    made.policies = {{trust::Tier::production, 1}};
    return made;
  }();
  return trust::count_votes(root, sample_statement().subject, kAuthor, {approval}, kNow, wire::holds);
}

bool judge_envelope(std::string_view bytes) {
  const trust::Approval approval = statement::read(bytes);
  DEPOPS_CHECK(approval.statement.has_value() == approval.flaw.empty());
  if (!approval.statement) {
    DEPOPS_CHECK(!votes(approval).enough());
    return false;
  }
  const auto decoded = statement::decode(approval.document.body);
  DEPOPS_CHECK(decoded.ok() && decoded.value() == *approval.statement);
  // Of this subject alice signed only the sample, and nobody has her key.
  if (votes(approval).enough()) DEPOPS_CHECK(*approval.statement == sample_statement());
  return true;
}

// Alice signs whatever it is: it counts if it says what must be said, and for nothing else.
void judge_vote(std::string_view text, const trust::Statement& told) {
  trust::Approval approval{{std::string(trust::kStatementType), std::string(text), {}}, told, ""};
  approval.document.signatures = {signature(kAlice, approval.document)};
  const trust::Votes counted = votes(approval);
  const bool right = !told.break_glass && told.decision == trust::Decision::approve &&
                     told.subject == sample_statement().subject && told.person == trust::Person("alice") &&
                     told.not_before <= kNow && kNow < told.not_after;
  DEPOPS_CHECK(counted.enough() == right);
  DEPOPS_CHECK(trust::objection_to(counted, sample_statement().subject).has_value() != right);
}

bool judge_statement(std::string_view text) {
  const auto told = statement::decode(text);
  if (!told.ok()) return false;
  comes_back(told.value(), statement::encode, statement::decode);
  judge_vote(text, told.value());
  return true;
}

}  // namespace

bool judge(std::string_view bytes) {
  const bool envelope = judge_envelope(bytes);
  return judge_statement(bytes) || envelope;
}

std::vector<Seed> seeds() {
  trust::Statement rejected = sample_statement();
  rejected.decision = trust::Decision::reject;
  trust::Statement emergency = sample_statement();
  emergency.break_glass = true;
  emergency.person = trust::Person("dora");
  trust::Statement other = sample_statement();
  other.subject.plan = signing::digest_of("another plan");
  return {{"approval", statement::sign(sample_statement(), key(kAlice))},
          {"of_another_plan", statement::sign(other, key(kAlice))},
          {"by_somebody", statement::sign(sample_statement(), key(kAnn))},
          {"statement", statement::encode(sample_statement())},
          {"statement_rejected", statement::encode(rejected)},
          {"statement_emergency", statement::encode(emergency)},
          {"no_json", "{\"payload\":", false}};
}

}  // namespace depops::fuzz
