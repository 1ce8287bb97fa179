#include <sys/stat.h>

#include <cstdio>
#include <filesystem>

#include "agent/main/commands.h"
#include "agent/main/trust_pin.h"
#include "agent/settings/settings.h"
#include "shared/crash_point/crash_point.h"
#include "shared/json/write.h"
#include "shared/signing/signing.h"

namespace depops::agent {
namespace {

Result<signing::PublicKey> key_at(const std::string& path) {
  if (std::filesystem::exists(path)) {
    DEPOPS_TRY(const signing::SecretKey key, signing::load_secret_key(path));
    return key.public_key();
  }
  const signing::SecretKey key = signing::SecretKey::generate();
  crash_point("init.key.before");
  const Result<void> saved = signing::save_secret_key(path, key);
  crash_point("init.key.after");
  DEPOPS_TRY_VOID(saved);
  return key.public_key();
}

}  // namespace

int init_agent(const std::string& config, const std::string& trust_root) {
  const auto loaded = settings::load_settings(config);
  if (!loaded.ok()) return std::fprintf(stderr, "%s\n", loaded.error().what.c_str()), 2;
  const auto key = key_at(loaded->keys.signing);
  if (!key.ok()) return std::fprintf(stderr, "%s\n", key.error().what.c_str()), 1;
  json::Value answer = json::Value::object();
  answer.add("site", loaded->site.str()).add("publicKey", signing::to_text(*key));
  if (!trust_root.empty()) {
    const auto pinned = pin_trust_root(*loaded, trust_root);
    if (!pinned.ok()) return std::fprintf(stderr, "%s\n", pinned.error().what.c_str()), 1;
    answer.add("trustRoot", *pinned);
  }
  std::printf("%s\n", json::write(answer).c_str());
  return 0;
}

}  // namespace depops::agent
