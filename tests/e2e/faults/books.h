#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/e2e/faults/ledger.h"

namespace depops::faults {

// The sites' entries by stream (1 events, 2 audit) and number.
using Entries = std::map<std::pair<int, std::uint64_t>, std::string>;

// What a site has in its journal: read from a copy, for an agent shares the file with nobody.
struct SiteBook {
  Entries entries;
  std::map<std::string, std::uint64_t> heights;  // generation, hub epoch, session, trusted time
};
SiteBook read_site_book(stage::Site& site);

// What the hub has in its database about one site, and what is wrong with that in itself: a number twice.
struct HubBook {
  Entries entries;
  std::map<std::string, std::uint64_t> heights;
  Complaints complaints;
};
HubBook read_hub_book(const std::string& database, const std::string& site);

// Everything a site still holds is at the hub, byte for byte; what the hub has begins at 1 and has no gap.
Complaints compare(const std::string& site, const Entries& held, const Entries& at_hub);

// The hub's own log: leaf after leaf without a gap, each what its hash says; every checkpoint that is kept, or that a
// guard (a file of whoever signs; those that are there) says was signed, is over these leaves.
Complaints check_log(const std::string& database, const std::vector<std::string>& guards = {});
// The newest checkpoint is over all of them, as it is soon after the last one was written.
Complaints check_signed(const std::string& database);

}  // namespace depops::faults
