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
};

template <typename Provider>
ReaderOf reader_of(std::unique_ptr<MetricReader> reader) {
  return {analysis::Provider(Provider{}).index(), std::move(reader)};
}

// `clock` must outlive the source. Pre: at most one reader per provider.
std::unique_ptr<MetricSource> make_sources(std::vector<ReaderOf> readers, const ports::Clock& clock);

}  // namespace depops::agent
