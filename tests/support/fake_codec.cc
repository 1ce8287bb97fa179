#include "tests/support/fake_codec.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>

namespace depops::tests {
namespace {

std::string name(const char* kind, std::size_t index) { return std::string(kind) + std::to_string(index); }

template <typename T>
Result<T> find(const std::vector<T>& in, const std::string& kind, const std::string& bytes) {
  std::size_t index = 0;
  const char* end = bytes.data() + bytes.size();
  if (bytes.compare(0, kind.size(), kind) == 0 && std::from_chars(bytes.data() + kind.size(), end, index).ptr == end &&
      index < in.size())
    return in[index];
  return Error{Errc::corrupt, "\"" + bytes + "\" is no " + kind};
}

}  // namespace

std::string FakeCodec::encode_plan(const rollout::Plan& plan) {
  const auto found = std::find(plans_.begin(), plans_.end(), plan);
  const auto index = static_cast<std::size_t>(found - plans_.begin());
  if (found == plans_.end()) plans_.push_back(plan);
  return name("plan-", index);
}

Result<rollout::Plan> FakeCodec::decode_plan(const std::string& bytes) {
  DEPOPS_TRY(rollout::Plan plan, find(plans_, "plan-", bytes));
  for (const auto& [name, value] : plan.target.settings) {
    if (value.find('\0') != std::string::npos) return Error{Errc::invalid, "settings." + name + " has a zero byte"};
  }
  return plan;
}

std::string FakeCodec::encode_desired(const sync::Desired& desired) {
  desired_.push_back(desired);
  return name("desired-", desired_.size() - 1);
}

Result<sync::Desired> FakeCodec::decode_desired(const std::string& bytes) { return find(desired_, "desired-", bytes); }

std::string FakeCodec::encode_report(const rollout::Report& report) {
  const auto* notice = std::get_if<rollout::Notice>(&report);
  std::string* known = notice ? &notices_[{notice->at, notice->service, notice->kind, notice->text}] : nullptr;
  if (known != nullptr && !known->empty()) return *known;
  reports_.push_back(report);
  std::string bytes = name("report-", reports_.size() - 1);
  if (known != nullptr) *known = bytes;
  return bytes;
}

Result<rollout::Report> FakeCodec::decode_report(const std::string& bytes) { return find(reports_, "report-", bytes); }

std::string FakeCodec::encode_leaf(const audit::Leaf& leaf) {
  leaves_.push_back(leaf);
  return name("leaf-", leaves_.size() - 1);
}

Result<audit::Leaf> FakeCodec::decode_leaf(const std::string& bytes) { return find(leaves_, "leaf-", bytes); }

// FNV-1a, four times with different starts.
Digest FakeCodec::digest(const std::string& bytes) {
  std::string text = "sha256:";
  for (std::uint64_t start = 1; start <= 4; ++start) {
    std::uint64_t hash = 0xcbf29ce484222325ULL ^ (start * 0x9e3779b97f4a7c15ULL);
    for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(hash));
    text += digits;
  }
  return Digest(text);
}

namespace {

bool toy_holds(std::string_view type, std::string_view body, std::string_view signature, const trust::Key& key) {
  return signature == key.id.str() + "|" + std::string(type) + "|" + std::string(body);
}

trust::Signed toy_signed(std::string_view type, std::string body, const std::vector<std::string>& keys) {
  trust::Signed document{std::string(type), std::move(body), {}};
  for (const std::string& key : keys)
    document.signatures.push_back({KeyId(key), key + "|" + document.type + "|" + document.body});
  return document;
}

}  // namespace

std::string FakeCodec::add_trust_root(const trust::TrustRoot& root, const std::vector<std::string>& keys) {
  std::string bytes = name("trust-root-", roots_.size());
  roots_.push_back({toy_signed(trust::kTrustRootType, bytes, keys), digest(bytes), root});
  return bytes;
}

std::string FakeCodec::add_approval(const trust::Statement& statement, const std::string& key) {
  std::string bytes = name("approval-", approvals_.size());
  approvals_.push_back({toy_signed(trust::kStatementType, bytes, {key}), statement, ""});
  return bytes;
}

Result<trust::SignedRoot> FakeCodec::read_trust_root(const std::string& bytes) {
  return find(roots_, "trust-root-", bytes);
}

trust::Approval FakeCodec::read_approval(const std::string& envelope) {
  auto found = find(approvals_, "approval-", envelope);
  if (found) return std::move(found).value();
  trust::Approval broken;
  broken.flaw = found.error().what;
  return broken;
}

trust::Verifies FakeCodec::verifies() {
  ++times_verified_;
  return toy_holds;
}

}  // namespace depops::tests
