#include <CLI/CLI.hpp>
#include <fstream>
#include <memory>
#include <optional>
#include <utility>

#include "hub/cli/commands.h"
#include "hub/cli/views.h"
#include "shared/signing/signing.h"

namespace depops::hub::cli {
namespace {

using json::Value;

struct RegistryOptions {
  std::string name;
  std::string tier;
  std::string environment;
  std::vector<std::string> labels;
  std::string key_file;
};

Exit list_all(Session& session, const Kind& kind, const Query& query) {
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  const auto items = (*hub)->list(kind.path, query, 0);
  if (!items.ok()) return session.fail(items.trouble());
  return session.print_list(kind.view, items->first);
}

Exit create(Session& session, const std::string& path, const View& view, const Value& body, const std::string& next) {
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  const auto made = (*hub)->post(path, body);
  if (!made.ok()) return session.fail(made.trouble());
  const Exit exit = session.print_one(view, *made);
  if (exit == Exit::done) session.suggest(next);
  return exit;
}

Exit create_environment(Session& session, const RegistryOptions& options) {
  Value body = Value::object();
  body.add("name", Value(options.name)).add("tier", Value(options.tier));
  return create(session, "/api/v1/environments", environment_view(), body,
                "depops site create NAME --environment " + options.name + " --key FILE");
}

// The key on one line, as 64 hex digits: as `depops-agent init` prints it ("depops-ed25519-public BASE64"), its base64
// alone, or the digits themselves.
std::optional<std::string> key_digits(const std::string& line) {
  if (line.size() == 64 && line.find_first_not_of("0123456789abcdef") == std::string::npos) return line;
  const std::string word = "depops-ed25519-public ";
  const auto key = signing::public_key_of(line.starts_with(word) ? line : word + line);
  if (!key) return std::nullopt;
  const auto& bytes = key.value().bytes();
  return signing::to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

// The first line that is no comment.
Answer<std::string> read_public_key(const std::string& path) {
  std::ifstream stream(path);
  if (!stream) return Trouble{Exit::error, path + ": can not be read; name the file with the agent's public key"};
  std::string line;
  while (std::getline(stream, line)) {
    if (line.empty() || line[0] == '#' || line.starts_with("-----")) continue;
    if (auto digits = key_digits(line.substr(0, line.find('\r')))) return std::move(*digits);
    break;
  }
  return Trouble{Exit::error, path +
                                  ": holds no public key; wanted is the line that 'depops-agent init' prints "
                                  "(depops-ed25519-public BASE64) or 64 hex digits"};
}

Exit create_site(Session& session, const RegistryOptions& options) {
  Value labels = Value::object();
  for (const std::string& label : options.labels) {
    const std::size_t equals = label.find('=');
    if (equals == std::string::npos || equals == 0) {
      return session.fail({Exit::usage, "--label is written KEY=VALUE, not " + label});
    }
    if (labels.find(label.substr(0, equals)) != nullptr) {
      return session.fail({Exit::usage, "--label " + label.substr(0, equals) + " is given twice"});
    }
    labels.add(label.substr(0, equals), Value(label.substr(equals + 1)));
  }
  Value body = Value::object();
  body.add("name", Value(options.name)).add("environment", Value(options.environment)).add("labels", labels);
  if (!options.key_file.empty()) {
    auto key = read_public_key(options.key_file);
    if (!key.ok()) return session.fail(key.trouble());
    body.add("signingKey", Value(key.take()));
  }
  return create(session, "/api/v1/sites", site_view(), body, "depops get site " + options.name);
}

void add_environment(CLI::App& app, Session& session, Action& action) {
  CLI::App* environment = app.add_subcommand("env", "environments: named places on the way to users");
  environment->require_subcommand(1);
  auto options = std::make_shared<RegistryOptions>();
  CLI::App* make = environment->add_subcommand("create", "make one");
  make->add_option("NAME", options->name)->required();
  make->add_option("--tier", options->tier, "development, staging or production")
      ->required()
      ->check(CLI::IsMember({"development", "staging", "production"}));
  make->callback(
      [&session, &action, options] { action = [&session, options] { return create_environment(session, *options); }; });
  environment->add_subcommand("list", "all of them")->callback([&session, &action] {
    action = [&session] { return list_all(session, *kind_named("environment"), {}); };
  });
}

void add_site(CLI::App& app, Session& session, Action& action) {
  CLI::App* site = app.add_subcommand("site", "sites: clusters and host groups with one agent each");
  site->require_subcommand(1);
  auto options = std::make_shared<RegistryOptions>();
  CLI::App* make = site->add_subcommand("create", "register one");
  make->add_option("NAME", options->name)->required();
  make->add_option("-e,--environment", options->environment)->required();
  make->add_option("--label", options->labels, "KEY=VALUE, several times")->allow_extra_args(false);
  make->add_option("--key", options->key_file,
                   "file with the agent's public key as 'depops-agent init' prints it, or 64 hex digits");
  make->callback(
      [&session, &action, options] { action = [&session, options] { return create_site(session, *options); }; });
  add_enroll_commands(*site, session, action);
  add_lift_command(*site, session, action);
  add_standing_commands(*site, session, action);
  CLI::App* list = site->add_subcommand("list", "all of them");
  list->add_option("-e,--environment", options->environment);
  list->callback([&session, &action, options] {
    action = [&session, options] {
      return list_all(session, *kind_named("site"), {{"environment", options->environment}});
    };
  });
}

}  // namespace

void add_registry_commands(CLI::App& app, Session& session, Action& action) {
  add_environment(app, session, action);
  add_site(app, session, action);
}

}  // namespace depops::hub::cli
