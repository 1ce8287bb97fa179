#include "agent/main/join_by_file.h"

#include <filesystem>

#include "agent/main/join_answer.h"
#include "agent/main/join_folder.h"
#include "shared/clock/system_clock.h"
#include "shared/join/file_request.h"
#include "shared/join/key_words.h"

namespace depops::agent {
namespace {

constexpr const char* kPendingJoin = "join.pending";

}  // namespace

Result<join::FileAnswer> read_answer_to(const Pending& pending, const std::string& path) {
  DEPOPS_TRY(const std::string text, read_carried(path, join::kFileAnswerMax));
  auto answer = join::read_file_answer(text);
  if (!answer)
    return Error{Errc::refused, path + ": is no whole answer (" + answer.error().what +
                                    "); copy it again, as 'depops site enroll --answer' wrote it"};
  DEPOPS_TRY(const http::Page listener, listener_of(pending.asked));
  const join::Expected expected{SiteName(pending.asked.site), pending.request, Digest(pending.asked.ca_digest),
                                listener.host};
  const auto judged = join::judge(*answer, expected, clock::SystemClock().now().wall);
  if (!judged) return judged.error().in(path);
  return answer;
}

// What is pending is written first: an answer can only come to what is known here.
Result<json::Value> ask_to_join_by_file(const JoinArguments& arguments) {
  DEPOPS_TRY(const http::Page listener, listener_of(arguments));
  DEPOPS_TRY(const std::string token, read_token(arguments.token_file));
  if (std::filesystem::exists(arguments.request_file))
    return Error{Errc::exists, arguments.request_file + ": is there already; name another file"};
  DEPOPS_TRY(const JoinFolder folder, open_join_folder(arguments.directory));
  DEPOPS_TRY(const SiteKeys keys, keys_in(folder));
  join::FileRequest request;
  request.site = SiteName(arguments.site);
  request.authority = Digest(arguments.ca_digest);
  request.certificate_request = keys.tls.request(arguments.site);
  request.fingerprint = machine_fingerprint();
  request.signing_key = keys.signing.public_key();
  join::prove(request, token, keys.signing);
  DEPOPS_TRY_VOID(save_pending(folder.file(kPendingJoin), {arguments, join::digest_of(request)}));
  DEPOPS_TRY_VOID(write_carried(arguments.request_file, join::write(request)));
  json::Value said;
  said.add("site", arguments.site).add("request", arguments.request_file);
  said.add("words", join::key_words(request.signing_key));
  return said;
}

Result<json::Value> take_join_answer(const JoinArguments& arguments) {
  DEPOPS_TRY(const JoinFolder folder, open_join_folder(arguments.directory));
  DEPOPS_TRY(const Pending pending, load_pending(folder.file(kPendingJoin)));
  DEPOPS_TRY(const SiteKeys keys, keys_in(folder));
  DEPOPS_TRY(const join::FileAnswer sealed, read_answer_to(pending, arguments.answer));
  const auto answer = join::read_answer(sealed.said);
  if (!answer) return Error{Errc::refused, arguments.answer + ": " + answer.error().what};
  DEPOPS_TRY_VOID(check_answer(*answer, sealed.site, Digest(pending.asked.ca_digest), keys.tls));
  tell_skew(*answer);
  DEPOPS_TRY(const std::string settings, keep(folder, pending.asked, *answer));
  std::error_code kept;
  std::filesystem::remove(folder.file(kPendingJoin), kept);
  json::Value said;
  said.add("site", pending.asked.site).add("settings", settings);
  return said;
}

}  // namespace depops::agent
