#pragma once

#include <string>
#include <vector>

#include "shared/json/value.h"

namespace depops::stage {

// deploy/kubernetes as somebody has it who brings an agent into a cluster: a copy, changed as its README says.
class Installation {
 public:
  explicit Installation(std::string folder);  // where the copy goes

  // Puts `is` in the place of each `was` in the file. Trouble if there is none.
  void edit(const std::string& file, const std::string& was, const std::string& is);

  std::vector<json::Value> objects(const std::string& file) const;
  // What `kubectl apply -k PART` sends: the objects of the files that its kustomization.yaml lists, in its namespace
  // and with its images. Trouble if that says something else, too.
  std::vector<json::Value> kustomized(const std::string& part) const;

 private:
  std::string folder_;
};

}  // namespace depops::stage
