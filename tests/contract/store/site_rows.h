#pragma once

#include "hub/ports/store.h"

namespace depops::tests {

// One of everything that people signed, and of what sites are; for one_of_everything().
void add_trust(hub::Changeset& changes);
void add_joining(hub::Changeset& changes);
void add_identity(hub::Changeset& changes);
void add_health(hub::Changeset& changes);

}  // namespace depops::tests
