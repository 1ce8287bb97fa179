#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace depops::demo {

// What this version is and how it misbehaves. Read from ./demo.env (KEY=VALUE lines, part of the artifact, so that a
// version carries its own faults); the environment wins. FAULT_ENVIRONMENT limits the faults to one environment.
struct Faults {
  std::string version = "unknown";    // CHECKOUT_VERSION, else DEPOPS_VERSION
  double error_share = 0;             // ERROR_SHARE, 0..1: answered with status 500
  double reset_share = 0;             // RESET_SHARE, 0..1: the connection is reset instead of an answer
  std::uint32_t delay_ms = 0;         // DELAY_MS of each answer
  std::string address = "127.0.0.1";  // ADDRESS
  std::uint16_t port = 0;             // PORT
};

// Throws std::invalid_argument naming the variable, its value and what it may be.
Faults read_faults(const std::string& env_file);

}  // namespace depops::demo
