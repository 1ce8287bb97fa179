#pragma once

#include <memory>
#include <vector>

#include "agent/ports/metric_reader.h"
#include "shared/ports/clock.h"

namespace depops::agent {

// The reader of one provider.
struct ReaderOf {
  std::size_t provider;  // its place in analysis::Provider
  std::unique_ptr<MetricReader> reader;
  std::size_t at_once = 1;  // so many metrics; more than one only for a reader that remembers nothing between two
};

template <typename Provider>
ReaderOf reader_of(std::unique_ptr<MetricReader> reader, std::size_t at_once = 1) {
  return {analysis::Provider(Provider{}).index(), std::move(reader), at_once};
}

// `clock` must outlive the source. Pre: at most one reader per provider.
std::unique_ptr<MetricSource> make_sources(std::vector<ReaderOf> readers, const ports::Clock& clock);

}  // namespace depops::agent
