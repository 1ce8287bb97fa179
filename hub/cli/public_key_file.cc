#include "hub/cli/public_key_file.h"

#include "hub/cli/text_file.h"
#include "shared/json/parse.h"
#include "shared/wire/trust.h"

namespace depops::hub::cli {
namespace {

using json::Value;

struct Row {
  KeyRole role;
  const char* name;
  trust::Role trust::TrustRoot::*member;
};

constexpr Row kRows[] = {
    {KeyRole::root, "root", &trust::TrustRoot::root},
    {KeyRole::hub_release, "hub-release", &trust::TrustRoot::hub_release},
    {KeyRole::approver, "approver", &trust::TrustRoot::approver},
    {KeyRole::break_glass, "break-glass", &trust::TrustRoot::break_glass},
};

constexpr std::size_t kFileMax = 64 * 1024;
constexpr std::size_t kPersonMax = 128;

const Row& row_of(KeyRole role) { return kRows[static_cast<std::size_t>(role)]; }

Trouble wrong(const std::string& path, const std::string& what) {
  return {Exit::error, path + ": " + what + "; a file as `depops keys new` writes it is expected"};
}

Answer<trust::Scope> scope_of(const Value& value, const std::string& path) {
  trust::Scope scope;
  scope.everywhere = value["everywhere"].as_bool();
  for (const Value& name : value["environments"].items()) {
    if (!is_name(name.as_string())) return wrong(path, "\"environments\" has something that is not a name");
    scope.environments.emplace_back(name.as_string());
  }
  return scope;
}

}  // namespace

const char* name_of(KeyRole role) noexcept { return row_of(role).name; }

Answer<KeyRole> key_role_of(const std::string& word) {
  for (const Row& row : kRows) {
    if (word == row.name) return row.role;
  }
  return Trouble{Exit::usage, "\"" + word.substr(0, 60) + "\" is no role; root, hub-release, approver or break-glass"};
}

json::Value to_json(const PublicKeyFile& file) {
  Value environments = Value::array();
  for (const EnvironmentName& name : file.scope.environments) environments.push(name.str());
  Value value = Value::object();
  value.add("keyId", file.key.id().str()).add("person", file.person.str()).add("role", name_of(file.role));
  value.add("everywhere", file.scope.everywhere).add("environments", std::move(environments));
  value.add("publicKey", signing::to_text(file.key));
  return value;
}

Answer<PublicKeyFile> read_public_key_file(const std::string& path) {
  const auto text = read_text_file(path, kFileMax);
  if (!text.ok()) return text.trouble();
  const auto value = json::parse(*text);
  if (!value) return wrong(path, value.error().what);
  PublicKeyFile file;
  const auto key = signing::public_key_of((*value)["publicKey"].as_string());
  if (!key) return wrong(path, key.error().what);
  file.key = *key;
  const auto role = key_role_of((*value)["role"].as_string());
  if (!role.ok()) return wrong(path, role.trouble().text);
  file.role = *role;
  file.person = trust::Person((*value)["person"].as_string());
  if (file.person.empty() || file.person.str().size() > kPersonMax) return wrong(path, "\"person\" is missing or long");
  const auto scope = scope_of(*value, path);
  if (!scope.ok()) return scope.trouble();
  file.scope = *scope;
  return file;
}

std::string public_file_beside(const std::string& secret_path) {
  constexpr std::string_view kEnd = ".key";
  std::string stem = secret_path;
  if (stem.ends_with(kEnd)) stem.resize(stem.size() - kEnd.size());
  return stem + ".pub.json";
}

trust::Holder holder_of(const PublicKeyFile& file) { return {wire::key_of(file.key), file.person, file.scope}; }

trust::Role& role_in(trust::TrustRoot& root, KeyRole role) { return root.*(row_of(role).member); }

std::string text_of(const trust::Scope& scope) {
  if (scope.everywhere) return "everywhere";
  std::string text;
  for (const EnvironmentName& name : scope.environments) text += (text.empty() ? "" : ", ") + name.str();
  return text.empty() ? "nowhere" : text;
}

}  // namespace depops::hub::cli
