#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "shared/json/value.h"
#include "shared/signing/signing.h"

// Reading what came as JSON. Internal.
namespace depops::join {

inline constexpr std::uint64_t kNumberMax = std::uint64_t{1} << 62;  // as on the wire

// Reads members of one object; the first mistake is kept.
class Reader {
 public:
  explicit Reader(const json::Value& value) : value_(value) {}

  std::string text(const char* name, std::size_t most, bool needed = true) {
    known_.emplace_back(name);
    const json::Value& member = value_[name];
    if (member.is_null() && !needed) return {};
    if (!member.is_string() || member.as_string().size() > most || (needed && member.as_string().empty()))
      complain(name, "must be a text of 1 to " + std::to_string(most) + " characters");
    return member.as_string().substr(0, most);
  }
  std::uint64_t number(const char* name) {
    known_.emplace_back(name);
    const json::Value& member = value_[name];
    const bool whole = member.is_integer() && member.as_int() >= 0 && member.as_uint() <= kNumberMax;
    if (!whole) complain(name, "must be a whole number of at most 2^62");
    return whole ? member.as_uint() : 0;
  }
  template <typename Name>
  Name name(const char* member) {
    Name out(text(member, 63));
    if (!is_name(out.str())) complain(member, "is not a name: a-z, 0-9 and inner '-'");
    return out;
  }
  std::string bytes(const char* name, std::size_t most, bool needed = true) {
    auto read = signing::from_base64(text(name, most, needed));
    if (!read) complain(name, "must be base64");
    return read ? std::move(read).value() : std::string();
  }
  signing::PublicKey key(const char* name) {
    auto read = signing::public_key_of(text(name, 200));
    if (!read) complain(name, "must be an Ed25519 key: depops-ed25519-public BASE64");
    return read ? read.value() : signing::PublicKey();
  }
  // None if it is not there.
  std::vector<std::string> texts(const char* name, std::size_t most, std::size_t most_each) {
    known_.emplace_back(name);
    std::vector<std::string> found;
    const auto& items = value_[name].items();
    const auto fits = [&](const json::Value& item) {
      return item.is_string() && !item.as_string().empty() && item.as_string().size() <= most_each;
    };
    if (items.size() > most || !std::ranges::all_of(items, fits)) complain(name, "must be a short list of texts");
    for (const json::Value& item : items)
      if (trouble_.empty()) found.push_back(item.as_string());
    return found;
  }
  void complain(const char* name, const std::string& what) {
    if (trouble_.empty()) trouble_ = std::string(name) + " " + what;
  }
  Result<void> finish(bool strict) {
    if (!value_.is_object()) trouble_ = "must be a JSON object";
    for (const auto& [member, value] : value_.members())
      if (strict && std::ranges::find(known_, member) == known_.end() && trouble_.empty())
        trouble_ = "unknown member '" + member.substr(0, 40) + "'";
    return trouble_.empty() ? Result<void>() : Error{Errc::invalid, trouble_};
  }

 private:
  const json::Value& value_;
  std::vector<std::string> known_;
  std::string trouble_;
};

}  // namespace depops::join
