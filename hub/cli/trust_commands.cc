#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>

#include "hub/cli/commands.h"
#include "hub/cli/json_text.h"
#include "hub/cli/public_key_file.h"
#include "hub/cli/text_file.h"
#include "hub/cli/trust_edit.h"
#include "shared/manifest/quantity.h"
#include "shared/wire/limits.h"
#include "shared/wire/trust.h"

// Trust roots as files that people make, sign one after another, and look at; then a hub gets them.
namespace depops::hub::cli {
namespace {

struct TrustOptions {
  TrustChanges changes;
  std::string file, from, key;
  std::vector<std::string> keys;
  std::string valid = "365d";
};

Answer<trust::SignedRoot> read_root(const std::string& path) {
  const auto bytes = read_text_file(path, wire::kFrameMax);
  if (!bytes.ok()) return bytes.trouble();
  auto root = wire::read_trust_root(*bytes);
  if (!root) return Trouble{Exit::error, path + ": " + root.error().what};
  return std::move(*root);
}

Exit print_root(Session& session, const trust::SignedRoot& root, const trust::SignedRoot* before) {
  const json::Value described = describe_root(root, before);
  if (session.table()) return session.print_text(text_of_root(described));
  return session.print_one({"trust-root", "version", {}}, described);
}

Answer<TrustChanges> changes_of(const TrustOptions& options) {
  TrustChanges changes = options.changes;
  const auto valid = manifest::parse_duration(options.valid);
  if (!valid || *valid <= Millis(0)) return Trouble{Exit::usage, "--valid " + options.valid + ": like 365d"};
  changes.valid = *valid;
  for (const std::string& path : options.keys) {
    const auto file = read_public_key_file(path);
    if (!file.ok()) return file.trouble();
    changes.keys.push_back(*file);
  }
  return changes;
}

Exit make_root(Session& session, const TrustOptions& options) {
  const auto changes = changes_of(options);
  if (!changes.ok()) return session.fail(changes.trouble());
  std::optional<trust::SignedRoot> before;
  if (!options.from.empty()) {
    auto read = read_root(options.from);
    if (!read.ok()) return session.fail(read.trouble());
    before = read.take();
  }
  const auto now = std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
  const auto next = next_root(before ? &before->root : nullptr, *changes, now);
  if (!next.ok()) return session.fail(next.trouble());
  const trust::Signed document{std::string(trust::kTrustRootType), wire::encode_trust_root(*next), {}};
  const std::string bytes = wire::sealed(document);
  const auto written = write_new_file(options.file, bytes);
  if (!written.ok()) return session.fail(written.trouble());
  session.suggest("depops trust sign " + options.file + " --key FILE");
  return print_root(session, wire::read_trust_root(bytes).value(), before ? &*before : nullptr);
}

Exit sign_root(Session& session, const TrustOptions& options) {
  auto read = read_root(options.file);
  if (!read.ok()) return session.fail(read.trouble());
  trust::SignedRoot root = read.take();
  const auto key = signing::load_secret_key(options.key);
  if (!key) return session.fail({Exit::error, key.error().what});
  trust::Signed& document = root.document;
  std::erase_if(document.signatures, [&](const trust::Signature& signature) { return signature.hint == key->id(); });
  if (document.signatures.size() >= trust::kSignaturesMax) {
    return session.fail({Exit::error, options.file + ": has 16 signatures already"});
  }
  document.signatures.push_back({key->id(), key->sign(document.type, document.body)});
  const auto written = replace_file(options.file, wire::sealed(document));
  if (!written.ok()) return session.fail(written.trouble());
  return print_root(session, root, nullptr);
}

Exit show_root(Session& session, const TrustOptions& options) {
  const auto root = read_root(options.file);
  if (!root.ok()) return session.fail(root.trouble());
  if (options.from.empty()) return print_root(session, *root, nullptr);
  const auto before = read_root(options.from);
  if (!before.ok()) return session.fail(before.trouble());
  const Exit printed = print_root(session, *root, &*before);
  const auto why = trust::objection_to_next(*before, *root, wire::holds);
  if (!why) return printed;
  return session.fail({Exit::differences, std::string(trust::name_of(why->code)) + ": " + why->reason});
}

Exit push_root(Session& session, const TrustOptions& options) {
  const auto root = read_root(options.file);
  if (!root.ok()) return session.fail(root.trouble());
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  json::Value body;
  body.add("document", signing::to_base64(wire::sealed(root->document)));
  const auto answer = (*hub)->post("/api/v1/trust-roots", body);
  if (!answer.ok()) return session.fail(answer.trouble());
  session.say("the hub goes by trust root version " + plain_text((*answer)["version"]) + ", " +
              plain_text((*answer)["digest"]));
  return session.table() ? Exit::done : session.print_one({"trust-root", "version", {}}, *answer);
}

Exit fetch_root(Session& session, const TrustOptions& options) {
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  const auto all = (*hub)->list("/api/v1/trust-roots", {}, 0);
  if (!all.ok()) return session.fail(all.trouble());
  if (all->first.empty())
    return session.fail({Exit::error, "the hub has no trust root; give it one: depops trust push"});
  const auto bytes = signing::from_base64(all->first.back()["document"].as_string());
  if (!bytes) return session.fail({Exit::error, "the hub's answer: " + bytes.error().what});
  const auto root = wire::read_trust_root(*bytes);
  if (!root) return session.fail({Exit::error, "the hub's answer: " + root.error().what});
  const auto written = write_new_file(options.file, *bytes);
  if (!written.ok()) return session.fail(written.trouble());
  return print_root(session, *root, nullptr);
}

void add_changes(CLI::App& command, TrustOptions& options) {
  TrustChanges& changes = options.changes;
  command.add_option("--from", options.from, "the version before; else this is version 1");
  command.add_option("--key", options.keys, "NAME.pub.json of a key that is taken in; may be repeated");
  command.add_option("--remove", changes.remove, "id of a key that goes");
  command.add_option("--revoke", changes.revoke, "id of a key that goes and never counts again");
  command.add_option("--environment", changes.environments, "NAME=TIER; what is not listed counts as production");
  command.add_option("--quorum", changes.quorums, "TIER=NUMBER of different people; else 2 for production, 0 below");
  command.add_option("--reset", changes.resets, "SITE=GENERATION that the site goes on from, once");
  command.add_option("--root-threshold", changes.root_threshold, "different people who sign a trust root")
      ->check(CLI::Range(std::uint32_t{1}, trust::kThresholdMax));
  command.add_option("--valid", options.valid, "how long it is good for")->capture_default_str();
}

}  // namespace

void add_trust_commands(CLI::App& app, Session& session, Action& action) {
  auto* trust = app.add_subcommand("trust", "trust roots: who has a say, signed offline");
  trust->require_subcommand(1);
  const auto options = std::make_shared<TrustOptions>();
  const auto add = [&](const char* name, const char* what, Exit (*act)(Session&, const TrustOptions&)) {
    auto* command = trust->add_subcommand(name, what);
    command->add_option("file", options->file, "the trust root")->required();
    command->callback(
        [&session, &action, options, act] { action = [&, options, act] { return act(session, *options); }; });
    return command;
  };
  add_changes(*add("new", "version 1, or the one after --from; not signed yet", make_root), *options);
  add("sign", "adds a signature", sign_root)
      ->add_option("--key", options->key, "file with a secret key of role root")
      ->required();
  add("push", "gives it to the hub: the first one, or the next version", push_root);
  add("fetch", "writes the newest one of the hub into a new file", fetch_root);
  add("show", "who has a say, and who signed", show_root)
      ->add_option("--from", options->from, "the version before: would a site take this one after it?");
}

}  // namespace depops::hub::cli
