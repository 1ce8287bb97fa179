#include "hub/signer/log_notary.h"

#include <filesystem>
#include <fstream>
#include <utility>

#include "shared/audit/checkpoint.h"
#include "shared/signing/log_primitives.h"
#include "shared/whole_file/whole_file.h"

namespace depops::hub::signer {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kGuardMax = 4'096;

const audit::Primitives& primitives() { return signing::log_primitives(); }

std::string guard_text(const std::string& origin, const audit::Height& height) {
  return audit::text_of(audit::Checkpoint{origin, height.size, height.root}, primitives());
}

// The guard first: a key without one is refused, for it may have signed anything.
Result<void> make_log_files(const LogFiles& files, const std::string& origin) {
  DEPOPS_TRY_VOID(whole_file::write_same(files.guard, guard_text(origin, {{}, audit::empty_root(primitives())})));
  return signing::save_secret_key(files.key, signing::SecretKey::generate());
}

// Whatever the log was called then: a hub that got another name goes on with the log it had.
Result<audit::Height> read_guard(const std::string& path) {
  const auto wrong = [&](const std::string& why) {
    return Error{Errc::corrupt, path + ": " + why +
                                    "; it says what was signed last of the audit log, so nothing is "
                                    "signed without it: restore that file"};
  };
  std::ifstream file(path, std::ios::binary);
  std::string text(kGuardMax, '\0');
  if (!file) return wrong("can not be read");
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  const auto kept = audit::parse_checkpoint(text, primitives());
  if (!kept.ok()) return wrong(kept.error().what);
  return audit::Height{kept->size, kept->root};
}

std::string counted(const audit::Height& height) { return std::to_string(height.size.value()) + " entries"; }

std::string why_not(audit::Growth growth, const audit::Height& kept, const audit::Height& asked) {
  if (growth == audit::Growth::smaller)
    return "a checkpoint over " + counted(kept) + " was signed and this one is over " + counted(asked) +
           ": the hub's memory is older than what it said";
  if (growth == audit::Growth::split) return "a checkpoint over " + counted(kept) + " with another root was signed";
  if (growth == audit::Growth::stale) return "the proof must begin at " + counted(kept);
  return "the first " + counted(kept) + " are not those that were signed";
}

}  // namespace

LogNotary::LogNotary(signing::SecretKey key, audit::NoteKey shown, std::string guard)
    : key_(std::move(key)), shown_(std::move(shown)), guard_(std::move(guard)) {}

Result<std::unique_ptr<LogNotary>> LogNotary::open(const LogFiles& files, const std::string& origin) {
  if (!fs::exists(files.key) && !fs::exists(files.guard)) DEPOPS_TRY_VOID(make_log_files(files, origin));
  DEPOPS_TRY(const audit::Height kept, read_guard(files.guard));
  // Made by halves, before anything was signed.
  if (kept.size == audit::TreeSize() && !fs::exists(files.key))
    DEPOPS_TRY_VOID(signing::save_secret_key(files.key, signing::SecretKey::generate()));
  DEPOPS_TRY(signing::SecretKey key, signing::load_secret_key(files.key));
  DEPOPS_TRY(audit::NoteKey shown, audit::note_key(origin, key.public_key().bytes(), primitives()));
  return std::unique_ptr<LogNotary>(new LogNotary(std::move(key), std::move(shown), files.guard));
}

std::string LogNotary::vkey() const { return audit::vkey_of(shown_, primitives()); }

// The guard is read anew for each: whoever else signs with this key keeps it there as well.
wire::LogWord LogNotary::sign(const wire::LogAsk& ask) {
  const std::lock_guard lock(mutex_);
  wire::LogWord word;
  word.key = shown_.key;
  const auto refuse = [&](std::string code, std::string reason) {
    word.code = std::move(code);
    word.reason = std::move(reason);
    return word;
  };
  const auto asked = audit::parse_checkpoint(ask.text, primitives());
  if (!asked.ok()) return refuse("malformed", asked.error().what);
  if (asked->origin != shown_.name)
    return refuse("origin", "a checkpoint of the log " + asked->origin + "; this key signs for " + shown_.name);
  const auto kept = read_guard(guard_);
  if (!kept.ok()) return refuse("guard", kept.error().what);
  word.kept = *kept;
  const audit::Height height{asked->size, asked->root};
  const audit::Growth growth = audit::judge_growth(*kept, height, ask.from, ask.proof, primitives());
  if (!audit::may_be_signed(growth)) return refuse(audit::name_of(growth), why_not(growth, *kept, height));
  if (growth == audit::Growth::grown) {
    const auto written = whole_file::replace(guard_, ask.text);
    if (!written.ok()) return refuse("guard", written.error().what);
  }
  word.kept = height;
  word.ed25519 = key_.sign_text(ask.text);
  return word;
}

}  // namespace depops::hub::signer
