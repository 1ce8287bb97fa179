#include "agent/credentials/credentials.h"

#include <charconv>
#include <filesystem>

#include "agent/credentials/judge.h"
#include "shared/whole_file/whole_file.h"

namespace depops::agent {
namespace {

namespace fs = std::filesystem;

std::string text_of(const std::string& path) { return whole_file::beginning_of(path, x509::kPemMax + 1); }

// "12" of "12.key"; 0: the file has another kind of name.
std::uint64_t number_of(const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  return wrong == std::errc() && end == text.data() + text.size() ? number : 0;
}

}  // namespace

Result<std::unique_ptr<Credentials>> Credentials::open(CredentialSettings settings) {
  std::error_code failure;
  fs::create_directories(settings.directory, failure);
  if (failure) return Error{Errc::unavailable, settings.directory + ": " + failure.message()};
  fs::permissions(settings.directory, fs::perms::owner_all, failure);
  std::unique_ptr<Credentials> made(new Credentials(std::move(settings)));
  made->look();
  return made;
}

std::string Credentials::file(std::uint64_t number, const char* end) const {
  return settings_.directory + "/" + std::to_string(number) + end;
}

Pair Credentials::pair(std::uint64_t number) const {
  if (number == 0) return {settings_.certificate, settings_.key};
  return {file(number, ".pem"), file(number, ".key")};
}

// Of this site and epoch, and its own key beside it.
bool Credentials::is_usable(std::uint64_t number, Validity& validity) const {
  const auto facts = x509::facts_of(text_of(pair(number).first));
  if (!facts || !names_site(*facts, settings_.site, settings_.site_epoch)) return false;
  validity = {facts->not_before, facts->not_after};
  if (number == 0) return true;
  const auto key = x509::PrivateKey::load(pair(number).second);
  return key.ok() && key->public_der() == facts->public_der;
}

void Credentials::look() {
  Validity given;
  Validity kept;
  const auto facts = x509::facts_of(text_of(settings_.certificate));
  if (facts) given = {facts->not_before, facts->not_after};
  const std::uint64_t said = number_of(text_of(settings_.directory + "/current"));
  if (said != 0 && is_usable(said, kept) && kept.not_before >= given.not_before) current_ = said;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(settings_.directory, failure)) {
    const std::uint64_t number = entry.path().extension() == ".key" ? number_of(entry.path().stem().string()) : 0;
    if (number > said) next_ = std::max(next_, number);
  }
  next_complete_ = next_ != 0 && is_usable(next_, kept) && kept.not_before >= given.not_before;
}

Pair Credentials::offer() {
  const std::lock_guard lock(mutex_);
  offered_next_ = next_complete_ && !offered_next_;
  let_in_ = false;
  return pair(offered_next_ ? next_ : current_);
}

void Credentials::let_in() noexcept {
  const std::lock_guard lock(mutex_);
  let_in_ = true;
}

void Credentials::remove(std::uint64_t number) const {
  std::error_code gone;
  if (number == 0) return;
  for (const std::string& name : {file(number, ".pem"), file(number, ".key")}) fs::remove(name, gone);
}

Result<bool> Credentials::settle() {
  const std::lock_guard lock(mutex_);
  if (!let_in_ || !offered_next_) return false;
  DEPOPS_TRY_VOID(whole_file::replace(settings_.directory + "/current", std::to_string(next_)));
  remove(current_);
  current_ = next_;
  next_ = 0;
  next_complete_ = offered_next_ = false;
  return true;
}

Pair Credentials::current() const {
  const std::lock_guard lock(mutex_);
  return pair(current_);
}

std::optional<Credentials::Files> Credentials::files_of(std::uint64_t number) const {
  const auto certificate = whole_file::state_of(pair(number).first);
  const auto key = whole_file::state_of(pair(number).second);
  if (!certificate || !key) return std::nullopt;
  return Files{*certificate, *key};
}

// Asked every other second: what was judged once is judged again only when its files are others. Reading a certificate
// takes a good part of the library for TLS, which would never leave the memory of an agent that rests.
std::optional<Validity> Credentials::validity_of(std::uint64_t number) const {
  const auto files = files_of(number);
  if (files && judged_ && judged_->files == *files) return judged_->validity;
  Validity found;
  const std::optional<Validity> validity = is_usable(number, found) ? std::optional(found) : std::nullopt;
  judged_.reset();
  if (files) judged_ = Judged{*files, validity};
  return validity;
}

std::optional<Validity> Credentials::validity() const {
  const std::lock_guard lock(mutex_);
  const auto next = next_complete_ ? validity_of(next_) : std::nullopt;
  return next ? next : validity_of(current_);
}

Result<std::string> Credentials::request() {
  const std::lock_guard lock(mutex_);
  if (next_ == 0 || next_complete_) {  // one that was never let in and is to be renewed is no use
    const std::uint64_t fresh = std::max(current_, next_) + 1;
    DEPOPS_TRY_VOID(whole_file::make_once(
        file(fresh, ".key"), [](const std::string& path) { return x509::PrivateKey::generate().save(path); }));
    remove(next_);
    next_ = fresh;
    next_complete_ = offered_next_ = false;
  }
  DEPOPS_TRY(const x509::PrivateKey key, x509::PrivateKey::load(file(next_, ".key")));
  return key.request(settings_.site.str());
}

Result<void> Credentials::take(const std::string& pem) {
  const std::lock_guard lock(mutex_);
  if (next_ == 0) return Error{Errc::refused, "a certificate that nobody asked for"};
  DEPOPS_TRY(const x509::PrivateKey key, x509::PrivateKey::load(file(next_, ".key")));
  const auto facts = judge_certificate(pem, settings_.site, settings_.site_epoch, key.public_der());
  if (!facts) return facts.error();
  if (next_complete_) return {};  // the answer came twice
  DEPOPS_TRY_VOID(whole_file::replace(file(next_, ".pem"), pem));
  next_complete_ = true;
  offered_next_ = false;
  return {};
}

}  // namespace depops::agent
