#include "hub/main/signer_process.h"

#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <csignal>
#include <fstream>
#include <iostream>

#include "hub/main/log.h"
#include "hub/signer/notary.h"
#include "hub/signer/server.h"
#include "hub/store_sqlite/sqlite_store.h"
#include "shared/clock/system_clock.h"
#include "shared/json/write.h"
#include "shared/wire/limits.h"

namespace depops::hub {
namespace fs = std::filesystem;
namespace {

Result<uid_t> user_of(const std::string& name) {
  if (name.empty()) return ::geteuid();
  std::array<char, 4'096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
    return found->pw_uid;
  return Error{Errc::not_found, "peer: there is no user '" + name + "' here; name the user that the hub runs as"};
}

Result<std::string> read_root(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(wire::kFrameMax + 1, '\0');
  if (!file) return Error{Errc::not_found, path.string() + ": the trust root can not be read"};
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

Result<std::unique_ptr<signer::Notary>> open_notary(const SignerSettings& settings, const ports::Clock& clock) {
  DEPOPS_TRY(signing::SecretKey key, signing::load_secret_key(settings.release_key.string()));
  std::vector<std::string> roots;
  for (const fs::path& path : settings.trust_roots) {
    DEPOPS_TRY(std::string bytes, read_root(path));
    roots.push_back(std::move(bytes));
  }
  DEPOPS_TRY(auto file, signer::LedgerFile::open(settings.ledger().string()));
  DEPOPS_TRY(auto log, signer::SignatureLog::open(settings.log().string()));
  const std::string hub_id = settings.hub_id.empty() ? key.public_key().id().str() : settings.hub_id;
  DEPOPS_TRY(auto audit_log, signer::LogNotary::open({settings.log_key.string(), settings.log_guard().string()},
                                                     signer::log_origin(hub_id)));
  log_line("event=audit_log vkey=" + audit_log->vkey());
  return signer::Notary::open({std::move(key), hub_id, std::move(file), std::move(log), clock,
                               settings.documents_per_minute, std::move(audit_log)},
                              roots);
}

// Its memory holds the key: no other process of its user may look into it, and no core file gets it.
void close_memory() { (void)::prctl(PR_SET_DUMPABLE, 0); }

Result<void> run_signer(const SignerSettings& settings) {
  close_memory();
  const sigset_t signals = blocked_signals();
  DEPOPS_TRY(const uid_t peer, user_of(settings.peer));
  const clock::SystemClock clock;
  DEPOPS_TRY(const auto notary, open_notary(settings, clock));
  if (!notary->asks_people())
    log_line("event=trust pinned=false why=\"no trust root in the settings: documents are signed without approvals\"");
  DEPOPS_TRY(const auto server, signer::Server::listen(
                                    settings.socket.string(), peer,
                                    [&](const std::string& request) { return notary->answer(request); }, log_line));
  log_line("event=started signer=" + settings.socket.string());
  int signal = 0;
  sigwait(&signals, &signal);
  log_line("event=stopping");
  return {};
}

// Prints {"publicKey"}. Refuses to replace a key.
Result<void> init_signer(const SignerSettings& settings) {
  for (const fs::path& file : {settings.release_key, settings.public_key, settings.ledger(), settings.socket})
    fs::create_directories(file.parent_path());
  const auto key = signing::SecretKey::generate();
  DEPOPS_TRY_VOID(signing::save_secret_key(settings.release_key.string(), key));
  DEPOPS_TRY_VOID(signing::save_public_key(settings.public_key.string(), key.public_key()));
  const auto& bytes = key.public_key().bytes();
  json::Value out;
  out.add("publicKey", signing::to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
  std::cout << json::write(out) << std::endl;
  return {};
}

// What the hub signed with a key of its own counts as allowed: the way from there to a signer.
Result<void> adopt(const SignerSettings& settings, const std::string& database) {
  const clock::SystemClock clock;
  DEPOPS_TRY(auto store, store_sqlite::SqliteStore::open(database));
  DEPOPS_TRY(const HubState state, store->load());
  DEPOPS_TRY(const auto notary, open_notary(settings, clock));
  std::vector<std::string> documents;
  for (const DesiredDoc& row : state.desired) documents.push_back(row.bytes);
  DEPOPS_TRY(const std::size_t taken, notary->adopt(documents));
  std::cout << "taken as allowed: the newest documents of " << taken << " sites" << std::endl;
  return {};
}

}  // namespace

void add_signer_command(CLI::App& app, SignerCommand& command) {
  CLI::App* signer =
      app.add_subcommand("signer", "hold the release key apart from the hub; settings: --config signer.yaml");
  signer->fallthrough();
  signer->require_subcommand(0, 1);
  signer->add_subcommand("run", "sign until SIGTERM; so does signer alone");
  signer->add_subcommand("init", "make the release key; prints its public part as JSON");
  CLI::App* adopt =
      signer->add_subcommand("adopt", "take what a hub has signed so far as allowed, once, before it is run");
  adopt->add_option("--database", command.database, "of that hub: hub.db in its stateDir")->required();
}

Result<void> run_signer_command(const CLI::App& app, const SignerCommand& command, const std::string& config) {
  DEPOPS_TRY(const SignerSettings settings, read_signer_settings(config));
  const auto chosen = app.get_subcommand("signer")->get_subcommands();
  const std::string verb = chosen.empty() ? "run" : chosen.front()->get_name();
  if (verb == "init") return init_signer(settings);
  if (verb == "adopt") return adopt(settings, command.database);
  return run_signer(settings);
}

}  // namespace depops::hub
