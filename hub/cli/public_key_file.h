#pragma once

#include <string>
#include <vector>

#include "hub/cli/answer.h"
#include "shared/json/value.h"
#include "shared/signing/signing.h"
#include "shared/trust/root.h"

// NAME.pub.json: a public key with whose it is and where it has a say, as its holder asks for it. What counts is the
// trust root that takes it in. NAME.key beside it is the secret one.
namespace depops::hub::cli {

enum class KeyRole { root, hub_release, approver, break_glass };

struct PublicKeyFile {
  signing::PublicKey key;
  trust::Person person;
  KeyRole role = KeyRole::approver;
  trust::Scope scope;
};

const char* name_of(KeyRole role) noexcept;
Answer<KeyRole> key_role_of(const std::string& word);

json::Value to_json(const PublicKeyFile& file);
Answer<PublicKeyFile> read_public_key_file(const std::string& path);

// "alice.key" -> "alice.pub.json"
std::string public_file_beside(const std::string& secret_path);

trust::Holder holder_of(const PublicKeyFile& file);
trust::Role& role_in(trust::TrustRoot& root, KeyRole role);
std::string text_of(const trust::Scope& scope);  // "everywhere", "production, staging"

}  // namespace depops::hub::cli
