#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <iostream>
#include <tuple>
#include <vector>

#include "hub/authority/file_authority.h"
#include "hub/identity/file_credentials.h"
#include "hub/main/broker_files.h"
#include "hub/main/run.h"
#include "hub/main/signer_process.h"
#include "shared/clock/system_clock.h"
#include "shared/crash_point/crash_point.h"
#include "shared/json/write.h"
#include "shared/signing/signing.h"

namespace {

using namespace depops;
using namespace depops::hub;

int fail(const Error& error) {
  std::cerr << "depops-hub: " << error.what << "\n";
  return 1;
}

int ended(const Result<void>& done) { return done ? 0 : fail(done.error()); }

Result<std::unique_ptr<identity::FileCredentials>> access_of(const Settings& settings) {
  return identity::FileCredentials::open(settings.state_directory / "access");
}

std::string hex_of(const signing::PublicKey& key) {
  return signing::to_hex({reinterpret_cast<const char*>(key.bytes().data()), key.bytes().size()});
}

Result<void> make_sites_authority(const Settings& settings) {
  const JoinSettings& join = settings.join;
  if (join.ca_certificate.empty() || join.ca_key.empty())
    return Error{Errc::invalid,
                 "--make-ca: the settings name no files for it; add sites: {ca: {cert: FILE, key: FILE}}"};
  for (const auto& file : {join.ca_certificate, join.ca_key}) std::filesystem::create_directories(file.parent_path());
  return authority::make_authority(join.ca_certificate.string(), join.ca_key.string(), clock::SystemClock().now().wall);
}

// A signer has made the key already, where this process can not read it.
Result<signing::PublicKey> release_key_of(const Settings& settings) {
  if (!settings.signer_socket.empty()) {
    auto made = signing::load_public_key(settings.public_key.string());
    return made.ok() ? made : made.error().in("the signer comes first: depops-hub signer init --config signer.yaml");
  }
  for (const auto& file : {settings.release_key, settings.public_key})
    std::filesystem::create_directories(file.parent_path());
  const auto key = signing::SecretKey::generate();
  DEPOPS_TRY_VOID(signing::save_secret_key(settings.release_key.string(), key));
  DEPOPS_TRY_VOID(signing::save_public_key(settings.public_key.string(), key.public_key()));
  return key.public_key();
}

// Prints {"adminToken", "publicKey"} once. Refuses a state directory that has a key already.
Result<void> init(const Settings& settings, bool make_ca) {
  if (make_ca) DEPOPS_TRY_VOID(make_sites_authority(settings));
  std::filesystem::create_directories(settings.state_directory);
  DEPOPS_TRY(const signing::PublicKey key, release_key_of(settings));
  DEPOPS_TRY(const auto access, access_of(settings));
  DEPOPS_TRY(const std::string token, access->make_token());
  json::Value out;
  out.add("adminToken", token).add("publicKey", hex_of(key));
  std::cout << json::write(out) << std::endl;
  return {};
}

Result<void> new_token(const Settings& settings) {
  DEPOPS_TRY(const auto access, access_of(settings));
  DEPOPS_TRY(const std::string token, access->make_token());
  std::cout << token << std::endl;
  return {};
}

Result<void> new_code(const Settings& settings) {
  DEPOPS_TRY(const auto access, access_of(settings));
  DEPOPS_TRY(const OneTimeCode code, access->make_code(clock::SystemClock().now().wall));
  std::cout << code.code << std::endl;
  return {};
}

void add_flags(CLI::App& app, bool& make_ca, bool& take_over) {
  app.get_subcommand("init")->add_flag("--make-ca", make_ca,
                                       "make the authority of sites, too, in the files of sites.ca");
  for (const char* name : {"run", "serve"})
    app.get_subcommand(name)->add_flag("--take-over", take_over,
                                       "from a hub that stands still on the same state directory");
}

}  // namespace

int main(int argc, char** argv) {
  if (!depops::arm_from_environment()) return 2;
  CLI::App app{"The hub of DepOps: decides what should run where and when, and signs it."};
  std::string config = "hub.yaml";
  app.add_option("-c,--config", config, "settings file (YAML)");
  app.require_subcommand(1);
  app.fallthrough();
  using Command = std::function<Result<void>(const Settings&)>;
  BrokerFiles broker;
  bool make_ca = false;
  bool take_over = false;
  const std::vector<std::tuple<const char*, const char*, Command>> commands = {
      {"run", "be the hub until SIGTERM", [&](const Settings& s) { return run(s, DEPOPS_VERSION, take_over); }},
      {"serve", "the same as run", [&](const Settings& s) { return run(s, DEPOPS_VERSION, take_over); }},
      {"init", "make the release key and the admin token; prints them as JSON, the token only this once",
       [&](const Settings& s) { return init(s, make_ca); }},
      {"token", "make a new admin token; the one before ends", new_token},
      {"code", "print a one-time sign-in code for the console", new_code},
      {"broker-config", "write mosquitto's settings and access lists; prints the path to start it with",
       [&](const Settings& s) { return write_broker_files(broker, s); }},
  };
  for (const auto& [name, text, command] : commands) app.add_subcommand(name, text);
  add_broker_options(*app.get_subcommand("broker-config"), broker);
  add_flags(app, make_ca, take_over);
  SignerCommand signer;
  add_signer_command(app, signer);
  app.add_subcommand("version", "print the version");
  CLI11_PARSE(app, argc, argv);
  const std::string chosen = app.get_subcommands().front()->get_name();
  if (chosen == "version") return std::cout << DEPOPS_VERSION << std::endl, 0;
  if (chosen == "signer")
    return ended(run_signer_command(app, signer, app.count("--config") > 0 ? config : "signer.yaml"));
  const auto settings = read_settings(config);
  if (!settings) return fail(settings.error());
  for (const auto& [name, text, command] : commands) {
    if (chosen == name) return ended(command(settings.value()));
  }
  return 2;
}
