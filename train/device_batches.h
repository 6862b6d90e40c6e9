// A loader's batches on the device that trains, the next one copied there while it computes.
#pragma once

#include <cstdint>
#include <exception>
#include <optional>

#include "data/load/loader.h"
#include "models/runtime/side_stream.h"

namespace myoseg {

class DeviceBatches {
 public:
  DeviceBatches(Loader& loader, at::Device device) : loader_(loader), stream_(device) {}

  // As Loader::start_epoch(), without the first `skipped` batches.
  void start_epoch(std::int64_t epoch, std::int64_t skipped = 0);
  // As Loader::next(), with its errors, also those that prefetch() met.
  bool next(Batch& batch);
  // Takes the next batch from the loader and begins its copy; called when the device has been asked
  // for the step of the last one.
  void prefetch();
  // Seconds of this epoch in which the loader was waited for.
  [[nodiscard]] double waited() const { return waited_; }

 private:
  Loader& loader_;
  SideStream stream_;
  bool fetched_ = false;  // what follows is of the next batch
  std::optional<Batch> ahead_;
  std::exception_ptr error_;
  double waited_ = 0;
};

}  // namespace myoseg
