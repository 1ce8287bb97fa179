#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "shared/base/names.h"

// Signatures as values. What a signature holds for is asked of a function that the caller brings, so that no
// cryptography is in here. Source: DSSE 1.0.2.
namespace depops::trust {

using Person = Id<struct PersonTag>;  // a human being, whatever the number of keys

struct Key {
  KeyId id;  // made from the bytes by whoever read them, never taken from outside
  std::array<std::uint8_t, 32> bytes{};
  bool operator==(const Key&) const = default;
};

struct Signature {
  KeyId hint;         // which key the sender says it was; saves time and decides nothing
  std::string bytes;  // 64
  bool operator==(const Signature&) const = default;
};

// Exact bytes, their kind, and who says so.
struct Signed {
  std::string type;
  std::string body;
  std::vector<Signature> signatures;
  bool operator==(const Signed&) const = default;
};

// Whether `signature` is the key's over DSSE's PAE(type, body).
using Verifies = bool (*)(std::string_view type, std::string_view body, std::string_view signature, const Key& key);

inline constexpr std::size_t kSignaturesMax = 16;  // of one document; more are an attempt to keep us busy

// Where a key's word counts.
struct Scope {
  bool everywhere = false;
  std::vector<EnvironmentName> environments;
  bool holds(const EnvironmentName& environment) const;
  bool operator==(const Scope&) const = default;
};

struct Holder {
  Key key;
  Person person;
  Scope scope;
  bool operator==(const Holder&) const = default;
};

// Holders of whose keys a signature holds, each key once. None if there are more than kSignaturesMax signatures.
std::vector<const Holder*> signers(const Signed& document, const std::vector<Holder>& holders, Verifies verifies);
std::vector<const Holder*> signers(const Signed&, std::vector<Holder>&&, Verifies) = delete;  // they would be gone

// Different people among them, sorted.
std::vector<Person> people(const std::vector<const Holder*>& holders);

}  // namespace depops::trust
