#include "tests/vectors/replicas.h"

#include "shared/rollout/amount.h"

namespace depops::test {

Result<rollout::CountOrPercent> amount_at(const Poco::JSON::Object& row, const std::string& key) {
  if (absent(row, key)) return rollout::CountOrPercent{0, false};
  return rollout::parse_amount(row.get(key).toString());
}

}  // namespace depops::test
