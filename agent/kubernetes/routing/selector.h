#pragma once

#include "agent/kubernetes/routing/dialect.h"

// The selector of the Service in front of all versions, which can name one set. `look.object` is that Service.
namespace depops::agent::kubernetes {

SetId selected_in(const json::Value& service);  // empty: pods of all versions
Fields selector_fields(const SetId& set);

// Adds to the patch what makes the selector name `to`, or no set if it is empty. Whether there was anything to change.
bool patch_selector(const Look& look, const SetId& to, JsonPatch& patch);

// Error: no pod of `to` is ready while another one answers, so the selector stays where it is.
Result<void> may_select(const Look& look, const SetId& to);

// Whether every ready endpoint belongs to the set in the selector, and there is one if the set has any.
Standing selector_standing(const Look& look);

}  // namespace depops::agent::kubernetes
