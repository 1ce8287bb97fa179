#include "agent/main/join_folder.h"

#include <sys/stat.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "agent/app/trusted_time.h"
#include "agent/main/join_answer.h"
#include "agent/main/trust_pin.h"
#include "agent/settings/settings.h"
#include "shared/clock/system_clock.h"
#include "shared/whole_file/whole_file.h"

namespace depops::agent {
namespace {

namespace fs = std::filesystem;
using whole_file::make_once;
using whole_file::replace;
using whole_file::write_same;

Result<void> pin_root(const JoinFolder& folder, const std::string& settings, const join::Answer& answer) {
  const auto loaded = settings::load_settings(settings);
  if (!loaded) return loaded.error();
  if (answer.trust_root.empty()) return {};
  const std::string received = folder.file("trust-root.received");
  DEPOPS_TRY_VOID(replace(received, answer.trust_root));
  const auto pinned = pin_trust_root(*loaded, received);
  if (!pinned) return pinned.error();
  fs::remove(received);
  return {};
}

}  // namespace

Result<JoinFolder> open_join_folder(const std::string& directory) {
  std::error_code failure;
  fs::create_directories(directory, failure);
  if (failure) return Error{Errc::unavailable, directory + ": " + failure.message()};
  const JoinFolder folder{fs::absolute(directory).lexically_normal().string()};
  if (::chmod(folder.path.c_str(), 0700) != 0)
    return Error{Errc::refused, directory + ": belongs to somebody else; run this as who will run the agent"};
  if (fs::exists(folder.file("agent.yaml")))
    return Error{Errc::exists, folder.file("agent.yaml") +
                                   ": a site joined from here already; to join anew take another "
                                   "directory"};
  if (fs::exists(folder.file("tls.key"))) return folder;
  for (const char* name : {"site.key", "tls.pem", "infra-ca.pem", "hub.pub", "trust-root", "state"})
    if (fs::exists(folder.file(name)))
      return Error{Errc::exists, folder.file(name) + ": is there, and not from joining; take an empty directory"};
  return folder;
}

Result<SiteKeys> keys_in(const JoinFolder& folder) {
  DEPOPS_TRY_VOID(make_once(folder.file("tls.key"),
                            [](const std::string& path) { return x509::PrivateKey::generate().save(path); }));
  DEPOPS_TRY_VOID(make_once(folder.file("site.key"), [](const std::string& path) {
    return signing::save_secret_key(path, signing::SecretKey::generate());
  }));
  DEPOPS_TRY(x509::PrivateKey tls, x509::PrivateKey::load(folder.file("tls.key")));
  DEPOPS_TRY(signing::SecretKey signing, signing::load_secret_key(folder.file("site.key")));
  return SiteKeys{std::move(tls), std::move(signing)};
}

std::string machine_fingerprint() {
  std::string id;
  std::ifstream("/etc/machine-id") >> id;
  return signing::digest_of("depops machine " + id).str();
}

Result<std::string> keep(const JoinFolder& folder, const JoinArguments& arguments, const join::Answer& answer) {
  DEPOPS_TRY(const std::string text, settings_text(answer, arguments.hub, arguments.port_range, arguments.binds));
  DEPOPS_TRY_VOID(replace(folder.file("tls.pem"), answer.certificate));
  DEPOPS_TRY_VOID(write_same(folder.file("infra-ca.pem"), answer.infra_ca));
  DEPOPS_TRY_VOID(write_same(folder.file("hub.pub"), signing::to_text(answer.hub_key) + "\n"));
  if (!arguments.binds.empty()) fs::create_directories(folder.file("haproxy"));
  const std::string draft = folder.file("agent.yaml.draft");
  DEPOPS_TRY_VOID(replace(draft, text));
  DEPOPS_TRY_VOID(pin_root(folder, draft, answer));
  const std::string settings = folder.file("agent.yaml");
  DEPOPS_TRY_VOID(make_once(settings, [&](const std::string& fresh) -> Result<void> {
    fs::rename(draft, fresh);
    return {};
  }));
  return settings;
}

void tell_skew(const join::Answer& answer) {
  const auto skew = clock::SystemClock().now().wall - answer.floors.time;
  if (std::chrono::abs(skew) <= kSkewTold) return;
  std::fprintf(stderr, "the clocks of this machine and of the hub are %lld s apart; certificates may be refused\n",
               static_cast<long long>(std::chrono::duration_cast<std::chrono::seconds>(skew).count()));
}

}  // namespace depops::agent
