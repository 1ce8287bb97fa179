#include "agent/fetch/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <set>

namespace depops::fetch {
namespace {

struct Free {
  void operator()(archive* reader) const { ::archive_read_free(reader); }
};

Error refuse(const std::string& path, const std::string& why) {
  return {Errc::invalid, "artifact entry \"" + path.substr(0, 200) + "\" " + why};
}

// The path as it may be used below the folder; empty for the folder itself.
Result<std::string> safe_path(const std::string& path) {
  if (path.empty()) return refuse(path, "has no name");
  if (path[0] == '/') return refuse(path, "is an absolute path; pack relative ones");
  std::string clean;
  for (const auto& part : std::filesystem::path(path)) {
    if (part == "..") return refuse(path, "leaves the artifact; pack paths without ..");
    if (part == "." || part.empty()) continue;
    clean += (clean.empty() ? "" : "/") + part.string();
  }
  return clean;
}

Result<void> copy_data(archive* reader, const std::string& name, int fd, std::uint64_t& left) {
  char buffer[65536];
  for (;;) {
    const la_ssize_t got = ::archive_read_data(reader, buffer, sizeof buffer);
    if (got == 0) return {};
    if (got < 0) return refuse(name, std::string("can not be read: ") + ::archive_error_string(reader));
    const auto count = static_cast<std::uint64_t>(got);
    if (count > left) return refuse(name, "makes the artifact larger than this site allows when unpacked");
    left -= count;
    if (::write(fd, buffer, count) != got) {
      return Error{errno == ENOSPC ? Errc::exhausted : Errc::unavailable,
                   "cannot write " + name + ": " + ::strerror(errno)};
    }
  }
}

Result<void> unpack_file(archive* reader, archive_entry* entry, const std::string& dir, const std::string& name,
                         std::uint64_t& left) {
  const std::string path = dir + "/" + name;
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  const mode_t mode = (::archive_entry_perm(entry) & 0100) != 0 ? 0755 : 0644;
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
  if (fd < 0) return Error{Errc::unavailable, "cannot write " + path + ": " + ::strerror(errno)};
  Result<void> done = copy_data(reader, name, fd, left);
  if (done.ok() && ::fsync(fd) != 0) done = Error{Errc::unavailable, "cannot write " + path + ": " + ::strerror(errno)};
  ::close(fd);
  return done;
}

Result<void> unpack_entry(archive* reader, archive_entry* entry, const std::string& dir, std::set<std::string>& names,
                          std::uint64_t& left) {
  const char* raw = ::archive_entry_pathname(entry);
  const std::string path = raw == nullptr ? "" : raw;
  DEPOPS_TRY(const std::string name, safe_path(path));
  const auto type = ::archive_entry_filetype(entry);
  if (::archive_entry_hardlink(entry) != nullptr || (type != AE_IFREG && type != AE_IFDIR)) {
    return refuse(path, "is neither a file nor a folder; links and devices are not taken");
  }
  if (name.empty()) return {};
  if (!names.insert(name).second) return refuse(path, "is there twice");
  if (type == AE_IFREG) return unpack_file(reader, entry, dir, name, left);
  std::error_code error;
  std::filesystem::create_directories(dir + "/" + name, error);
  if (error) return Error{Errc::unavailable, "cannot make " + dir + "/" + name + ": " + error.message()};
  return {};
}

}  // namespace

Result<void> unpack(const std::string& file, const std::string& dir, const UnpackLimits& limits) {
  const std::unique_ptr<archive, Free> reader(::archive_read_new());
  ::archive_read_support_format_tar(reader.get());
  ::archive_read_support_filter_gzip(reader.get());
  ::archive_read_support_filter_xz(reader.get());
  ::archive_read_support_filter_zstd(reader.get());
  if (::archive_read_open_filename(reader.get(), file.c_str(), 65536) != ARCHIVE_OK) {
    return Error{Errc::invalid, std::string("the artifact is no tar: ") + ::archive_error_string(reader.get())};
  }
  std::set<std::string> names;
  std::uint64_t left = limits.max_bytes;
  for (archive_entry* entry = nullptr;;) {
    const int code = ::archive_read_next_header(reader.get(), &entry);
    if (code == ARCHIVE_EOF) return {};
    if (code != ARCHIVE_OK) {
      return Error{Errc::invalid, std::string("the artifact is no whole tar: ") + ::archive_error_string(reader.get())};
    }
    if (names.size() >= limits.max_entries) {
      return Error{Errc::invalid, "the artifact has more than " + std::to_string(limits.max_entries) + " entries"};
    }
    DEPOPS_TRY_VOID(unpack_entry(reader.get(), entry, dir, names, left));
  }
}

}  // namespace depops::fetch
