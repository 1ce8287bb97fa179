#pragma once

#include "agent/journal_sqlite/sqlite_journal.h"
#include "agent/settings/settings.h"

namespace depops::agent {

// The journal works on the machine where it was made and on no other: a copy of it would speak for the same site. Error
// `conflict`: it woke up elsewhere; the text says how to go on. A machine without an identity is not compared.
Result<void> claim_journal(SqliteJournal& journal, const settings::Settings& settings);

}  // namespace depops::agent
