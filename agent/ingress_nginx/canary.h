#pragma once

#include <optional>

#include "agent/kubernetes/routing/dialect.h"

// The Ingress of ours that takes a part of the requests of somebody's Ingress. Source of the annotations:
// kubernetes.github.io/ingress-nginx, "Annotations", Canary.
namespace depops::agent::ingress_nginx {

inline constexpr std::uint32_t kWeightTotal = 100;

struct Canary {
  SetId set;                 // what it leads to
  std::uint32_t weight = 0;  // of kWeightTotal
  SetId base;                // whom it takes the requests from
  std::string header{};      // requests with this header and this value are its own, whatever its weight; empty: none
  std::string value{};
  bool operator==(const Canary&) const = default;
};

kubernetes::ObjectName canary_name(const ServiceName& service);

// What is read of one. `backend` may be no set when somebody else has changed it.
struct CanarySeen {
  std::string backend;
  std::uint64_t weight = 0;
  std::uint64_t total = kWeightTotal;
  SetId base;
  std::string header;
  std::string value;
};
CanarySeen read_canary(const json::Value& ingress);

// Its spec: hosts, paths, TLS and class of all in `front` that leads to the Service of the binding, in the words of the
// API version that `front` is written in. Error: nothing there leads to it, or `front` is a canary itself.
Result<json::Value> canary_spec(const json::Value& front, const kubernetes::Binding& binding, const SetId& set);

// What stands in it of ours, from the object or from what it is to be.
kubernetes::Fields fields_in(const json::Value& ingress);
kubernetes::Fields fields_of(const Canary& canary, const json::Value& spec, const json::Value& front,
                             const ServiceName& service);
std::vector<std::string> place_of(const std::string& field);  // within the Ingress: {"spec", "rules"}

// Without its kind.
json::Value canary_object(const Canary& canary, const json::Value& spec, const json::Value& front,
                          const kubernetes::Look& look);

// What makes the one that is there so, behind a test that it is as it was read. Whether there is anything to change is
// known from the fields.
kubernetes::JsonPatch canary_patch(const Canary& canary, const json::Value& spec, const json::Value& front,
                                   const json::Value& own);

}  // namespace depops::agent::ingress_nginx
