#pragma once

#include "shared/analysis/verdict.h"
#include "shared/rollout/report.h"
#include "shared/wire/intake.h"

namespace depops::wire {

// The numbers are those of report.proto; a template, so that this header needs no generated class. Internal.
template <typename Wire>
inline constexpr EnumRow<rollout::State, Wire> kStateRows[] = {
    {rollout::State::pending, static_cast<Wire>(1)},   {rollout::State::queued, static_cast<Wire>(2)},
    {rollout::State::waiting, static_cast<Wire>(3)},   {rollout::State::running, static_cast<Wire>(4)},
    {rollout::State::paused, static_cast<Wire>(5)},    {rollout::State::rolling_back, static_cast<Wire>(6)},
    {rollout::State::completed, static_cast<Wire>(7)}, {rollout::State::rolled_back, static_cast<Wire>(8)},
    {rollout::State::aborted, static_cast<Wire>(9)},   {rollout::State::cancelled, static_cast<Wire>(10)},
    {rollout::State::expired, static_cast<Wire>(11)},  {rollout::State::failed, static_cast<Wire>(12)},
};

template <typename Wire>
inline constexpr EnumRow<analysis::Outcome, Wire> kOutcomeRows[] = {
    {analysis::Outcome::pass, static_cast<Wire>(1)},         {analysis::Outcome::fail, static_cast<Wire>(2)},
    {analysis::Outcome::inconclusive, static_cast<Wire>(3)}, {analysis::Outcome::no_data, static_cast<Wire>(4)},
    {analysis::Outcome::error, static_cast<Wire>(5)},        {analysis::Outcome::terminated, static_cast<Wire>(6)},
};

}  // namespace depops::wire
