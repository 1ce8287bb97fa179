#pragma once

#include "shared/rollout/plan.h"
#include "shared/wire/intake.h"

namespace depops::wire {

// The numbers are those of plan.proto; a template, so that this header needs no generated class. Internal.
template <typename Wire>
inline constexpr EnumRow<rollout::ReleaseKind, Wire> kReleaseKindRows[] = {
    {rollout::ReleaseKind::forward, static_cast<Wire>(1)},
    {rollout::ReleaseKind::rollback, static_cast<Wire>(2)},
};

template <typename Wire>
inline constexpr EnumRow<rollout::RollbackScope, Wire> kRollbackScopeRows[] = {
    {rollout::RollbackScope::site, static_cast<Wire>(1)},
    {rollout::RollbackScope::wave, static_cast<Wire>(2)},
    {rollout::RollbackScope::all, static_cast<Wire>(3)},
};

template <typename Wire>
inline constexpr EnumRow<rollout::RouteKey, Wire> kRouteKeyRows[] = {
    {rollout::RouteKey::header, static_cast<Wire>(1)},
    {rollout::RouteKey::cookie, static_cast<Wire>(2)},
};

template <typename Wire>
inline constexpr EnumRow<rollout::OnFailure, Wire> kOnFailureRows[] = {
    {rollout::OnFailure::rollback, static_cast<Wire>(1)},
    {rollout::OnFailure::hold, static_cast<Wire>(2)},
    {rollout::OnFailure::ask, static_cast<Wire>(3)},
};

}  // namespace depops::wire
