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

}  // namespace

int rollout_verb(const RolloutArguments& arguments) {
  const auto loaded = settings::load_settings(arguments.config);
  if (!loaded.ok()) return fail(loaded.error());
  LocalRequest request;
  request.verb = arguments.verb;
  request.service = ServiceName(arguments.service);
  request.reason = arguments.reason;
  request.full = arguments.full;
  const auto answer = ask(socket_path(loaded->state_directory), request);
  if (!answer.ok()) return fail(answer.error());
  if (!answer->ok) return fail({answer->code, answer->text});
  const bool as_text = arguments.verb == "status" && !arguments.json;
  std::printf("%s%s", as_text ? view_text(answer->text).c_str() : answer->text.c_str(), as_text ? "" : "\n");
  return 0;
}

}  // namespace depops::agent
