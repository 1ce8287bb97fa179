#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

#include "hub/cli/commands.h"
#include "hub/cli/problem.h"
#include "hub/cli/text_file.h"
#include "shared/audit/export.h"
#include "shared/signing/log_primitives.h"
#include "shared/signing/signing.h"

// The audit log as files: fetched from a hub, and checked without one.
namespace depops::hub::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kEntriesFileMax = audit::kTileWidth * (audit::kEntryBytesMax + 2);
constexpr std::size_t kTileFileMax = audit::kTileWidth * sizeof(audit::Hash);

struct AuditOptions {
  std::string directory, key, seen, entry;
};

const audit::Primitives& primitives() { return signing::log_primitives(); }

// What is not what it must be has an exit status of its own, apart from what can not be read.
Trouble wrong_at(const std::string& place, const Error& error) {
  return {error.code == Errc::refused ? Exit::differences : Exit::error, place + ": " + error.what};
}

Answer<std::string> fetched(HubClient& hub, const std::string& path, const Query& query = {}) {
  Request request;
  request.path = with_query(path, query);
  const auto reply = hub.send(request);
  if (!reply.ok()) return reply.trouble();
  if (reply->status != 200) return trouble_of(*reply);
  return reply->body;
}

// Room is made for what is there, and not for the most there could be.
Answer<std::string> read_file(const std::string& path, std::size_t most) {
  std::error_code failed;
  const std::uintmax_t size = fs::file_size(path, failed);
  return read_text_file(path, failed ? most : std::min<std::uintmax_t>(size, most));
}

Answer<bool> write_under(const std::string& directory, const std::string& path, const std::string& bytes) {
  const fs::path file = fs::path(directory) / path;
  std::error_code failed;
  fs::create_directories(file.parent_path(), failed);
  if (failed) return Trouble{Exit::error, file.parent_path().string() + ": " + failed.message()};
  return replace_file(file.string(), bytes);
}

// Every file of one level of a tree of that size: whole ones, and the broken one at the end.
template <typename Use>
Answer<bool> each_file(std::uint64_t there, const Use& use) {
  for (std::uint64_t index = 0; index * audit::kTileWidth < there; ++index) {
    const std::size_t width = std::min<std::uint64_t>(there - index * audit::kTileWidth, audit::kTileWidth);
    const Answer<bool> done = use(index, width);
    if (!done.ok()) return done.trouble();
  }
  return true;
}

Answer<bool> copy_file(HubClient& hub, const std::string& from, std::size_t width, const std::string& directory,
                       const std::string& to) {
  if (fs::exists(fs::path(directory) / to)) return true;  // files of a log never change
  const auto bytes = fetched(hub, from, {{"width", std::to_string(width)}});
  if (!bytes.ok()) return bytes.trouble();
  return write_under(directory, to, *bytes);
}

Answer<bool> copy_log(HubClient& hub, audit::TreeSize size, const std::string& directory) {
  for (unsigned level = 0; audit::hashes_at(level, size) > 0; ++level) {
    const auto copied = each_file(audit::hashes_at(level, size), [&](std::uint64_t index, std::size_t width) {
      const std::string from = "/api/v1/audit/tiles/" + std::to_string(level) + "/" + std::to_string(index);
      return copy_file(hub, from, width, directory, audit::tile_path({level, index}, width));
    });
    if (!copied.ok()) return copied.trouble();
  }
  return each_file(size.value(), [&](std::uint64_t index, std::size_t width) {
    return copy_file(hub, "/api/v1/audit/entry-bundles/" + std::to_string(index), width, directory,
                     audit::entries_path(index, width));
  });
}

Exit export_log(Session& session, const AuditOptions& options) {
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  const auto note = fetched(**hub, "/api/v1/audit/checkpoint");
  if (!note.ok()) return session.fail(note.trouble());
  const auto read = audit::parse_note(*note, primitives());
  const auto checkpoint = read.ok() ? audit::parse_checkpoint(read->text, primitives()) : read.error();
  if (!checkpoint.ok()) return session.fail({Exit::error, "the hub's checkpoint: " + checkpoint.error().what});
  const auto copied = copy_log(**hub, checkpoint->size, options.directory);
  if (!copied.ok()) return session.fail(copied.trouble());
  const auto written = write_under(options.directory, "checkpoint", *note);
  if (!written.ok()) return session.fail(written.trouble());
  session.say(std::to_string(checkpoint->size.value()) + " entries of " + checkpoint->origin + " are in " +
              options.directory);
  session.suggest("depops audit verify " + options.directory + " --key VKEY");
  return Exit::done;
}

// A text of the hub's, as it came: it is signed.
Exit print_signed(Session& session, const std::string& path, const char* name) {
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  const auto text = fetched(**hub, path);
  if (!text.ok()) return session.fail(text.trouble());
  if (session.table()) return session.print_text(*text);
  return session.print_one({name, name, {}}, json::Value::object().add(name, *text));
}

Answer<audit::Checkpoint> checkpoint_in(const std::string& file, const audit::NoteKey& key) {
  const auto note = read_text_file(file, audit::kNoteMax);
  if (!note.ok()) return note.trouble();
  const auto checkpoint = audit::open_checkpoint(*note, key, primitives());
  if (!checkpoint.ok()) return wrong_at(file, checkpoint.error());
  return *checkpoint;
}

Answer<bool> take_next(audit::LogCheck& check, const std::string& directory) {
  const std::size_t count = check.next_count();
  const std::string entries = directory + "/" + audit::entries_path(check.next_index(), count);
  const std::string hashes = directory + "/" + audit::tile_path({0, check.next_index()}, count);
  const auto entry_bytes = read_file(entries, kEntriesFileMax);
  if (!entry_bytes.ok()) return entry_bytes.trouble();
  const auto hash_bytes = read_file(hashes, kTileFileMax);
  if (!hash_bytes.ok()) return hash_bytes.trouble();
  const auto leaves = audit::read_entries(*entry_bytes, count);
  if (!leaves.ok()) return Trouble{Exit::differences, entries + ": " + leaves.error().what};
  const auto tile = audit::read_tile(*hash_bytes, count);
  if (!tile.ok()) return Trouble{Exit::differences, hashes + ": " + tile.error().what};
  const auto taken = check.take(*leaves, *tile);
  if (!taken.ok()) return wrong_at(entries, taken.error());
  return true;
}

Answer<audit::Checkpoint> verified(const AuditOptions& options) {
  const auto key = audit::parse_vkey(options.key, primitives());
  if (!key.ok()) return Trouble{Exit::usage, "--key: " + key.error().what};
  const auto claimed = checkpoint_in(options.directory + "/checkpoint", *key);
  if (!claimed.ok()) return claimed.trouble();
  std::optional<audit::Checkpoint> seen;
  if (!options.seen.empty()) {
    const auto before = checkpoint_in(options.seen, *key);
    if (!before.ok()) return before.trouble();
    seen = *before;
  }
  audit::LogCheck check(*claimed, seen, primitives());
  const auto begun = check.begin();
  if (!begun.ok()) return wrong_at(options.directory, begun.error());
  while (check.next_count() > 0) {
    const auto taken = take_next(check, options.directory);
    if (!taken.ok()) return taken.trouble();
  }
  const auto finished = check.finish();
  if (!finished.ok()) return wrong_at(options.directory, finished.error());
  return *claimed;
}

Exit verify_log(Session& session, const AuditOptions& options) {
  const auto checkpoint = verified(options);
  if (!checkpoint.ok()) return session.fail(checkpoint.trouble());
  json::Value shown;
  shown.add("log", checkpoint->origin).add("entries", checkpoint->size.value());
  shown.add("root", signing::to_base64(audit::bytes_of(checkpoint->root)));
  if (!session.table()) return session.print_one({"audit-log", "log", {}}, shown);
  return session.print_text("every one of the " + std::to_string(checkpoint->size.value()) + " entries of " +
                            checkpoint->origin + " is what was signed\n");
}

}  // namespace

namespace {

void add_signed_texts(CLI::App& audit, Session& session, Action& action, const std::shared_ptr<AuditOptions>& options) {
  audit.add_subcommand("checkpoint", "what was signed last")->callback([&session, &action] {
    action = [&session] { return print_signed(session, "/api/v1/audit/checkpoint", "checkpoint"); };
  });
  CLI::App* receipt = audit.add_subcommand("receipt", "that an entry is in the log; keep it to check it without a hub");
  receipt->add_option("SEQ", options->entry, "its number, as audit list shows it")->required();
  receipt->callback([&session, &action, options] {
    action = [&session, options] {
      return print_signed(session, "/api/v1/audit/entries/" + encoded(options->entry) + "/receipt", "receipt");
    };
  });
}

}  // namespace

void add_audit_commands(CLI::App& audit, Session& session, Action& action) {
  auto options = std::make_shared<AuditOptions>();
  add_signed_texts(audit, session, action, options);
  CLI::App* exported =
      audit.add_subcommand("export", "the whole log as files that anybody can check (C2SP tlog-tiles)");
  exported->add_option("DIR", options->directory, "goes on where an earlier export ended")->required();
  exported->callback(
      [&session, &action, options] { action = [&session, options] { return export_log(session, *options); }; });
  CLI::App* verify = audit.add_subcommand("verify", "whether an exported log is what was signed; needs no hub");
  verify->add_option("DIR", options->directory, "that audit export wrote")->required();
  verify->add_option("--key", options->key, "the log's key, NAME+HASH+KEY, as the signer's log shows it")->required();
  verify->add_option("--seen", options->seen, "a checkpoint from elsewhere, which must be a beginning of this log");
  verify->callback(
      [&session, &action, options] { action = [&session, options] { return verify_log(session, *options); }; });
}

}  // namespace depops::hub::cli
