#pragma once

#include "shared/analysis/classify.h"
#include "shared/analysis/spec.h"
#include "shared/wire/intake.h"

namespace depops::wire {

template <typename Wire>
inline constexpr EnumRow<analysis::Direction, Wire> kDirectionRows[] = {
    {analysis::Direction::increase, static_cast<Wire>(1)},
    {analysis::Direction::decrease, static_cast<Wire>(2)},
    {analysis::Direction::either, static_cast<Wire>(3)},
};

template <typename Wire>
inline constexpr EnumRow<analysis::Effect, Wire> kEffectRows[] = {
    {analysis::Effect::mean_ratio, static_cast<Wire>(1)},
    {analysis::Effect::cles, static_cast<Wire>(2)},
};

template <typename Wire>
inline constexpr EnumRow<analysis::NoDataPolicy, Wire> kNoDataRows[] = {
    {analysis::NoDataPolicy::inconclusive, static_cast<Wire>(0)},
    {analysis::NoDataPolicy::fail, static_cast<Wire>(1)},
    {analysis::NoDataPolicy::pass, static_cast<Wire>(2)},
};

template <typename Wire>
inline constexpr EnumRow<analysis::WorkloadCount, Wire> kCountRows[] = {
    {analysis::WorkloadCount::restarts, static_cast<Wire>(1)},
    {analysis::WorkloadCount::unready, static_cast<Wire>(2)},
    {analysis::WorkloadCount::flaps, static_cast<Wire>(3)},
};

}  // namespace depops::wire
