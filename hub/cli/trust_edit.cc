#include "hub/cli/trust_edit.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "hub/cli/json_text.h"
#include "hub/cli/time_text.h"
#include "shared/wire/trust.h"

namespace depops::hub::cli {
namespace {

using json::Value;
using trust::TrustRoot;

constexpr const char* kTiers[] = {"development", "staging", "production"};

struct Pair {
  std::string name;
  std::string value;
};

Answer<Pair> pair_of(const std::string& option, const std::string& text) {
  const auto at = text.find('=');
  if (at != std::string::npos && at > 0 && at + 1 < text.size()) return Pair{text.substr(0, at), text.substr(at + 1)};
  return Trouble{Exit::usage, option + " \"" + text.substr(0, 100) + "\": NAME=VALUE is meant"};
}

std::optional<trust::Tier> tier_named(const std::string& word) {
  for (std::size_t i = 0; i < std::size(kTiers); ++i) {
    if (word == kTiers[i]) return static_cast<trust::Tier>(i);
  }
  return std::nullopt;
}

std::optional<std::uint64_t> number_in(const std::string& text) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

Trouble bad_tier(const std::string& text) {
  return {Exit::usage, "\"" + text.substr(0, 100) + "\": the tier is development, staging or production"};
}

Answer<bool> set_environments(TrustRoot& root, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    const auto pair = pair_of("--environment", text);
    if (!pair.ok()) return pair.trouble();
    const auto tier = tier_named(pair->value);
    if (!tier) return bad_tier(text);
    std::erase_if(root.environments, [&](const auto& entry) { return entry.environment.str() == pair->name; });
    root.environments.push_back({EnvironmentName(pair->name), *tier});
  }
  return true;
}

Answer<bool> set_quorums(TrustRoot& root, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    const auto pair = pair_of("--quorum", text);
    if (!pair.ok()) return pair.trouble();
    const auto tier = tier_named(pair->name);
    if (!tier) return bad_tier(text);
    const auto number = number_in(pair->value);
    if (!number || *number > trust::kThresholdMax) return Trouble{Exit::usage, "--quorum " + text + ": 0 to 20"};
    std::erase_if(root.policies, [&](const auto& policy) { return policy.tier == *tier; });
    root.policies.push_back({*tier, static_cast<std::uint32_t>(*number)});
  }
  return true;
}

// A reset is for one version: it would drive a site back again else.
Answer<bool> set_resets(TrustRoot& root, const std::vector<std::string>& texts) {
  root.resets.clear();
  for (const std::string& text : texts) {
    const auto pair = pair_of("--reset", text);
    if (!pair.ok()) return pair.trouble();
    const auto number = number_in(pair->value);
    if (!number) return Trouble{Exit::usage, "--reset " + text + ": SITE=GENERATION is meant"};
    root.resets.push_back({SiteName(pair->name), Generation(*number)});
  }
  return true;
}

constexpr KeyRole kRoles[] = {KeyRole::root, KeyRole::hub_release, KeyRole::approver, KeyRole::break_glass};

Answer<bool> remove_key(TrustRoot& root, const std::string& id) {
  std::size_t removed = 0;
  for (const KeyRole role : kRoles) {
    removed += std::erase_if(role_in(root, role).holders, [&](const auto& held) { return held.key.id.str() == id; });
  }
  if (removed > 0) return true;
  return Trouble{Exit::usage, "no key " + id.substr(0, 100) + " in this trust root; see `depops trust show`"};
}

Answer<bool> set_keys(TrustRoot& root, const TrustChanges& changes) {
  for (const auto* ids : {&changes.remove, &changes.revoke}) {
    for (const std::string& id : *ids) {
      const auto removed = remove_key(root, id);
      if (!removed.ok()) return removed.trouble();
    }
  }
  for (const std::string& id : changes.revoke) root.revoked.emplace_back(id);
  for (const PublicKeyFile& file : changes.keys) role_in(root, file.role).holders.push_back(holder_of(file));
  return true;
}

std::uint32_t first_threshold(const TrustRoot& root) {
  std::vector<trust::Person> people;
  for (const trust::Holder& holder : root.root.holders) people.push_back(holder.person);
  std::ranges::sort(people);
  const auto end = std::unique(people.begin(), people.end());
  return static_cast<std::uint32_t>(std::clamp<std::ptrdiff_t>(end - people.begin(), 1, 2));
}

Value described_role(const TrustRoot& root, KeyRole role) {
  TrustRoot copy = root;
  Value holders = Value::array();
  for (const trust::Holder& holder : role_in(copy, role).holders) {
    Value row = Value::object();
    row.add("keyId", holder.key.id.str()).add("person", holder.person.str()).add("scope", text_of(holder.scope));
    holders.push(std::move(row));
  }
  Value out = Value::object();
  out.add("role", name_of(role)).add("threshold", role_in(copy, role).threshold).add("holders", std::move(holders));
  return out;
}

Value names_of(const std::vector<trust::Person>& people) {
  Value names = Value::array();
  for (const trust::Person& person : people) names.push(person.str());
  return names;
}

Value signed_by(const trust::SignedRoot& root, const TrustRoot& judge) {
  const std::vector<trust::Holder> holders = trust::valid_holders(judge, judge.root);
  const auto found = trust::signers(root.document, holders, wire::holds);
  Value out = Value::object();
  out.add("version", judge.version.value()).add("needed", judge.root.threshold);
  out.add("signedBy", names_of(trust::people(found)));
  return out;
}

}  // namespace

Answer<TrustRoot> next_root(const TrustRoot* before, const TrustChanges& changes, Instant now) {
  TrustRoot root = before == nullptr ? TrustRoot{} : *before;
  if (before != nullptr) root.version = before->version.next();
  root.issued = now;
  root.expires = now + changes.valid;
  for (const auto& done : {set_keys(root, changes), set_environments(root, changes.environments),
                           set_quorums(root, changes.quorums), set_resets(root, changes.resets)}) {
    if (!done.ok()) return done.trouble();
  }
  if (changes.root_threshold > 0) root.root.threshold = changes.root_threshold;
  if (changes.root_threshold == 0 && before == nullptr) root.root.threshold = first_threshold(root);
  const auto checked = trust::check(root);
  if (!checked.ok()) return Trouble{Exit::usage, checked.error().what};
  return root;
}

Value describe_root(const trust::SignedRoot& root, const trust::SignedRoot* before) {
  Value roles = Value::array();
  for (const KeyRole role : kRoles) roles.push(described_role(root.root, role));
  Value environments = Value::array();
  for (const trust::TierOf& entry : root.root.environments) {
    Value row = Value::object();
    row.add("name", entry.environment.str()).add("tier", kTiers[static_cast<std::size_t>(entry.tier)]);
    row.add("quorum", trust::quorum_of(root.root, entry.environment));
    environments.push(std::move(row));
  }
  Value revoked = Value::array();
  for (const KeyId& id : root.root.revoked) revoked.push(id.str());
  Value signatures = Value::array();
  if (before != nullptr) signatures.push(signed_by(root, before->root));
  signatures.push(signed_by(root, root.root));
  Value out = Value::object();
  out.add("version", root.root.version.value()).add("digest", root.digest.str());
  out.add("issued", write_time(root.root.issued)).add("expires", write_time(root.root.expires));
  out.add("roles", std::move(roles)).add("environments", std::move(environments));
  out.add("revoked", std::move(revoked)).add("signatures", std::move(signatures));
  return out;
}

std::string text_of_root(const Value& root) {
  std::string text = "version    " + plain_text(root["version"]) + "\ndigest     " + plain_text(root["digest"]) +
                     "\nexpires    " + plain_text(root["expires"]) + "\n";
  for (const Value& role : root["roles"].items()) {
    text += plain_text(role["role"]) + ", " + plain_text(role["threshold"]) + " of:\n";
    for (const Value& holder : role["holders"].items()) {
      text += "  " + plain_text(holder["keyId"]) + "  " + plain_text(holder["person"]) + ", " +
              plain_text(holder["scope"]) + "\n";
    }
  }
  for (const Value& row : root["environments"].items()) {
    text += "environment " + plain_text(row["name"]) + ": tier " + plain_text(row["tier"]) + ", " +
            plain_text(row["quorum"]) + " approvals by different people\n";
  }
  for (const Value& id : root["revoked"].items()) text += "revoked    " + plain_text(id) + "\n";
  for (const Value& row : root["signatures"].items()) {
    text += "signatures " + std::to_string(row["signedBy"].items().size()) + " of " + plain_text(row["needed"]) +
            " that version " + plain_text(row["version"]) + " asks for (" + plain_text(row["signedBy"]) + ")\n";
  }
  return text;
}

}  // namespace depops::hub::cli
