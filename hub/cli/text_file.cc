#include "hub/cli/text_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>

namespace depops::hub::cli {

Answer<std::string> read_text_file(const std::string& path, std::size_t most) {
  std::ifstream file;
  errno = 0;
  if (path != "-") file.open(path, std::ios::binary);
  std::istream& stream = path == "-" ? std::cin : file;
  std::string text(most + 1, '\0');
  if (!stream || (!stream.read(text.data(), static_cast<std::streamsize>(text.size())) && stream.bad())) {
    return Trouble{Exit::error, path + ": can not be read: " + std::strerror(errno == 0 ? EIO : errno)};
  }
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > most) return Trouble{Exit::error, path + ": is larger than " + std::to_string(most) + " bytes"};
  return text;
}

}  // namespace depops::hub::cli
