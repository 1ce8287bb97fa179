#pragma once

#include <memory>
#include <string>

#include "agent/ports/router.h"
#include "shared/base/result.h"
#include "shared/ports/clock.h"

// A router that divides nothing: somebody else balances, who reads from a file which endpoints may get requests.
namespace depops::agent {

// The file's content: all endpoints that may get new requests, by service and set.
std::string endpoints_text(const RouterOrders& orders);

// What can be known without asking the balancer: which endpoints were written. Nobody is known to be without requests.
RouterFacts endpoints_facts(const RouterOrders& orders);

// Keeps the file at `path`. `clock` must outlive the router.
std::unique_ptr<Router> make_endpoints_file(std::string path, const ports::Clock& clock);

}  // namespace depops::agent
