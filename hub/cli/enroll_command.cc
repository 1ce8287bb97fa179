#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstring>
#include <memory>

#include "hub/cli/commands.h"
#include "hub/cli/text_file.h"
#include "hub/cli/views.h"
#include "shared/json/parse.h"
#include "shared/json/write.h"
#include "shared/manifest/quantity.h"

namespace depops::hub::cli {
namespace {

using json::Value;

constexpr std::size_t kRequestFileMax = 64 * 1024;

struct Enroll {
  std::string site;
  std::string environment;
  std::string life = "1h";
  std::string token_file;
  std::string request;  // file; with it no token is made
  std::string answer;
  bool anew = false;
  bool confirm = false;
};

// Only for whoever asked; never over a file that is there.
Answer<bool> write_private(const std::string& path, const std::string& text, const std::string& what,
                           const std::string& remedy) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const bool written = fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int cause = errno;
  if (fd >= 0) ::close(fd);
  if (written) return true;
  return Trouble{Exit::error, path + ": " + what + " can not be written: " + std::strerror(cause) + "; " + remedy};
}

std::string join_command(const Value& made, const std::string& token_file) {
  const std::string site = made["site"].as_string();
  return "depops-agent join --hub " + made["hubUrl"].as_string() + " --site " + site + " --ca-digest " +
         made["caDigest"].as_string() + " --token-file " + (token_file.empty() ? site + ".token" : token_file) +
         " --directory /etc/depops-agent";
}

// A site that can not reach the hub asks in a file, and is answered in one.
Exit answer_request(Session& session, const Enroll& options) {
  if (options.request.empty() || options.answer.empty())
    return session.fail({Exit::usage, "--request FILE and --answer FILE belong together"});
  if (::access(options.answer.c_str(), F_OK) == 0)
    return session.fail({Exit::error, options.answer + ": is there already; name another file"});
  const auto text = read_text_file(options.request, kRequestFileMax);
  if (!text.ok()) return session.fail(text.trouble());
  const auto request = json::parse(*text);
  if (!request)
    return session.fail({Exit::usage, options.request + ": is no whole request (" + request.error().what +
                                          "); carry it here again, as 'depops-agent join --request-file' wrote it"});
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  const auto answer = (*hub)->post("/api/v1/sites/" + encoded(options.site) + "/join-requests", *request);
  if (!answer.ok()) return session.fail(answer.trouble());
  const auto written = write_private(options.answer, json::write(*answer) + "\n", "the answer",
                                     "name another file and run this again, the request is answered again");
  if (!written.ok()) return session.fail(written.trouble());
  Value shown = Value::object();
  shown.add("site", options.site).add("answer", options.answer).add("request", (*answer)["request"]);
  if (!session.table()) return session.print_one({"site", "site", {}}, shown);
  const bool renewed = request->find("tlsProof") != nullptr;
  session.say("carry it to the site, and run there:");
  return session.print_text(std::string("depops-agent join ") + (renewed ? "--renew " : "") + "--answer " +
                            options.answer + " --directory /etc/depops-agent\n");
}

Exit enroll(Session& session, const Enroll& options) {
  if (!options.request.empty() || !options.answer.empty()) return answer_request(session, options);
  const auto life = manifest::parse_duration(options.life);
  if (!life) return session.fail({Exit::usage, "--ttl is a duration from 1m to 24h, not " + options.life});
  // A file that is there is found before anything is made.
  if (!options.token_file.empty() && ::access(options.token_file.c_str(), F_OK) == 0)
    return session.fail({Exit::error, options.token_file + ": is there already; name another file"});
  const auto hub = session.hub();
  if (!hub.ok()) return session.fail(hub.trouble());
  Value body = Value::object();
  body.add("ttlSeconds", std::chrono::duration_cast<std::chrono::seconds>(*life).count());
  if (!options.environment.empty()) body.add("environment", options.environment);
  if (options.anew) body.add("anew", true);
  if (options.confirm) body.add("confirm", true);
  const auto made = (*hub)->post("/api/v1/sites/" + encoded(options.site) + "/join-tokens", body);
  if (!made.ok()) return session.fail(made.trouble());
  Value shown = Value::object();
  for (const auto& [name, value] : made->members())
    if (name != "token" || options.token_file.empty()) shown.add(name, value);
  if (!options.token_file.empty()) {
    const auto written = write_private(options.token_file, (*made)["token"].as_string() + "\n", "the token",
                                       "name another file and run this again, a new token takes the place of this one");
    if (!written.ok()) return session.fail(written.trouble());
  }
  const std::string command = join_command(*made, options.token_file);
  shown.add("command", command);
  if (!session.table()) return session.print_one({"site", "site", {}}, shown);
  session.say("good until " + short_time((*made)["expiresAt"]) +
              ", once; run this at the site, with the token in the file " +
              "it names (or --token-file - for standard input):");
  const std::string token = options.token_file.empty() ? (*made)["token"].as_string() + "\n" : "";
  return session.print_text(token + command + "\n");
}

void add_enroll_options(CLI::App& command, Enroll& options) {
  command.add_option("NAME", options.site)->required();
  command.add_option("--ttl", options.life, "how long the token is good, at most 24h")->capture_default_str();
  command.add_flag("--confirm", options.confirm, "who joins with it must be admitted: depops site admit");
  command.add_option("--token-file", options.token_file,
                     "write the token to this new file (mode 0600) instead of standard output");
}

}  // namespace

void add_enroll_commands(CLI::App& site, Session& session, Action& action) {
  auto options = std::make_shared<Enroll>();
  CLI::App* first = site.add_subcommand("enroll", "make a token the site joins with, and say the command to run there");
  add_enroll_options(*first, *options);
  first->add_option("-e,--environment", options->environment, "of a site that is not there yet");
  first->add_option(
      "--request", options->request,
      "answer this file, which 'depops-agent join --request-file' wrote at a site without a way to the hub");
  first->add_option("--answer", options->answer, "write the answer to this new file (mode 0600), to be carried back");
  first->callback([&session, &action, options] { action = [&session, options] { return enroll(session, *options); }; });
  CLI::App* again = site.add_subcommand(
      "reenroll",
      "the site lost its keys or its disk: its key counts no longer from now on, and it joins with a new token");
  add_enroll_options(*again, *options);
  again->callback([&session, &action, options] {
    options->anew = true;
    action = [&session, options] { return enroll(session, *options); };
  });
}

}  // namespace depops::hub::cli
