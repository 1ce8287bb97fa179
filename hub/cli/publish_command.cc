#include <CLI/CLI.hpp>
#include <memory>

#include "hub/cli/commands.h"
#include "hub/cli/commits_file.h"
#include "hub/cli/text_file.h"
#include "hub/cli/time_text.h"
#include "hub/cli/upload.h"
#include "hub/cli/views.h"
#include "shared/base/names.h"

namespace depops::hub::cli {
namespace {

using json::Value;

constexpr std::size_t kCommitsFileMax = 1 << 20;

struct PublishOptions {
  std::string service;
  std::string label;
  std::string artifact;
  std::string commit;
  std::string committed_at;
  std::string commits_file;
};

// Everything that can be told to be wrong before a byte is sent.
Answer<Value> body_of(const PublishOptions& options) {
  const auto at = parse_time(options.committed_at);
  if (!is_name(options.service))
    return Trouble{Exit::usage, "SERVICE is of lower-case letters, digits and inner hyphens"};
  if (!is_version_label(options.label)) return Trouble{Exit::usage, "LABEL is like 1.2.3: letters, digits and . _ + -"};
  if (!at) {
    return Trouble{Exit::usage,
                   "--committed-at must be like 2026-11-23T13:00:00+01:00, with its offset (git log -1 --format=%cI)"};
  }
  Value body = Value::object();
  body.add("label", Value(options.label))
      .add("commit", Value(options.commit))
      .add("committedAt", Value(write_time(*at)));
  if (options.commits_file.empty()) return body;
  const auto text = read_text_file(options.commits_file, kCommitsFileMax);
  if (!text.ok()) return text.trouble();
  auto commits = parse_commits(*text, options.commits_file);
  if (!commits.ok()) return commits.trouble();
  body.add("commits", commits.take());
  return body;
}

Exit publish(Session& session, const PublishOptions& options) {
  auto body = body_of(options);
  if (!body.ok()) return session.fail(body.trouble());
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  const auto digest = upload_artifact(session, **hub, options.artifact);
  if (!digest.ok()) return session.fail(digest.trouble());
  Value version = body.take();
  version.add("artifact", Value(digest->str()));
  const auto made = (*hub)->post("/api/v1/services/" + encoded(options.service) + "/versions", version);
  if (!made.ok()) return session.fail(made.trouble());
  const Exit exit = session.print_one(version_view(), *made);
  if (exit == Exit::done)
    session.suggest("depops deploy " + options.service + " " + options.label + " -e ENVIRONMENT --wait");
  return exit;
}

}  // namespace

void add_publish_command(CLI::App& app, Session& session, Action& action) {
  CLI::App* command = app.add_subcommand("publish", "make a version of a service known, with its artifact");
  auto options = std::make_shared<PublishOptions>();
  command->add_option("SERVICE", options->service)->required();
  command->add_option("LABEL", options->label, "what people call the version: 1.2.3")->required();
  command->add_option("--artifact", options->artifact, "the tar file that sites run")->required();
  command->add_option("--commit", options->commit, "the commit it was built from")->required();
  command->add_option("--committed-at", options->committed_at, "when that was committed, RFC 3339 with offset")
      ->required();
  command->add_option("--commits", options->commits_file,
                      "all it brings: lines of git log --format='%H %cI %s', or JSON");
  command->callback(
      [&session, &action, options] { action = [&session, options] { return publish(session, *options); }; });
}

}  // namespace depops::hub::cli
