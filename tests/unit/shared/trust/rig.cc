#include "tests/unit/shared/trust/rig.h"

namespace depops::trust {

Digest digest(char digit) { return Digest("sha256:" + std::string(64, digit)); }

bool toy_holds(std::string_view type, std::string_view body, std::string_view signature, const Key& key) {
  return signature == key.id.str() + "|" + std::string(type) + "|" + std::string(body);
}

Signature toy_sign(const std::string& key, const Signed& document) {
  return {KeyId(key), key + "|" + document.type + "|" + document.body};
}

Instant at(std::int64_t seconds) { return Instant(std::chrono::seconds(seconds)); }

Holder holder(const std::string& key, const std::string& person, std::vector<std::string> environments) {
  Holder made;
  made.key.id = KeyId(key);
  made.person = Person(person);
  made.scope.everywhere = environments.empty();
  for (const std::string& name : environments) made.scope.environments.emplace_back(name);
  return made;
}

TrustRoot company() {
  TrustRoot root;
  root.version = TrustVersion(3);
  root.issued = at(0);
  root.expires = at(1'000 * 86'400);
  root.root = {2, {holder("root-ann", "ann"), holder("root-ben", "ben"), holder("root-cem", "cem")}};
  root.hub_release = {1, {holder("hub-1", "hub")}};
  root.approver = {1,
                   {holder("alice-1", "alice"), holder("alice-2", "alice"), holder("bob-1", "bob"),
                    holder("carl-1", "carl"), holder("sara-1", "sara", {"staging"}), holder("old", "olaf")}};
  root.break_glass = {1, {holder("dora-1", "dora")}};
  root.environments = {{EnvironmentName("production"), Tier::production}, {EnvironmentName("lab"), Tier::development}};
  root.revoked = {KeyId("old")};
  return root;
}

SignedRoot signed_root(const TrustRoot& root, const std::vector<std::string>& keys, std::string body) {
  SignedRoot made;
  made.root = root;
  made.document.type = kTrustRootType;
  made.document.body = body.empty() ? "root " + std::to_string(root.version.value()) : std::move(body);
  made.digest = Digest("digest of " + made.document.body);
  for (const std::string& key : keys) made.document.signatures.push_back(toy_sign(key, made.document));
  return made;
}

Subject checkout(const std::string& environment) {
  return {digest('a'), digest('b'), ServiceName("checkout"), VersionLabel("1.2"), EnvironmentName(environment)};
}

Statement says(const std::string& person, const Subject& subject) {
  Statement statement;
  statement.subject = subject;
  statement.person = Person(person);
  statement.not_before = at(100);
  statement.not_after = at(10'000);
  return statement;
}

Approval signed_by(const std::string& key, const Statement& statement) {
  Approval approval;
  approval.document.type = kStatementType;
  approval.document.body = statement.person.str() + " " + statement.subject.plan.str();
  approval.document.signatures = {toy_sign(key, approval.document)};
  approval.statement = statement;
  return approval;
}

Presented with_signatures(Presented presented, const std::vector<std::string>& keys) {
  presented.document.signatures.clear();
  for (const std::string& key : keys) presented.document.signatures.push_back(toy_sign(key, presented.document));
  return presented;
}

Presented wanted() {
  Presented presented;
  presented.document.type = kDesiredType;
  presented.document.body = "desired 8";
  presented.digest = digest('8');
  presented.site = SiteName("fra-1");
  presented.site_epoch = SiteEpoch(2);
  presented.hub_epoch = HubEpoch(5);
  presented.generation = Generation(8);
  presented.base = digest('7');
  presented.trust_version = TrustVersion(3);
  presented.not_after = at(50'000);
  Wish wish;
  wish.subject = checkout();
  wish.plan_digest_of_bytes = wish.subject.plan;
  wish.author = Person("erik");
  wish.approvals = {signed_by("alice-1", says("alice")), signed_by("bob-1", says("bob"))};
  presented.wishes = {wish};
  return with_signatures(presented);
}

Here fra() {
  Here here;
  here.site = SiteName("fra-1");
  here.site_epoch = SiteEpoch(2);
  here.environment = EnvironmentName("production");
  here.floors = {Generation(7), HubEpoch(5), TrustVersion(3), {digest('6'), digest('7')}};
  here.now = at(1'000);
  return here;
}

Judgement judged(const Presented& presented, const Here& here, const TrustRoot& root) {
  return verify_desired(root, presented, here, toy_holds);
}

std::string code_of(const Judgement& judgement) {
  const auto* refused = std::get_if<Refused>(&judgement);
  return refused == nullptr ? "accepted" : name_of(refused->code);
}

}  // namespace depops::trust
