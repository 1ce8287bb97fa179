#pragma once

#include "hub/app/turn.h"

// What sites tell of their past.
namespace depops::hub {

// Into the history, with its own times. It never becomes what is believed of the site now.
void keep_past(Turn& turn, const SiteEntry& entry, const std::vector<sync::HealthSpan>& past);

}  // namespace depops::hub
