#include <algorithm>
#include <set>

#include "shared/trust/accept_root.h"
#include "shared/trust/verify_desired.h"
#include "shared/wire/seal.h"
#include "tests/fuzz/people.h"
#include "tests/fuzz/target.h"

// Trust roots: pinned from a file, and newer ones that a hub hands on.
namespace depops::fuzz {
namespace {

trust::SignedRoot signed_root(const std::string& body, const trust::TrustRoot& root) {
  trust::SignedRoot made{{std::string(trust::kTrustRootType), body, {}}, signing::digest_of(body), root};
  made.document.signatures = {signature(kAnn, made.document), signature(kBen, made.document)};
  return made;
}

trust::TrustRoot rich(std::uint64_t version) {
  trust::TrustRoot root = company(version);
  root.approver.holders[1].scope = {false, {EnvironmentName("production"), EnvironmentName("staging")}};
  root.environments = {{EnvironmentName("production"), trust::Tier::production},
                       {EnvironmentName("staging"), trust::Tier::staging}};
  root.policies.push_back({trust::Tier::staging, 1});
  root.revoked = {KeyId("0123456789abcdef")};
  root.log_keys = {"hub.example/log+1+x"};
  root.resets = {{SiteName("fra-1"), Generation(9)}};
  return root;
}

const trust::SignedRoot& believed() {
  static const trust::SignedRoot it = signed_root(wire::encode_trust_root(company(4)), company(4));
  return it;
}

// One that keeps the rules can be gone by: its thresholds can be reached, and production never goes unasked.
void judge_rules(const trust::TrustRoot& root) {
  if (!trust::check(root).ok()) return;
  std::set<KeyId> keys;
  std::size_t count = 0;
  for (const trust::Role* role : {&root.root, &root.hub_release, &root.approver, &root.break_glass}) {
    for (const trust::Holder& one : role->holders) keys.insert(one.key.id);
    count += role->holders.size();
  }
  DEPOPS_CHECK(keys.size() == count);
  DEPOPS_CHECK(root.root.threshold >= 1 && trust::valid_holders(root, root.root).size() >= root.root.threshold);
  DEPOPS_CHECK(trust::quorum_of(root, EnvironmentName("nobody-listed-it")) >= 1);
  for (const trust::TierOf& entry : root.environments) {
    const std::uint32_t quorum = trust::quorum_of(root, entry.environment);
    DEPOPS_CHECK(entry.tier != trust::Tier::production || quorum >= 1);
    DEPOPS_CHECK(trust::valid_holders(root, root.approver).size() >= quorum);
  }
}

// Ann and ben sign whatever it is: it comes next if it is the next and keeps the rules.
void judge_next(std::string_view body, const trust::TrustRoot& root) {
  const trust::SignedRoot next = signed_root(std::string(body), root);
  const auto why = trust::objection_to_next(believed(), next, wire::holds);
  const bool same = next.digest == believed().digest;
  if (!why) DEPOPS_CHECK(same || (root.version == believed().root.version.next() && trust::check(root).ok()));
  const trust::Floors before{Generation(20), HubEpoch(3), trust::TrustVersion(4), {signing::digest_of("a")}};
  const trust::Floors after = trust::reset_by(root, SiteName("fra-1"), before);
  DEPOPS_CHECK(after == before || (after.trust_version > before.trust_version && after.accepted.empty()));
}

bool judge_body(std::string_view bytes) {
  const auto root = wire::decode_trust_root(bytes);
  if (!root.ok()) return false;
  comes_back(root.value(), wire::encode_trust_root, wire::decode_trust_root);
  judge_rules(root.value());
  judge_next(bytes, root.value());
  return true;
}

const std::vector<Seed>& frames() {
  static const std::vector<Seed> all = [] {
    const auto frame = [](const trust::TrustRoot& root) {
      return wire::sealed(signed_root(wire::encode_trust_root(root), root).document);
    };
    return std::vector<Seed>{{"same", frame(company(4))}, {"next", frame(rich(5))}, {"later", frame(rich(6))}};
  }();
  return all;
}

// Nobody has the keys of ann and ben: only what they signed comes next, and only what is pinned comes first.
bool judge_frame(std::string_view bytes) {
  const auto read = wire::read_trust_root(bytes);
  if (!read.ok()) return false;
  const std::string& body = read.value().document.body;
  const bool known = std::ranges::any_of(
      frames(), [&](const Seed& frame) { return wire::unverified_body(frame.bytes).value() == body; });
  const bool next = !trust::objection_to_next(believed(), read.value(), wire::holds).has_value();
  DEPOPS_CHECK(!next || known);
  const bool first = !trust::objection_to_first(read.value(), believed().digest, wire::holds).has_value();
  DEPOPS_CHECK(!first || read.value().root == believed().root);
  return judge_body(body);
}

}  // namespace

bool judge(std::string_view bytes) {
  const bool frame = judge_frame(bytes);
  return judge_body(bytes) || frame;
}

std::vector<Seed> seeds() {
  std::vector<Seed> all = frames();
  all.push_back({"body_plain", wire::encode_trust_root(company(5))});
  all.push_back({"body_rich", wire::encode_trust_root(rich(5))});
  return all;
}

}  // namespace depops::fuzz
