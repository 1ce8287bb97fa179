#include "hub/store_sqlite/value_json.h"

namespace depops::hub::store_sqlite {

json::Value to_json(const std::map<std::string, std::string>& values) {
  json::Value out = json::Value::object();
  for (const auto& [name, text] : values) out.add(name, json::Value(text));
  return out;
}

void from_json(const json::Value& json, std::map<std::string, std::string>& out) {
  out.clear();
  for (const auto& [name, text] : json.members()) out[name] = text.as_string();
}

}  // namespace depops::hub::store_sqlite
