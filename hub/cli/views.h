#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hub/cli/table.h"

namespace depops::hub::cli {

// A kind of thing that `get` knows.
struct Kind {
  std::string plural;    // "sites"
  std::string singular;  // "site"
  std::string path;      // of the list in the API
  bool single = false;   // the API has one thing at path/NAME; else the list is searched
  View view;
};

const std::vector<Kind>& kinds();

// By plural, singular or short form ("env"), or null.
const Kind* kind_named(const std::string& word);

View environment_view();
View site_view();
View service_view();
View version_view();
View document_view(const std::string& kind);
View deployment_view();
View event_view();
View audit_view();
View apply_view();

// "2026-11-23T12:13:29.123Z" as "2026-11-23 12:13:29Z"; "" stays "".
std::string short_time(const json::Value& time);
// 93784000 ms as "1d2h3m4s"; below a second "345ms".
std::string short_span(const json::Value& milliseconds);

}  // namespace depops::hub::cli
