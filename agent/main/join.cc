#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>

#include "agent/main/commands.h"
#include "agent/main/join_answer.h"
#include "agent/main/join_by_file.h"
#include "agent/main/join_files.h"
#include "agent/main/join_folder.h"
#include "agent/main/renew_by_file.h"
#include "shared/http/http_get.h"
#include "shared/join/key_words.h"
#include "shared/json/parse.h"
#include "shared/json/write.h"

namespace depops::agent {
namespace {

constexpr Millis kPatience{30'000};
constexpr std::size_t kWordsMax = 500;  // of what the hub says

std::string words_of(const http::Answer& answer) {
  const auto problem = json::parse(answer.body);
  std::string words = problem.ok() ? (*problem)["detail"].as_string() : "";
  for (char& letter : words)
    if (static_cast<unsigned char>(letter) < 0x20) letter = ' ';
  return words.substr(0, kWordsMax);
}

Result<join::Answer> ask(const JoinArguments& arguments, const http::Page& listener, const join::Request& request) {
  http::Request message;
  message.page = listener;
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

Result<json::Value> join_as(const JoinArguments& arguments) {
  DEPOPS_TRY(const http::Page listener, listener_of(arguments));
  DEPOPS_TRY(const std::string token, read_token(arguments.token_file));
  DEPOPS_TRY(const JoinFolder folder, open_join_folder(arguments.directory));
  DEPOPS_TRY(const SiteKeys keys, keys_in(folder));
  join::Request request;
  request.site = SiteName(arguments.site);
  request.token = token;
  request.certificate_request = keys.tls.request(arguments.site);
  request.fingerprint = machine_fingerprint();
  join::prove(request, keys.signing);
  std::fprintf(stderr, "the key of this site, as words: %s\n", join::key_words(request.signing_key).c_str());
  DEPOPS_TRY(const join::Answer answer, ask(arguments, listener, request));
  DEPOPS_TRY_VOID(check_answer(answer, request.site, Digest(arguments.ca_digest), keys.tls));
  tell_skew(answer);
  DEPOPS_TRY(const std::string settings, keep(folder, arguments, answer));
  json::Value said;
  said.add("site", arguments.site).add("settings", settings);
  return said;
}

Result<json::Value> carry_out(const JoinArguments& arguments) {
  const bool asks = !arguments.request_file.empty();
  const bool takes = !arguments.answer.empty();
  if (asks && takes)
    return Error{Errc::invalid,
                 "--request-file writes what goes to the hub, --answer takes what came back: one at a time"};
  if (arguments.renew && !asks && !takes)
    return Error{Errc::invalid, "--renew needs --request-file FILE, and later --answer FILE"};
  if (arguments.renew) return asks ? ask_renewal_by_file(arguments) : take_renewal(arguments);
  if (takes) return take_join_answer(arguments);
  return asks ? ask_to_join_by_file(arguments) : join_as(arguments);
}

int exit_of(const Error& error) {
  if (error.code == Errc::invalid) return 2;
  return error.code == Errc::unavailable ? 6 : 1;
}

}  // namespace

int join_hub(const JoinArguments& arguments) {
  ::umask(077);
  const auto said = carry_out(arguments);
  if (!said) return std::fprintf(stderr, "depops-agent join: %s\n", said.error().what.c_str()), exit_of(said.error());
  std::printf("%s\n", json::write(*said).c_str());
  return 0;
}

}  // namespace depops::agent
