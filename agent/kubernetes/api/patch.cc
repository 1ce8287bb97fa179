#include "agent/kubernetes/api/patch.h"

#include <utility>

namespace depops::agent::kubernetes {

std::string pointer_of(const std::vector<std::string>& names) {
  std::string pointer;
  for (const std::string& name : names) {
    pointer += '/';
    for (const char c : name)
      pointer += c == '~' ? std::string("~0") : c == '/' ? std::string("~1") : std::string(1, c);
  }
  return pointer;
}

JsonPatch& JsonPatch::change(const char* operation, const std::string& pointer, json::Value value) {
  json::Value change;
  change.add("op", operation).add("path", pointer).add("value", std::move(value));
  changes_.push(std::move(change));
  return *this;
}

JsonPatch& JsonPatch::test(const std::string& pointer, json::Value value) {
  tests_ = true;
  return change("test", pointer, std::move(value));
}

JsonPatch& JsonPatch::add(const std::string& pointer, json::Value value) {
  return change("add", pointer, std::move(value));
}

JsonPatch& JsonPatch::replace(const std::string& pointer, json::Value value) {
  return change("replace", pointer, std::move(value));
}

JsonPatch& JsonPatch::remove(const std::string& pointer) {
  json::Value change;
  change.add("op", "remove").add("path", pointer);
  changes_.push(std::move(change));
  return *this;
}

}  // namespace depops::agent::kubernetes
