#include "agent/kubernetes/routing/dialect.h"

namespace depops::agent::kubernetes {

JsonPatch fenced(const json::Value& object) {
  JsonPatch patch;
  patch.test("/metadata/resourceVersion", object["metadata"]["resourceVersion"]);
  return patch;
}

}  // namespace depops::agent::kubernetes
