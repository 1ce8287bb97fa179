#include "hub/cli/context_file.h"

#include <sys/stat.h>
#include <unistd.h>
#include <yaml-cpp/yaml.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace depops::hub::cli {
namespace {

namespace fs = std::filesystem;
constexpr std::uintmax_t kFileMax = 256 * 1024;
constexpr std::size_t kTokenMax = 4096;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string text_at(const YAML::Node& map, const char* key) {
  const YAML::Node node = map[key];
  return node.IsDefined() && node.IsScalar() ? node.Scalar() : "";
}

Context read_context(const YAML::Node& node) {
  return {text_at(node, "hub"), text_at(node, "tokenFile"), text_at(node, "token"), text_at(node, "caFile")};
}

Answer<ContextFile> parse_contexts(const std::string& path) {
  ContextFile file;
  try {
    const YAML::Node root = YAML::LoadFile(path);
    if (root.IsNull()) return file;
    if (!root.IsMap()) return Trouble{Exit::error, path + ": must be a map with the keys current and contexts"};
    file.current = text_at(root, "current");
    for (const auto& entry : root["contexts"]) file.contexts[entry.first.Scalar()] = read_context(entry.second);
  } catch (const YAML::Exception& e) {
    const std::string line = e.mark.is_null() ? "" : ":" + std::to_string(e.mark.line + 1);
    return Trouble{Exit::error, path + line + ": " + e.msg + "; mend it, or write it anew with: depops context set"};
  }
  return file;
}

bool holds_token(const ContextFile& file) {
  for (const auto& [name, context] : file.contexts) {
    if (!context.token.empty()) return true;
  }
  return false;
}

std::string yaml_of(const ContextFile& file) {
  YAML::Emitter out;
  out << YAML::BeginMap << YAML::Key << "current" << YAML::Value << file.current << YAML::Key << "contexts"
      << YAML::Value << YAML::BeginMap;
  for (const auto& [name, context] : file.contexts) {
    out << YAML::Key << name << YAML::Value << YAML::BeginMap << YAML::Key << "hub" << YAML::Value << context.hub;
    if (!context.token_file.empty()) out << YAML::Key << "tokenFile" << YAML::Value << context.token_file;
    if (!context.token.empty()) out << YAML::Key << "token" << YAML::Value << YAML::DoubleQuoted << context.token;
    if (!context.ca_file.empty()) out << YAML::Key << "caFile" << YAML::Value << context.ca_file;
    out << YAML::EndMap;
  }
  out << YAML::EndMap << YAML::EndMap;
  return std::string(out.c_str()) + "\n";
}

Trouble system_trouble(const std::string& path, const char* doing) {
  return {Exit::error, path + ": can not " + doing + ": " + std::strerror(errno)};
}

void fill(Context& into, const Context& from) {
  if (into.hub.empty()) into.hub = from.hub;
  if (into.token_file.empty() && into.token.empty()) {
    into.token_file = from.token_file;
    into.token = from.token;
  }
  if (into.ca_file.empty()) into.ca_file = from.ca_file;
}

// The chosen context of one file; nothing chosen there is no error.
Answer<bool> fill_from(Context& into, const std::string& path, const std::string& wanted) {
  if (path.empty()) return false;
  auto file = read_context_file(path);
  if (!file.ok()) return file.trouble();
  const auto found = file->contexts.find(wanted.empty() ? file->current : wanted);
  if (found == file->contexts.end()) return false;
  fill(into, found->second);
  return true;
}

}  // namespace

Surroundings surroundings_of_process() {
  const std::string home = variable("HOME");
  std::string base = variable("XDG_CONFIG_HOME");
  if (base.empty() && !home.empty()) base = home + "/.config";
  return {variable("DEPOPS_CONFIG"),  base.empty() ? "" : base + "/depops/config.yaml",
          variable("DEPOPS_HUB"),     variable("DEPOPS_TOKEN_FILE"),
          variable("DEPOPS_CONTEXT"), variable("DEPOPS_CA_FILE")};
}

Answer<ContextFile> read_context_file(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return ContextFile{};
    return system_trouble(path, "read");
  }
  if (static_cast<std::uintmax_t>(facts.st_size) > kFileMax)
    return Trouble{Exit::error, path + ": larger than 256 KiB"};
  auto file = parse_contexts(path);
  if (file.ok() && holds_token(*file) && (facts.st_mode & 077) != 0) {
    return Trouble{Exit::error, path + ": holds a token and others can read it; run: chmod 600 " + path};
  }
  return file;
}

Answer<bool> write_context_file(const std::string& path, const ContextFile& file) {
  std::error_code error;
  const fs::path target(path);
  if (target.has_parent_path()) fs::create_directories(target.parent_path(), error);
  std::string fresh = path + ".XXXXXX";
  const int descriptor = ::mkstemp(fresh.data());  // made with mode 0600
  if (descriptor < 0) return system_trouble(path, "write");
  const std::string text = yaml_of(file);
  const bool written = ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const bool kept = written && ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (!kept || ::rename(fresh.c_str(), path.c_str()) != 0) {
    const Trouble trouble = system_trouble(path, "write");
    ::unlink(fresh.c_str());
    return trouble;
  }
  return true;
}

Answer<std::string> file_to_change(const Surroundings& surroundings) {
  const std::string path = surroundings.config.empty() ? surroundings.user_file : surroundings.config;
  if (path.empty()) return Trouble{Exit::usage, "no place for the context file; set HOME or DEPOPS_CONFIG"};
  return path;
}

Answer<Context> choose_context(const Context& flags, const std::string& wanted, const Surroundings& surroundings) {
  Context chosen = flags;
  fill(chosen, {surroundings.hub, surroundings.token_file, "", surroundings.ca_file});
  const std::string name = wanted.empty() ? surroundings.context : wanted;
  auto found = fill_from(chosen, surroundings.config, name);
  if (found.ok() && !*found) found = fill_from(chosen, surroundings.user_file, name);
  if (!found.ok()) return found.trouble();
  if (!name.empty() && !*found) {
    return Trouble{Exit::not_found, "no context \"" + name + "\"; see: depops context list"};
  }
  if (chosen.hub.empty()) {
    return Trouble{Exit::usage,
                   "no hub is known; name one with --hub URL, DEPOPS_HUB, or: depops context set NAME --hub URL "
                   "--token-file FILE --use"};
  }
  return chosen;
}

Answer<std::string> read_token(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::string token(kTokenMax, '\0');
  if (!stream) return system_trouble(path, "read the token file");
  stream.read(token.data(), static_cast<std::streamsize>(token.size()));
  token.resize(static_cast<std::size_t>(stream.gcount()));
  token.resize(std::min(token.size(), token.find_first_of("\r\n")));
  if (token.empty()) return Trouble{Exit::forbidden, path + ": holds no token in its first line"};
  if (token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=") !=
      std::string::npos) {
    return Trouble{Exit::forbidden, path + ": what stands in its first line is no token"};
  }
  return token;
}

}  // namespace depops::hub::cli
