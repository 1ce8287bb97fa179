#include <charconv>
#include <cstdio>

#include "agent/local_api/local_api.h"
#include "agent/main/commands.h"
#include "agent/main/view_text.h"
#include "agent/settings/settings.h"

namespace depops::agent {
namespace {

int exit_code(Errc code) {
  if (code == Errc::invalid) return 2;
  if (code == Errc::not_found) return 5;
  return code == Errc::refused || code == Errc::conflict ? 6 : 1;
}

int fail(const Error& error) {
  std::fprintf(stderr, "%s\n", error.what.c_str());
  return exit_code(error.code);
}

Result<std::uint32_t> replicas_of(const std::string& text) {
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error == std::errc() && end == text.data() + text.size()) return count;
  return Error{Errc::invalid, "--replicas is \"" + text + "\"; a number from 1 to 1,000, or declared"};
}

}  // namespace

int rollout_verb(const RolloutArguments& arguments) {
  std::optional<std::uint32_t> replicas;
  if (!arguments.replicas.empty() && arguments.replicas != "declared") {
    const auto count = replicas_of(arguments.replicas);
    if (!count.ok()) return fail(count.error());
    replicas = *count;
  }
  const auto loaded = settings::load_settings(arguments.config);
  if (!loaded.ok()) return fail(loaded.error());
  LocalRequest request;
  request.verb = arguments.verb;
  request.service = ServiceName(arguments.service);
  request.reason = arguments.reason;
  request.full = arguments.full;
  request.replicas = replicas;
  const auto answer = ask(socket_path(loaded->state_directory), request);
  if (!answer.ok()) return fail(answer.error());
  if (!answer->ok) return fail({answer->code, answer->text});
  const bool as_text = arguments.verb == "status" && !arguments.json;
  std::printf("%s%s", as_text ? view_text(answer->text).c_str() : answer->text.c_str(), as_text ? "" : "\n");
  return 0;
}

}  // namespace depops::agent
