#pragma once

#include <string>

#include "shared/trust/root.h"
#include "shared/wire/trust.h"
#include "tests/fuzz/target.h"

// People with keys, for the targets about who has a say.
namespace depops::fuzz {

inline constexpr std::uint8_t kHub = 1, kAnn = 2, kBen = 3, kAlice = 4, kBob = 5, kDora = 6;

inline trust::Holder holder(std::uint8_t number, const std::string& person) {
  return {wire::key_of(key(number).public_key()), trust::Person(person), {true, {}}};
}

inline trust::Signature signature(std::uint8_t number, const trust::Signed& document) {
  const signing::SecretKey& by = key(number);
  return {by.id(), by.sign(document.type, document.body)};
}

// ann and ben sign trust roots, the hub signs desired states; alice and bob approve, both are needed in production.
inline trust::TrustRoot company(std::uint64_t version) {
  trust::TrustRoot root;
  root.version = trust::TrustVersion(version);
  root.issued = Instant(Millis(1'000));
  root.expires = Instant(Millis(4'000'000'000'000));
  root.root = {2, {holder(kAnn, "ann"), holder(kBen, "ben")}};
  root.hub_release = {1, {holder(kHub, "hub")}};
  root.approver = {1, {holder(kAlice, "alice"), holder(kBob, "bob")}};
  root.break_glass = {1, {holder(kDora, "dora")}};
  root.policies = {{trust::Tier::production, 2}};
  return root;
}

}  // namespace depops::fuzz
