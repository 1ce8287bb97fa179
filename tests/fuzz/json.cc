#include "shared/json/parse.h"
#include "shared/json/utf8.h"
#include "shared/json/write.h"
#include "tests/fuzz/target.h"

// JSON from people, services and clusters.
namespace depops::fuzz {
namespace {

using json::Value;

bool same(const Value& a, const Value& b);

bool same_members(const Value::Object& a, const Value::Object& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].first != b[i].first || !same(a[i].second, b[i].second)) return false;
  }
  return true;
}

bool same_items(const Value::Array& a, const Value::Array& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!same(a[i], b[i])) return false;
  }
  return true;
}

// Numbers are the same by what they amount to: 1e2 is written as 100.
bool same(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) return a.as_double() == b.as_double() && a.as_int() == b.as_int();
  if (a.is_object() && b.is_object()) return same_members(a.members(), b.members());
  if (a.is_array() && b.is_array()) return same_items(a.items(), b.items());
  return a == b;
}

void judge_text(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = json::utf8_length(text);
    DEPOPS_CHECK(length > 0);
    text.remove_prefix(length);
  }
}

// No name twice, nothing but UTF-8, and not so deep that whoever walks it runs out of stack.
void judge_value(const Value& value, int depth) {
  DEPOPS_CHECK(depth <= 65);
  judge_text(value.as_string());
  for (const Value& item : value.items()) judge_value(item, depth + 1);
  for (const auto& [name, member] : value.members()) {
    judge_text(name);
    DEPOPS_CHECK(value.find(name) == &member);
    judge_value(member, depth + 1);
  }
}

}  // namespace

bool judge(std::string_view bytes) {
  const auto value = json::parse(bytes);
  if (!value.ok()) {
    DEPOPS_CHECK(!value.error().what.empty());
    return false;
  }
  judge_value(value.value(), 0);
  const std::string text = json::write(value.value());
  const auto again = json::parse(text);
  if (!again.ok()) std::fprintf(stderr, "%s: %s\n", text.c_str(), again.error().what.c_str());
  DEPOPS_CHECK(again.ok());
  DEPOPS_CHECK(same(again.value(), value.value()));
  return true;
}

std::vector<Seed> seeds() {
  std::vector<Seed> all;
  all.push_back({"kinds", R"({"a":[1,-2,18446744073709551615,-9223372036854775808,0.5,1e-7,true,false,null],)"
                          R"("b":{"c":"\"\\\n\u0001é😀\ud83d\ude00"},"d":[],"e":{}})"});
  all.push_back({"zero_in_text", R"(["a\u0000b",{"a":"\u0000"}])"});
  all.push_back({"zero_in_name", R"({"a\u0000b":1,"a":2})", false});
  all.push_back({"envelope", R"({"payloadType":"t","payload":"YQ==","signatures":[{"keyid":"k","sig":"YQ=="}]})"});
  all.push_back({"deep", std::string(60, '[') + "1" + std::string(60, ']')});
  all.push_back({"name_twice", R"({"a":1,"b":{},"a":2})", false});
  all.push_back({"half_a_pair", R"("\ud83d")", false});
  return all;
}

}  // namespace depops::fuzz
