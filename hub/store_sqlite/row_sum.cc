#include "hub/store_sqlite/row_sum.h"

namespace depops::hub::store_sqlite {

// With its length, so that what moves from one column to the next changes the sum.
void RowSum::add(std::string_view value) {
  mix(kValue);
  mix(value.size());
  for (const char c : value) mix(static_cast<unsigned char>(c));
}

}  // namespace depops::hub::store_sqlite
