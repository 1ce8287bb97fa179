#include "agent/kubernetes/manifests/edit.h"

#include <optional>

namespace depops::agent::kubernetes {
namespace {

json::Value edited(const json::Value& tree, const Way& way, std::size_t from, std::optional<json::Value> value) {
  if (from == way.size()) return value ? std::move(*value) : json::Value();
  const bool last = from + 1 == way.size();
  json::Value changed = json::Value::object();
  bool there = false;
  for (const auto& [name, old] : tree.members()) {
    if (name != way[from]) {
      changed.add(name, old);
      continue;
    }
    there = true;
    if (!last || value) changed.add(name, edited(old, way, from + 1, value));
  }
  if (!there && value) changed.add(way[from], edited(json::Value(), way, from + 1, std::move(value)));
  return changed;
}

}  // namespace

const json::Value& at(const json::Value& tree, const Way& way) {
  const json::Value* here = &tree;
  for (const std::string& name : way) here = &(*here)[name];
  return *here;
}

json::Value with(const json::Value& tree, const Way& way, json::Value value) {
  return edited(tree, way, 0, std::move(value));
}

json::Value without(const json::Value& tree, const Way& way) { return edited(tree, way, 0, std::nullopt); }

json::Value each(const json::Value& list, const std::function<json::Value(const json::Value&)>& change) {
  if (!list.is_array()) return list;
  json::Value changed = json::Value::array();
  for (const json::Value& item : list.items()) changed.push(change(item));
  return changed;
}

}  // namespace depops::agent::kubernetes
