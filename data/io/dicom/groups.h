// What a file of several frames says of each (PS3.3, C.7.6.16: functional groups). Knows no
// library. Inside data/ only.
#pragma once

#include <cstddef>
#include <vector>

#include "data/io/dicom/item.h"

namespace myoseg {

// The functional groups of a file; none where it has no such sequences.
class FrameGroups {
 public:
  explicit FrameGroups(const DicomItem& file)
      : shared_(file.item(0x52009229)), own_(file.items(0x52009230)) {}
  // The first item of a group of one frame (counted from 0): its own, else the one that all frames
  // share; an empty one when there is none.
  [[nodiscard]] DicomItem of(std::size_t frame, std::uint32_t group) const {
    if (frame < own_.size() && own_[frame].has(group)) return own_[frame].item(group);
    return shared_.item(group);
  }
  [[nodiscard]] std::size_t frames() const { return own_.size(); }  // that have groups of their own

 private:
  DicomItem shared_;
  std::vector<DicomItem> own_;
};

}  // namespace myoseg
