#include <sys/stat.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "agent/main/commands.h"
#include "agent/main/join_answer.h"
#include "agent/main/join_files.h"
#include "agent/main/trust_pin.h"
#include "agent/settings/settings.h"
#include "shared/clock/system_clock.h"
#include "shared/http/http_get.h"
#include "shared/join/key_words.h"
#include "shared/json/parse.h"
#include "shared/json/write.h"
#include "shared/whole_file/whole_file.h"

namespace depops::agent {
namespace {

namespace fs = std::filesystem;
using whole_file::make_once;
using whole_file::replace;
using whole_file::write_same;

constexpr Millis kPatience{30'000};
constexpr std::chrono::seconds kSkewTold{60};
constexpr std::size_t kWordsMax = 500;  // of what the hub says

struct Folder {
  std::string path;
  std::string file(const char* name) const { return path + "/" + name; }
};

struct Keys {
  x509::PrivateKey tls;
  signing::SecretKey signing;
};

Result<void> check(const JoinArguments& arguments) {
  if (!is_name(arguments.site)) return Error{Errc::invalid, "--site: not a name; use a-z, 0-9 and inner '-'"};
  if (!is_digest(arguments.ca_digest))
    return Error{Errc::invalid, "--ca-digest must be sha256: and 64 hex digits, as 'depops site enroll' prints it"};
  const auto page = http::parse_url(arguments.hub);
  if (!page || !page->tls) return Error{Errc::invalid, "--hub must be an https URL, as 'depops site enroll' prints it"};
  return {};
}

// Ours: empty, or where an earlier try with the same keys broke off.
Result<Folder> open_folder(const std::string& directory) {
  std::error_code failure;
  fs::create_directories(directory, failure);
  if (failure) return Error{Errc::unavailable, directory + ": " + failure.message()};
  const Folder folder{fs::absolute(directory).lexically_normal().string()};
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

Result<Keys> keys_in(const Folder& folder) {
  DEPOPS_TRY_VOID(make_once(folder.file("tls.key"),
                            [](const std::string& path) { return x509::PrivateKey::generate().save(path); }));
  DEPOPS_TRY_VOID(make_once(folder.file("site.key"), [](const std::string& path) {
    return signing::save_secret_key(path, signing::SecretKey::generate());
  }));
  DEPOPS_TRY(x509::PrivateKey tls, x509::PrivateKey::load(folder.file("tls.key")));
  DEPOPS_TRY(signing::SecretKey signing, signing::load_secret_key(folder.file("site.key")));
  return Keys{std::move(tls), std::move(signing)};
}

// Tells a machine that moved from one that was copied; says nothing else about it.
std::string fingerprint() {
  std::string id;
  std::ifstream("/etc/machine-id") >> id;
  return signing::digest_of("depops machine " + id).str();
}

std::string words_of(const http::Answer& answer) {
  const auto problem = json::parse(answer.body);
  std::string words = problem.ok() ? (*problem)["detail"].as_string() : "";
  for (char& letter : words)
    if (static_cast<unsigned char>(letter) < 0x20) letter = ' ';
  return words.substr(0, kWordsMax);
}

Result<join::Answer> ask(const JoinArguments& arguments, const join::Request& request) {
  http::Request message;
  DEPOPS_TRY(message.page, http::parse_url(arguments.hub));
  message.page.path = "/join";
  message.method = "POST";
  message.headers = {{"Content-Type", "application/json"}};
  message.body = join::write(request);
  message.authority = Digest(arguments.ca_digest);
  const http::Sending sending = http::http_send(message, kPatience, join::kAnswerMax, [] { return false; });
  const std::string where = http::shown(message.page);
  if (!sending.answer && !sending.sent)
    return Error{Errc::unavailable, where + ": nothing was sent, for it is not there or does not show the authority " +
                                        arguments.ca_digest + ": " + sending.trouble};
  if (!sending.answer)
    return Error{Errc::unavailable, where + ": " + sending.trouble + "; run this again, it goes on where it broke off"};
  const int status = sending.answer->status;
  if (status == 200 || status == 201) return join::read_answer(sending.answer->body);
  const Errc code = status == 429 || status == 503 ? Errc::unavailable : Errc::refused;
  return Error{code, where + ": status " + std::to_string(status) + ": " + words_of(*sending.answer)};
}

Result<void> pin(const Folder& folder, const std::string& settings, const join::Answer& answer) {
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

// The settings come last: what has them is a site.
Result<std::string> keep(const Folder& folder, const JoinArguments& arguments, const join::Answer& answer) {
  DEPOPS_TRY(const std::string text, settings_text(answer, arguments.hub, arguments.port_range, arguments.binds));
  DEPOPS_TRY_VOID(replace(folder.file("tls.pem"), answer.certificate));
  DEPOPS_TRY_VOID(write_same(folder.file("infra-ca.pem"), answer.infra_ca));
  DEPOPS_TRY_VOID(write_same(folder.file("hub.pub"), signing::to_text(answer.hub_key) + "\n"));
  if (!arguments.binds.empty()) fs::create_directories(folder.file("haproxy"));
  const std::string draft = folder.file("agent.yaml.draft");
  DEPOPS_TRY_VOID(replace(draft, text));
  DEPOPS_TRY_VOID(pin(folder, draft, answer));
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

Result<std::string> join_as(const JoinArguments& arguments) {
  DEPOPS_TRY_VOID(check(arguments));
  DEPOPS_TRY(const std::string token, read_token(arguments.token_file));
  DEPOPS_TRY(const Folder folder, open_folder(arguments.directory));
  DEPOPS_TRY(const Keys keys, keys_in(folder));
  join::Request request;
  request.site = SiteName(arguments.site);
  request.token = token;
  request.certificate_request = keys.tls.request(arguments.site);
  request.fingerprint = fingerprint();
  join::prove(request, keys.signing);
  std::fprintf(stderr, "the key of this site, as words: %s\n", join::key_words(request.signing_key).c_str());
  DEPOPS_TRY(const join::Answer answer, ask(arguments, request));
  DEPOPS_TRY_VOID(check_answer(answer, request.site, Digest(arguments.ca_digest), keys.tls));
  tell_skew(answer);
  return keep(folder, arguments, answer);
}

int exit_of(const Error& error) {
  if (error.code == Errc::invalid) return 2;
  return error.code == Errc::unavailable ? 6 : 1;
}

}  // namespace

int join_hub(const JoinArguments& arguments) {
  ::umask(077);
  const auto joined = join_as(arguments);
  if (!joined)
    return std::fprintf(stderr, "depops-agent join: %s\n", joined.error().what.c_str()), exit_of(joined.error());
  json::Value said = json::Value::object();
  said.add("site", arguments.site).add("settings", *joined);
  std::printf("%s\n", json::write(said).c_str());
  return 0;
}

}  // namespace depops::agent
