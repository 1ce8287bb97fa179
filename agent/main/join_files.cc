#include "agent/main/join_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "shared/join/join.h"
#include "shared/json/parse.h"
#include "shared/json/write.h"
#include "shared/whole_file/whole_file.h"

namespace depops::agent {
namespace {

constexpr std::size_t kPendingMax = 64 * 1024;

}  // namespace

Result<std::string> read_token(const std::string& path) {
  if (path != "-") {
    struct stat facts {};
    if (::access(path.c_str(), R_OK) != 0 || ::stat(path.c_str(), &facts) != 0)
      return Error{Errc::not_found, path + ": can not be read; write the token that 'depops site enroll' made into it"};
    if ((facts.st_mode & 077) != 0)
      return Error{Errc::refused, path + ": others may read this token; set its mode to 0600"};
  }
  std::string text = whole_file::beginning_of(path == "-" ? "/dev/stdin" : path, join::kTokenMax + 2);
  const std::size_t end = text.find_last_not_of(" \r\n\t");
  text.resize(end == std::string::npos ? 0 : end + 1);
  if (text.empty() || text.size() > join::kTokenMax || text.find_first_of(" \r\n\t") != std::string::npos)
    return Error{Errc::invalid, path + ": wanted is one word, the token that 'depops site enroll' made"};
  return text;
}

Result<http::Page> listener_of(const JoinArguments& arguments) {
  if (!is_name(arguments.site)) return Error{Errc::invalid, "--site: not a name; use a-z, 0-9 and inner '-'"};
  if (!is_digest(arguments.ca_digest))
    return Error{Errc::invalid, "--ca-digest must be sha256: and 64 hex digits, as 'depops site enroll' prints it"};
  const auto page = http::parse_url(arguments.hub);
  if (!page || !page->tls) return Error{Errc::invalid, "--hub must be an https URL, as 'depops site enroll' prints it"};
  return *page;
}

Result<void> write_carried(const std::string& path, const std::string& text) {
  if (std::filesystem::exists(path)) return Error{Errc::exists, path + ": is there already; name another file"};
  return whole_file::replace(path, text + "\n");
}

Result<std::string> read_carried(const std::string& path, std::size_t most) {
  std::string text = whole_file::beginning_of(path, most + 1);
  if (text.empty()) return Error{Errc::not_found, path + ": can not be read, or is empty; check the path"};
  if (text.size() > most)
    return Error{Errc::refused, path + ": longer than " + std::to_string(most / 1'024) + " KiB; it is no such file"};
  return text;
}

Result<void> save_pending(const std::string& path, const Pending& pending) {
  json::Value binds = json::Value::array();
  for (const std::string& bind : pending.asked.binds) binds.push(bind);
  json::Value out;
  out.add("hub", pending.asked.hub).add("site", pending.asked.site).add("caDigest", pending.asked.ca_digest);
  out.add("portRange", pending.asked.port_range).add("binds", std::move(binds));
  out.add("request", pending.request.str());
  return whole_file::replace(path, json::write(out) + "\n");
}

Result<Pending> load_pending(const std::string& path) {
  const Error none{Errc::not_found,
                   path + ": no request is under way here; write one with 'depops-agent join --request-file'"};
  if (!std::filesystem::exists(path)) return none;
  DEPOPS_TRY(const std::string text, read_carried(path, kPendingMax));
  const auto read = json::parse(text);
  if (!read) return none;
  Pending pending;
  pending.asked.hub = (*read)["hub"].as_string();
  pending.asked.site = (*read)["site"].as_string();
  pending.asked.ca_digest = (*read)["caDigest"].as_string();
  pending.asked.port_range = (*read)["portRange"].as_string();
  for (const json::Value& bind : (*read)["binds"].items()) pending.asked.binds.push_back(bind.as_string());
  pending.request = Digest((*read)["request"].as_string());
  if (!is_digest(pending.request.str()) || !listener_of(pending.asked)) return none;
  return pending;
}

}  // namespace depops::agent
