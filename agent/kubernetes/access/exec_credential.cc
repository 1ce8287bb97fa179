#include "agent/kubernetes/access/exec_credential.h"

#include <Poco/DateTime.h>
#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeParser.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>
#include <string_view>

#include "shared/json/parse.h"
#include "shared/json/write.h"
#include "shared/spawn/run_program.h"

namespace depops::agent::kubernetes {
namespace {

constexpr std::size_t kPluginOutputMax = 256 * 1024;

// "2026-03-05T09:48:50Z" at least; the library also takes what only begins like a time.
bool has_form_of_time(const std::string& text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00";
  if (text.size() <= kForm.size()) return false;
  return std::equal(kForm.begin(), kForm.end(), text.begin(),
                    [](char form, char c) { return form == '0' ? c >= '0' && c <= '9' : c == form; });
}

std::optional<Instant> time_of(const std::string& text) {
  if (!has_form_of_time(text)) return std::nullopt;
  Poco::DateTime time;
  int zone_s = 0;
  if (!Poco::DateTimeParser::tryParse(Poco::DateTimeFormat::ISO8601_FRAC_FORMAT, text, time, zone_s))
    return std::nullopt;
  time.makeUTC(zone_s);
  return Instant(Millis(time.timestamp().epochMicroseconds() / 1'000));
}

// Where a program is that is named without its folder; empty: nowhere.
std::string found_in(const std::string& search, const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  std::istringstream folders(search);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string path = folder + "/" + name;
    if (folder.starts_with('/') && ::access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

std::vector<std::string> variables_of(const ExecPlugin& plugin) {
  json::Value spec;
  spec.add("interactive", false);
  json::Value info;
  info.add("apiVersion", plugin.api_version).add("kind", "ExecCredential").add("spec", std::move(spec));
  std::vector<std::string> variables = plugin.environment;
  variables.push_back("KUBERNETES_EXEC_INFO=" + json::write(info));
  const bool has_path = std::any_of(variables.begin(), variables.end(),
                                    [](const std::string& variable) { return variable.starts_with("PATH="); });
  if (!has_path) variables.push_back("PATH=" + plugin.search);
  return variables;
}

}  // namespace

Result<ExecCredential> read_exec_credential(const std::string& output, const std::string& api_version) {
  const auto parsed = json::parse(output);
  if (!parsed.ok() || (*parsed)["kind"].as_string() != "ExecCredential")
    return Error{Errc::invalid, "printed no ExecCredential"};
  if ((*parsed)["apiVersion"].as_string() != api_version)
    return Error{Errc::invalid, "printed another apiVersion than the kubeconfig names (" + api_version + ")"};
  const json::Value& status = (*parsed)["status"];
  ExecCredential credential{
      {status["token"].as_string(), status["clientCertificateData"].as_string(), status["clientKeyData"].as_string()},
      std::nullopt};
  const Identity& identity = credential.identity;
  if (identity.certificate.empty() != identity.key.empty() || (identity.token.empty() && identity.key.empty()))
    return Error{Errc::invalid, "printed neither a token nor a client certificate with its key"};
  const std::string& expires = status["expirationTimestamp"].as_string();
  if (expires.empty()) return credential;
  credential.expires = time_of(expires);
  if (!credential.expires) return Error{Errc::invalid, "printed an expirationTimestamp that is no time"};
  return credential;
}

Result<ExecCredential> run_exec_plugin(const ExecPlugin& plugin) {
  const std::string path = found_in(plugin.search, plugin.words.front());
  const std::string place = "exec plugin " + plugin.words.front();
  if (path.empty()) return Error{Errc::unavailable, place + ": there is no such program in " + plugin.search};
  Program program{.words = plugin.words, .environment = variables_of(plugin), .quiet = true};
  program.words.front() = path;
  const auto ended = run_program(std::move(program), {.time = plugin.timeout, .output = kPluginOutputMax});
  if (!ended.ok()) return Error{Errc::unavailable, place + " " + ended.error().what};
  if (ended->status != 0)
    return Error{Errc::unavailable, place + ": ended with status " + std::to_string(ended->status) +
                                        "; run it by hand to see what it says"};
  auto credential = read_exec_credential(ended->output, plugin.api_version);
  if (!credential.ok()) return credential.error().in(place);
  return credential;
}

}  // namespace depops::agent::kubernetes
