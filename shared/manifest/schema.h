#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shared/manifest/diagnostic.h"
#include "shared/manifest/node.h"

// A JSON Schema 2020-12 checker for the words our schema uses, with errors made for people: place, cause, remedy.
namespace depops::manifest {

// What of `document` the schema refuses, at most 100 entries. Two words are ours and annotations to everybody else:
// minDuration and maxDuration bound a text that is a duration.
std::vector<Diagnostic> check(const Node& schema, const Node& document, const std::string& file);

// The same by one definition of the schema ("series"). Pre: there is one of that name.
std::vector<Diagnostic> check_as(const Node& schema, std::string_view definition, const Node& document,
                                 const std::string& file);

// Words in `schema` that check() would pass over in silence, with their path. Empty for a schema to rely on.
std::vector<std::string> unknown_keywords(const Node& schema);

}  // namespace depops::manifest
