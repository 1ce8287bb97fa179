#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "shared/json/value.h"

namespace depops::test {

using Names = std::vector<std::string>;  // a way down into an object

const json::Value& at(const json::Value& tree, const Names& names);  // null if there is none
// The tree with the value there, or without it.
json::Value with(const json::Value& tree, const Names& names, std::optional<json::Value> value);

// Every value that is no object, by its way; lists are one value.
std::map<Names, json::Value> leaves_of(const json::Value& tree);

// RFC 7386.
json::Value merged(const json::Value& tree, const json::Value& patch);
// RFC 6902, without move and copy. Nothing: a test does not hold, or a path is not there.
std::optional<json::Value> patched(json::Value tree, const json::Value& patch);

// "app=web,tier in (a,b),!old"
bool selects(const std::string& selector, const json::Value& labels);

}  // namespace depops::test
