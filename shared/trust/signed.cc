#include "shared/trust/signed.h"

#include <algorithm>

namespace depops::trust {
namespace {

const Holder* signer_of(const Signed& document, const Signature& signature, const std::vector<Holder>& holders,
                        Verifies verifies) {
  const auto hinted = [&](const Holder& holder) { return holder.key.id == signature.hint; };
  const auto holds = [&](const Holder& holder) {
    return verifies(document.type, document.body, signature.bytes, holder.key);
  };
  const auto first = std::ranges::find_if(holders, hinted);
  if (first != holders.end() && holds(*first)) return &*first;
  const auto any = std::ranges::find_if(holders, holds);
  return any == holders.end() ? nullptr : &*any;
}

}  // namespace

bool Scope::holds(const EnvironmentName& environment) const {
  return everywhere || std::ranges::find(environments, environment) != environments.end();
}

std::vector<const Holder*> signers(const Signed& document, const std::vector<Holder>& holders, Verifies verifies) {
  std::vector<const Holder*> found;
  if (document.signatures.size() > kSignaturesMax) return found;
  for (const Signature& signature : document.signatures) {
    const Holder* holder = signer_of(document, signature, holders, verifies);
    if (holder != nullptr && std::ranges::find(found, holder) == found.end()) found.push_back(holder);
  }
  return found;
}

std::vector<Person> people(const std::vector<const Holder*>& holders) {
  std::vector<Person> found;
  for (const Holder* holder : holders) found.push_back(holder->person);
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace depops::trust
