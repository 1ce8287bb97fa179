#pragma once

#include <optional>
#include <string>

#include "hub/ports/records.h"
#include "shared/rollout/report.h"

namespace depops::hub {

// Notices are most of what a site writes, and the line of a notice says all of it. So its entry is kept with the line
// only if what the line says is not, byte for byte, the entry: a newer site may know of more.

std::string text_of(const rollout::Notice& notice);

// The notice that the line of the event log stands for. None: the line stands for something else, or for a kind that
// can not be told from its text.
std::optional<rollout::Notice> notice_of(const EventRow& row);

}  // namespace depops::hub
