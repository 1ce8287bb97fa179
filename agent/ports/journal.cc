#include "agent/ports/journal.h"

#include <iterator>

namespace depops::agent {

void JournalBatch::append(JournalBatch later) {
  // Named one by one: whoever adds a member must say here what becomes of it.
  auto& [later_site, later_records, later_outbox, later_buried, later_desired, later_safe, later_trust] = later;
  if (later_site) site = later_site;
  records.insert(records.end(), later_records.begin(), later_records.end());
  outbox.insert(outbox.end(), std::make_move_iterator(later_outbox.begin()),
                std::make_move_iterator(later_outbox.end()));
  buried.insert(buried.end(), std::make_move_iterator(later_buried.begin()),
                std::make_move_iterator(later_buried.end()));
  if (later_desired) desired = std::move(later_desired);
  safe = safe && later_safe;
  if (later_trust) trust = std::move(later_trust);
}

}  // namespace depops::agent
