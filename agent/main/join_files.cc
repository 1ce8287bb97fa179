#include "agent/main/join_files.h"

#include <sys/stat.h>

#include <fstream>

#include "shared/join/join.h"

namespace depops::agent {
namespace {

std::string text_of(std::istream& from) {
  std::string text(join::kTokenMax + 2, '\0');
  from.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(from.gcount()));
  return text;
}

}  // namespace

Result<std::string> read_token(const std::string& path) {
  std::string text;
  if (path == "-") {
    std::ifstream input("/dev/stdin", std::ios::binary);
    text = text_of(input);
  } else {
    struct stat facts {};
    std::ifstream file(path, std::ios::binary);
    if (!file || ::stat(path.c_str(), &facts) != 0)
      return Error{Errc::not_found, path + ": can not be read; write the token that 'depops site enroll' made into it"};
    if ((facts.st_mode & 077) != 0)
      return Error{Errc::refused, path + ": others may read this token; set its mode to 0600"};
    text = text_of(file);
  }
  const std::size_t end = text.find_last_not_of(" \r\n\t");
  text.resize(end == std::string::npos ? 0 : end + 1);
  if (text.empty() || text.size() > join::kTokenMax || text.find_first_of(" \r\n\t") != std::string::npos)
    return Error{Errc::invalid, path + ": wanted is one word, the token that 'depops site enroll' made"};
  return text;
}

}  // namespace depops::agent
