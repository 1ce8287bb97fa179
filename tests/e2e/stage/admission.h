#pragma once

#include "tests/e2e/stage/site.h"

namespace depops::stage {

// Whether the broker lets in who shows the certificate that the site got when it joined.
bool is_let_in(const Broker& broker, const Site& site);

}  // namespace depops::stage
