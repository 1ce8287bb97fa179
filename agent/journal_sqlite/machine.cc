#include "agent/journal_sqlite/sqlite_journal.h"

namespace depops::agent {

Result<void> SqliteJournal::claim(const std::string& machine) {
  DEPOPS_TRY(auto* query, db_.cached("SELECT machine FROM site WHERE id = 1"));
  DEPOPS_TRY(const bool row, query->step());
  const std::string owner = row ? query->string(0) : "";
  query->reset();
  if (owner == machine) return {};
  if (!owner.empty())
    return Error{Errc::conflict, db_.path() + " belongs to machine " + owner.substr(0, 12) + ", this is machine " +
                                     machine.substr(0, 12)};
  DEPOPS_TRY(auto* put, db_.cached("UPDATE site SET machine = ? WHERE id = 1"));
  return put->run(machine);
}

}  // namespace depops::agent
