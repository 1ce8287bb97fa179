#pragma once

#include <cstdint>

namespace depops::simulation {

// Planted bugs: each breaks one promise of the code around the agent or of the agent's memory. The simulation must find
// every one of them; production code knows nothing of them.
enum class Bug : std::uint8_t {
  none,
  act_before_commit,       // effects are carried out before the commit that orders them
  release_undrained,       // instances are stopped with requests under way
  weight_before_capacity,  // the target gets requests before it has instances
  shrink_early,            // stable gives up its instances while it has requests
  believe_stale_facts,     // facts read before the newest orders count as read after them
  reuse_order_numbers,     // the numbers of orders are not remembered over a restart
  forget_floor,            // the accepted generation is not remembered over a restart
  forget_pauses,           // pauses are not remembered over a restart
  forget_commands,         // answered commands are not remembered over a restart
  lose_outbox_row,         // an entry of a stream is not written now and then
  trust_wall_clock,        // durations follow the wall clock
  hub_act_before_commit,   // the hub acknowledges and answers before its commit
  hub_lose_commit,         // a commit of the hub is reported and not kept, now and then
  keep_routes,             // forced routes stay in the router when they are ordered no more
  forget_size,             // what a service was scaled to is not remembered over a restart
  shrink_with_requests,    // half of the instances that a set's share needs are taken away
  believe_in_weights,      // a router that divides nothing is taken for one that does
  double_approvals,        // each approval is there twice after a restart
  repeat_lost_hooks,       // a hook that ran when the agent died begins anew
  forget_hooks,            // hooks that were done are not remembered over a restart
  lose_companions,         // a version is run without what belongs beside it
  hide_generation,         // a site says that it holds less than it does
  no_tokens,               // a Hello is answered without a session token: two hosts can not be told apart
  lose_reserve,            // entries that were acknowledged once are gone, and nobody says so
  coalesce_terminal,       // how a rollout ended is left out of the stream like progress
  coalesce_sent,           // what was sent is replaced by a tombstone, now and then
  believe_the_clock,       // what the machine's clock shows counts as the hub's word
};
inline constexpr int kBugs = 28;  // `none` included

const char* name_of(Bug bug) noexcept;

}  // namespace depops::simulation
