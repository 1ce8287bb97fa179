#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>
#include <memory>

#include "hub/cli/commands.h"
#include "hub/cli/json_text.h"
#include "hub/cli/public_key_file.h"
#include "hub/cli/text_file.h"
#include "hub/cli/time_text.h"
#include "shared/json/parse.h"
#include "shared/manifest/quantity.h"
#include "shared/statement/statement.h"

// Signs an approval of a deployment on this machine. The hub says what it is about and takes the result; the key stays.
namespace depops::hub::cli {
namespace {

using json::Value;

struct ApproveOptions {
  std::string deployment;
  std::string key, out, reason, person;
  std::string valid = "24h";
  bool reject = false;
  bool break_glass = false;
  bool yes = false;
  // Without a hub: everything that would be asked of it.
  std::string release, plan, service, version, environment;
};

std::string default_valid(const ApproveOptions& options) {
  return options.break_glass && options.valid == "24h" ? "4h" : options.valid;
}

bool offline(const ApproveOptions& options) { return !options.plan.empty(); }

Answer<trust::Subject> checked(trust::Subject subject) {
  const bool right = is_digest(subject.release.str()) && is_digest(subject.plan.str()) &&
                     is_name(subject.service.str()) && is_version_label(subject.version.str()) &&
                     is_name(subject.environment.str());
  if (right) return subject;
  return Trouble{Exit::usage,
                 "what is to be approved is not whole: artifact and plan as sha256:HEX, service, version, environment"};
}

Answer<trust::Subject> subject_told(const ApproveOptions& options) {
  return checked({Digest(options.release), Digest(options.plan), ServiceName(options.service),
                  VersionLabel(options.version), EnvironmentName(options.environment)});
}

Answer<trust::Subject> subject_asked(Session& session, const ApproveOptions& options) {
  const auto hub = session.hub();
  if (!hub.ok()) return hub.trouble();
  const auto deployment = (*hub)->get("/api/v1/deployments/" + encoded(options.deployment));
  if (!deployment.ok()) return deployment.trouble();
  trust::Subject subject;
  subject.plan = Digest((*deployment)["planDigest"].as_string());
  subject.service = ServiceName((*deployment)["service"].as_string());
  subject.version = VersionLabel((*deployment)["version"].as_string());
  subject.environment = EnvironmentName((*deployment)["environment"].as_string());
  const auto versions = (*hub)->list("/api/v1/services/" + encoded(subject.service.str()) + "/versions", {}, 0);
  if (!versions.ok()) return versions.trouble();
  for (const Value& version : versions->first) {
    if (version["label"].as_string() == subject.version.str())
      subject.release = Digest(version["artifact"].as_string());
  }
  return checked(std::move(subject));
}

Answer<trust::Person> signer(const ApproveOptions& options) {
  if (!options.person.empty()) return trust::Person(options.person);
  const auto file = read_public_key_file(public_file_beside(options.key));
  if (!file.ok()) return Trouble{Exit::usage, file.trouble().text + "; or say who signs with --person"};
  return file->person;
}

Answer<trust::Statement> statement_of(const ApproveOptions& options, const trust::Subject& subject) {
  const auto valid = manifest::parse_duration(default_valid(options));
  if (!valid || *valid <= Millis(0)) return Trouble{Exit::usage, "--valid " + options.valid + ": like 24h"};
  if (options.break_glass && (options.reason.empty() || *valid > trust::kBreakGlassMax)) {
    return Trouble{Exit::usage, "--break-glass needs a --reason and is valid for at most 4h"};
  }
  const auto person = signer(options);
  if (!person.ok()) return person.trouble();
  trust::Statement statement;
  statement.break_glass = options.break_glass;
  statement.decision = options.reject ? trust::Decision::reject : trust::Decision::approve;
  statement.subject = subject;
  statement.person = *person;
  statement.reason = options.reason;
  statement.not_before = std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
  statement.not_after = statement.not_before + *valid;
  return statement;
}

std::string in_words(const trust::Statement& statement) {
  const trust::Subject& subject = statement.subject;
  const std::string what = statement.break_glass                            ? " opens in an emergency: "
                           : statement.decision == trust::Decision::approve ? " approves: "
                                                                            : " rejects: ";
  return statement.person.str() + what + subject.service.str() + " " + subject.version.str() + " in " +
         subject.environment.str() + "\n  artifact " + subject.release.str() + "\n  plan     " + subject.plan.str() +
         "\n  valid until " + write_time(statement.not_after) +
         (statement.reason.empty() ? "" : "\n  reason   " + statement.reason) + "\n";
}

bool agreed(const ApproveOptions& options) {
  if (options.yes) return true;
  std::cerr << "sign this? type \"yes\": " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "yes";
}

// An approval is worth having even if the hub can not take it now: the file is there.
Exit deliver(Session& session, const ApproveOptions& options, const std::string& envelope, Value& told) {
  if (offline(options)) return Exit::done;
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  const auto body = json::parse(envelope);
  const auto answer = (*hub)->post("/api/v1/deployments/" + encoded(options.deployment) + "/attestations", *body);
  if (!answer.ok()) return session.fail(answer.trouble());
  session.say("the hub has it; " + plain_text((*answer)["given"]) + " of " + plain_text((*answer)["needed"]));
  for (const char* member : {"deployment", "given", "needed", "approvedBy"}) told.add(member, (*answer)[member]);
  return Exit::done;
}

Exit approve(Session& session, const ApproveOptions& options) {
  const auto subject = offline(options) ? subject_told(options) : subject_asked(session, options);
  if (!subject.ok()) return session.fail(subject.trouble());
  const auto statement = statement_of(options, *subject);
  if (!statement.ok()) return session.fail(statement.trouble());
  const auto key = signing::load_secret_key(options.key);
  if (!key) return session.fail({Exit::error, key.error().what});
  std::cerr << in_words(*statement);
  if (!agreed(options)) return session.fail({Exit::error, "nothing was signed"});
  const std::string envelope = statement::sign(*statement, *key);
  const std::string file = options.out.empty()
                               ? "approval-" + subject->plan.str().substr(7, 12) + "-" + key->id().str() + ".dsse.json"
                               : options.out;
  const auto written = write_new_file(file, envelope);
  if (!written.ok()) return session.fail(written.trouble());
  if (session.table()) session.print_text(file + "\n");
  Value told;
  told.add("file", file).add("person", statement->person.str());
  const Exit delivered = deliver(session, options, envelope, told);
  return session.table() || delivered != Exit::done ? delivered : session.print_one({"approval", "file", {}}, told);
}

void add_subject(CLI::App& command, ApproveOptions& options) {
  command.add_option("--plan", options.plan, "without a hub: digest of the plan, sha256:HEX");
  command.add_option("--release", options.release, "without a hub: digest of the version's artifact");
  command.add_option("--service", options.service, "without a hub: the service");
  command.add_option("--version", options.version, "without a hub: the version");
  command.add_option("--environment", options.environment, "without a hub: the environment");
}

}  // namespace

void add_approve_command(CLI::App& app, Session& session, Action& action) {
  auto* command = app.add_subcommand("approve", "signs an approval of a deployment, with a key that stays here");
  const auto options = std::make_shared<ApproveOptions>();
  command->add_option("deployment", options->deployment, "which; left out with --plan");
  command->add_option("--key", options->key, "file with your secret key")->required();
  command->add_option("--person", options->person, "who signs; else as NAME.pub.json beside the key says");
  command->add_option("--reason", options->reason, "for those who read it later");
  command->add_option("--valid", options->valid, "how long; at most 4h with --break-glass")->capture_default_str();
  command->add_option("--out", options->out, "the file that is written");
  command->add_flag("--reject", options->reject, "says no instead");
  command->add_flag("--break-glass", options->break_glass,
                    "an emergency, with a key of that role: one person, a reason");
  command->add_flag("--yes", options->yes, "asks nothing");
  add_subject(*command, *options);
  command->callback([&session, &action, options] {
    if (options->deployment.empty() == options->plan.empty())
      throw CLI::ValidationError("name a deployment, or --plan");
    action = [&session, options] { return approve(session, *options); };
  });
}

}  // namespace depops::hub::cli
