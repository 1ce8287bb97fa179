#include "shared/wire/trust.h"

#include <algorithm>

#include "depops/v1/trust_root.pb.h"
#include "shared/wire/intake.h"
#include "shared/wire/seal.h"

namespace depops::wire {
namespace {

constexpr EnumRow<trust::Tier, v1::TrustTier> kTierRows[] = {
    {trust::Tier::development, v1::TRUST_TIER_DEVELOPMENT},
    {trust::Tier::staging, v1::TRUST_TIER_STAGING},
    {trust::Tier::production, v1::TRUST_TIER_PRODUCTION},
};

constexpr std::size_t kKeyIdSize = 16;
constexpr std::size_t kLogKeysMax = 16;

void put(const trust::Role& role, v1::TrustRole& out) {
  out.set_threshold(role.threshold);
  for (const trust::Holder& holder : role.holders) {
    auto* row = out.add_holders();
    row->set_ed25519(holder.key.bytes.data(), holder.key.bytes.size());
    row->set_person(holder.person.str());
    for (const EnvironmentName& name : holder.scope.environments) row->add_environments(name.str());
    row->set_everywhere(holder.scope.everywhere);
  }
}

trust::Holder get_holder(const v1::TrustHolder& message, Intake& in) {
  trust::Holder holder;
  std::array<std::uint8_t, signing::PublicKey::kSize> bytes{};
  in.require(message.ed25519().size() == bytes.size(), "key", "has not 32 bytes");
  if (in.ok()) std::ranges::copy(message.ed25519(), reinterpret_cast<char*>(bytes.data()));
  holder.key = key_of(signing::PublicKey(bytes));
  holder.person = in.id<trust::Person>(message.person(), "person");
  in.count(message.environments_size(), "environments", trust::kEnvironmentsMax);
  for (const std::string& name : message.environments()) {
    holder.scope.environments.push_back(in.name<EnvironmentName>(name, "environment"));
  }
  holder.scope.everywhere = message.everywhere();
  return holder;
}

trust::Role get_role(const v1::TrustRole& message, Intake& in, const char* field) {
  trust::Role role;
  role.threshold = message.threshold();
  in.count(message.holders_size(), field, trust::kHoldersMax);
  if (!in.ok()) return role;
  for (const auto& holder : message.holders()) role.holders.push_back(get_holder(holder, in));
  return role;
}

void put_policy(const trust::TrustRoot& root, v1::TrustRoot& out) {
  for (const trust::TierOf& entry : root.environments) {
    auto* row = out.add_environments();
    row->set_name(entry.environment.str());
    row->set_tier(to_wire(kTierRows, entry.tier));
  }
  for (const trust::Policy& policy : root.policies) {
    auto* row = out.add_policies();
    row->set_tier(to_wire(kTierRows, policy.tier));
    row->set_quorum(policy.quorum);
  }
  for (const trust::FloorReset& reset : root.resets) {
    auto* row = out.add_resets();
    row->set_site(reset.site.str());
    row->set_generation(reset.generation.value());
  }
}

void get_policy(const v1::TrustRoot& message, trust::TrustRoot& root, Intake& in) {
  in.count(message.environments_size(), "environments", trust::kEnvironmentsMax);
  in.count(message.policies_size(), "policies", std::size(kTierRows));
  in.count(message.resets_size(), "resets", kSitesMax);
  if (!in.ok()) return;
  for (const auto& row : message.environments()) {
    root.environments.push_back(
        {in.name<EnvironmentName>(row.name(), "environment"), from_wire(kTierRows, row.tier(), in, "tier")});
  }
  for (const auto& row : message.policies()) {
    root.policies.push_back({from_wire(kTierRows, row.tier(), in, "tier"), row.quorum()});
  }
  for (const auto& row : message.resets()) {
    root.resets.push_back(
        {in.name<SiteName>(row.site(), "reset.site"), Generation(in.number(row.generation(), "reset.generation"))});
  }
}

void get_keys(const v1::TrustRoot& message, trust::TrustRoot& root, Intake& in) {
  in.count(message.revoked_size(), "revoked", 4 * trust::kHoldersMax);
  in.count(message.log_keys_size(), "log_keys", kLogKeysMax);
  if (!in.ok()) return;
  for (const std::string& id : message.revoked()) root.revoked.emplace_back(in.needed(id, "revoked", kKeyIdSize));
  for (const std::string& key : message.log_keys()) root.log_keys.push_back(in.needed(key, "log_key", kTextMax));
}

}  // namespace

bool holds(std::string_view type, std::string_view body, std::string_view signature, const trust::Key& key) {
  return signing::verify(type, body, signature, signing::PublicKey(key.bytes));
}

trust::Key key_of(const signing::PublicKey& key) { return {key.id(), key.bytes()}; }

std::string encode_trust_root(const trust::TrustRoot& root) {
  v1::TrustRoot out;
  out.set_version(root.version.value());
  out.set_issued_ms(ms_of(root.issued));
  out.set_expires_ms(ms_of(root.expires));
  put(root.root, *out.mutable_root());
  put(root.hub_release, *out.mutable_hub_release());
  put(root.approver, *out.mutable_approver());
  put(root.break_glass, *out.mutable_break_glass());
  put_policy(root, out);
  for (const KeyId& id : root.revoked) out.add_revoked(id.str());
  for (const std::string& key : root.log_keys) out.add_log_keys(key);
  return serialized(out);
}

Result<trust::TrustRoot> decode_trust_root(std::string_view bytes) {
  v1::TrustRoot message;
  if (bytes.size() > kTrustRootMax) return Error{Errc::invalid, "trust root: has more than 256 KiB"};
  if (!parse(bytes, message)) return malformed("trust root");
  Intake in;
  trust::TrustRoot root;
  root.version = trust::TrustVersion(in.number(message.version(), "version"));
  root.issued = in.instant(message.issued_ms(), "issued");
  root.expires = in.instant(message.expires_ms(), "expires");
  root.root = get_role(message.root(), in, "root");
  root.hub_release = get_role(message.hub_release(), in, "hub_release");
  root.approver = get_role(message.approver(), in, "approver");
  root.break_glass = get_role(message.break_glass(), in, "break_glass");
  get_policy(message, root, in);
  get_keys(message, root, in);
  if (!in.ok()) return in.error().in("trust root");
  return root;
}

std::string sealed(const trust::Signed& document) {
  std::vector<Signature> signatures;
  for (const trust::Signature& signature : document.signatures) signatures.push_back({signature.hint, signature.bytes});
  return seal(document.body, signatures);
}

Result<trust::SignedRoot> read_trust_root(std::string_view frame) {
  DEPOPS_TRY(trust::Signed document, unsealed(trust::kTrustRootType, frame));
  DEPOPS_TRY(trust::TrustRoot root, decode_trust_root(document.body));
  const Digest digest = signing::digest_of(document.body);
  return trust::SignedRoot{std::move(document), digest, std::move(root)};
}

}  // namespace depops::wire
