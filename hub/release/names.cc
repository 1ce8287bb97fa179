#include "hub/release/reason.h"
#include "hub/release/registry.h"

namespace depops::hub {

const char* name_of(Tier tier) noexcept {
  switch (tier) {
    case Tier::development:
      return "development";
    case Tier::staging:
      return "staging";
    case Tier::production:
      return "production";
  }
  return "?";
}

std::optional<Tier> tier_named(const std::string& text) noexcept {
  for (const Tier tier : {Tier::development, Tier::staging, Tier::production})
    if (text == name_of(tier)) return tier;
  return std::nullopt;
}

std::string sentence_of(const Reasons& reasons) {
  std::string all;
  for (const Reason& reason : reasons) {
    if (!all.empty()) all += "; ";
    all += reason.what;
  }
  return all;
}

}  // namespace depops::hub
