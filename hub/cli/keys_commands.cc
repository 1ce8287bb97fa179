#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>

#include "hub/cli/commands.h"
#include "hub/cli/json_text.h"
#include "hub/cli/public_key_file.h"
#include "hub/cli/text_file.h"
#include "shared/json/write.h"
#include "shared/signing/set_up.h"

// Keys of people: made and kept on their own machines. No hub is asked, and none ever sees a secret key.
namespace depops::hub::cli {
namespace {

using json::Value;

constexpr int kRotationsMax = 1'000;

struct KeysOptions {
  std::string name;
  std::string directory = ".";
  std::string person;
  std::string role = "approver";
  std::string open;  // file with a public key alone
  std::vector<std::string> environments;
  bool everywhere = false;
};

View key_view() {
  const auto member = [](const char* name) { return [name](const Value& row) { return plain_text(row[name]); }; };
  const auto scope = [](const Value& row) {
    return row["everywhere"].as_bool() ? "everywhere" : plain_text(row["environments"]);
  };
  return {"key",
          "keyId",
          {{"NAME", member("name")},
           {"KEY ID", member("keyId")},
           {"PERSON", member("person")},
           {"ROLE", member("role")},
           {"SCOPE", scope}}};
}

std::string path_of(const std::string& directory, const std::string& file) {
  return (std::filesystem::path(directory) / file).string();
}

// Keys are their person's alone, and so is a folder that is made for them.
Answer<bool> make_directory(const std::string& directory) {
  std::error_code failure;
  if (std::filesystem::create_directories(directory, failure))
    std::filesystem::permissions(directory, std::filesystem::perms::owner_all, failure);
  if (failure) return Trouble{Exit::error, directory + ": " + failure.message()};
  return true;
}

Exit make(Session& session, const std::string& directory, const std::string& name, PublicKeyFile file) {
  signing::set_up();
  if (const auto there = make_directory(directory); !there.ok()) return session.fail(there.trouble());
  const std::string secret = path_of(directory, name + ".key");
  const std::string open = path_of(directory, name + ".pub.json");
  if (std::filesystem::exists(open)) {
    return session.fail({Exit::error, open + ": is there already and is never replaced; choose another name"});
  }
  const signing::SecretKey key = signing::SecretKey::generate();
  const auto saved = signing::save_secret_key(secret, key);
  if (!saved.ok()) return session.fail({Exit::error, saved.error().what});
  file.key = key.public_key();
  const auto written = write_new_file(open, json::write(to_json(file)) + "\n");
  if (!written.ok()) return session.fail(written.trouble());
  session.say("keep " + secret + " to yourself; give " + open + " to who makes the trust root");
  Value value = to_json(file);
  value.add("name", name).add("secretFile", secret).add("publicFile", open);
  if (session.table()) return session.print_list(key_view(), {value});
  return session.print_one(key_view(), value);
}

// Everything about a key but the key.
Answer<PublicKeyFile> file_told(const KeysOptions& options) {
  PublicKeyFile file;
  const auto role = key_role_of(options.role);
  if (!role.ok()) return role.trouble();
  file.role = *role;
  file.person = trust::Person(options.person);
  const bool scoped = file.role == KeyRole::approver || file.role == KeyRole::break_glass;
  file.scope.everywhere = options.everywhere || !scoped;
  for (const std::string& name : options.environments) {
    if (!is_name(name)) return Trouble{Exit::usage, "--environment \"" + name + "\" is not a name"};
    file.scope.environments.emplace_back(name);
  }
  if (scoped && !options.everywhere && options.environments.empty()) {
    return Trouble{Exit::usage, "say where the key has a say: --environment NAME, or --everywhere"};
  }
  return file;
}

Exit make_new(Session& session, const KeysOptions& options) {
  const auto file = file_told(options);
  if (!file.ok()) return session.fail(file.trouble());
  return make(session, options.directory, options.name, *file);
}

// For a key that was made elsewhere and stays there: the hub's, or one in somebody's token.
Exit take_in(Session& session, const KeysOptions& options) {
  auto told = file_told(options);
  if (!told.ok()) return session.fail(told.trouble());
  PublicKeyFile file = told.take();
  const auto key = signing::load_public_key(options.open);
  if (!key) return session.fail({Exit::error, key.error().what});
  file.key = *key;
  const std::string open = path_of(options.directory, options.name + ".pub.json");
  const auto written = write_new_file(open, json::write(to_json(file)) + "\n");
  if (!written.ok()) return session.fail(written.trouble());
  Value value = to_json(file);
  value.add("name", options.name).add("publicFile", open);
  return session.table() ? session.print_list(key_view(), {value}) : session.print_one(key_view(), value);
}

// The same person, role and scope with another key; the old one goes on until the trust root leaves it out.
Exit rotate(Session& session, const KeysOptions& options) {
  const auto old = read_public_key_file(path_of(options.directory, options.name + ".pub.json"));
  if (!old.ok()) return session.fail(old.trouble());
  for (int number = 2; number < kRotationsMax; ++number) {
    const std::string name = options.name + "." + std::to_string(number);
    if (std::filesystem::exists(path_of(options.directory, name + ".key"))) continue;
    const Exit made = make(session, options.directory, name, *old);
    if (made == Exit::done) {
      session.suggest("depops trust new NEXT --from ROOT --key " + path_of(options.directory, name + ".pub.json") +
                      " --remove " + old->key.id().str());
    }
    return made;
  }
  return session.fail({Exit::error, options.name + ": 1000 keys are enough; move old ones away"});
}

Exit list(Session& session, const KeysOptions& options) {
  constexpr std::string_view kEnd = ".pub.json";
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(options.directory, error)) {
    const std::string file = entry.path().filename().string();
    if (file.ends_with(kEnd)) names.push_back(file.substr(0, file.size() - kEnd.size()));
  }
  if (error) return session.fail({Exit::error, options.directory + ": " + error.message()});
  std::ranges::sort(names);
  Value::Array rows;
  for (const std::string& name : names) {
    const auto file = read_public_key_file(path_of(options.directory, name + std::string(kEnd)));
    if (!file.ok()) return session.fail(file.trouble());
    Value row = to_json(*file);
    row.add("name", name);
    rows.push_back(std::move(row));
  }
  return session.print_list(key_view(), rows);
}

}  // namespace

void add_keys_commands(CLI::App& app, Session& session, Action& action) {
  auto* keys = app.add_subcommand("keys", "signing keys of people, on their own machines");
  keys->require_subcommand(1);
  const auto options = std::make_shared<KeysOptions>();
  const auto add = [&](const char* name, const char* what, Exit (*act)(Session&, const KeysOptions&)) {
    auto* command = keys->add_subcommand(name, what);
    command->add_option("--dir", options->directory, "where the files are")->capture_default_str();
    command->callback(
        [&session, &action, options, act] { action = [&, options, act] { return act(session, *options); }; });
    return command;
  };
  const auto add_told = [&](CLI::App* command) {
    command->add_option("name", options->name, "of the files")->required();
    command->add_option("--person", options->person, "whose it is; all keys of a person have one voice")->required();
    command->add_option("--role", options->role, "root, hub-release, approver or break-glass")->capture_default_str();
    command->add_option("--environment", options->environments, "where it has a say; may be repeated");
    command->add_flag("--everywhere", options->everywhere, "it has a say in every environment");
    return command;
  };
  add_told(add("new", "a key pair: NAME.key, mode 0600, and NAME.pub.json", make_new));
  add_told(add("import", "NAME.pub.json for a key that was made elsewhere and stays there, like the hub's", take_in))
      ->add_option("--public-key", options->open, "file with the public key")
      ->required();
  add("list", "public keys in a directory", list);
  add("rotate", "another key for the same person, role and scope", rotate)
      ->add_option("name", options->name, "of the key that is to be replaced")
      ->required();
}

}  // namespace depops::hub::cli
