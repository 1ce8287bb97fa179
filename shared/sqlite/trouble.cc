#include "shared/sqlite/trouble.h"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>

namespace depops::sqlite {
namespace {

bool is_full(int system_errno) { return system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG; }

Error make(Errc code, const std::string& path, const std::string& cause, const char* remedy) {
  return {code, path + ": " + cause + "; " + remedy};
}

}  // namespace

Error trouble(sqlite3* handle, const std::string& path) {
  const int extended = sqlite3_extended_errcode(handle);
  const std::string cause = sqlite3_errmsg(handle);
  const int system_errno = sqlite3_system_errno(handle);
  switch (extended & 0xff) {
    case SQLITE_FULL:
      return make(Errc::exhausted, path, cause, "free space on this disk");
    case SQLITE_IOERR:
      if (is_full(system_errno)) return make(Errc::exhausted, path, cause, "free space on this disk");
      return make(Errc::internal, path, cause + " (" + std::strerror(system_errno) + ")", "check the disk");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return make(Errc::corrupt, path, cause, "restore the file from a backup");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return make(Errc::conflict, path, cause, "another process holds the file: stop it first");
    case SQLITE_CONSTRAINT:
      if (extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY) {
        return make(Errc::exists, path, cause, "read what is there");
      }
      return make(Errc::invalid, path, cause, "the row breaks a rule of the schema");
    case SQLITE_CANTOPEN:
      if (is_full(system_errno)) return make(Errc::exhausted, path, cause, "free space on this disk");
      return make(Errc::not_found, path, cause, "check that the directory exists and may be written");
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return make(Errc::refused, path, cause, "check the owner and mode of the file and its directory");
    case SQLITE_NOMEM:
      return make(Errc::exhausted, path, cause, "give the process more memory");
    case SQLITE_TOOBIG:
      return make(Errc::invalid, path, cause, "the value is too long");
    default:
      return make(Errc::internal, path, cause, "see the text of the cause");
  }
}

}  // namespace depops::sqlite
