#include "agent/settings/yaml_file.h"

#include <yaml-cpp/yaml.h>

#include <filesystem>

namespace depops::agent::settings {
namespace {

constexpr std::uintmax_t kFileMax = 1U << 20;

}  // namespace

Error misread(const std::string& path, const YAML::Exception& exception) {
  return {Errc::invalid, path + ":" + std::to_string(exception.mark.line + 1) + ":" +
                             std::to_string(exception.mark.column + 1) + ": " + exception.msg};
}

Result<YAML::Node> load_yaml(const std::string& path, const std::string& remedy) {
  std::error_code failure;
  const std::uintmax_t size = std::filesystem::file_size(path, failure);
  if (failure) return Error{Errc::not_found, "settings " + path + ": " + failure.message() + "; " + remedy};
  if (size > kFileMax) return Error{Errc::invalid, "settings " + path + ": larger than 1 MiB"};
  try {
    return YAML::LoadFile(path);
  } catch (const YAML::Exception& exception) {
    return misread(path, exception);
  }
}

}  // namespace depops::agent::settings
