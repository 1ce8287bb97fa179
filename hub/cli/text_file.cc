#include "hub/cli/text_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>

namespace depops::hub::cli {
namespace {

Answer<bool> write_file(const std::string& path, const std::string& bytes, const char* mode) {
  errno = 0;
  std::FILE* file = std::fopen(path.c_str(), mode);
  bool written = file != nullptr && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  if (file != nullptr) written = std::fclose(file) == 0 && written;
  if (written) return true;
  return Trouble{Exit::error, path + ": can not be written: " + std::strerror(errno == 0 ? EIO : errno)};
}

}  // namespace

Answer<bool> write_new_file(const std::string& path, const std::string& bytes) {
  auto written = write_file(path, bytes, "wbx");
  if (written.ok() || errno != EEXIST) return written;
  return Trouble{Exit::error, path + ": is there already and is never replaced; choose another name"};
}

Answer<bool> replace_file(const std::string& path, const std::string& bytes) {
  const std::string fresh = path + ".new";
  const auto written = write_file(fresh, bytes, "wb");
  if (!written.ok()) return written.trouble();
  if (std::rename(fresh.c_str(), path.c_str()) == 0) return true;
  return Trouble{Exit::error, path + ": can not be replaced: " + std::strerror(errno)};
}

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
