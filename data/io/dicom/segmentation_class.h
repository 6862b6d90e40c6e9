// The classes of DICOM objects that hold structures (PS3.4, B.5). Inside data/ only.
#pragma once

#include <string_view>

#include "data/io/dicom/file.h"

namespace myoseg {

inline constexpr const char* kSegmentationClass = "1.2.840.10008.5.1.4.1.1.66.4";
inline constexpr const char* kLabelMapSegmentationClass = "1.2.840.10008.5.1.4.1.1.66.7";
inline constexpr const char* kStructureSetClass = "1.2.840.10008.5.1.4.1.1.481.3";

// The object's own word before the file header's.
[[nodiscard]] inline std::string sop_class_of(const DicomFile& file) {
  const std::string own = file.text(0x00080016);
  return own.empty() ? file.text(0x00020002) : own;
}
[[nodiscard]] inline bool is_segmentation_class(std::string_view sop) {
  return sop == kSegmentationClass || sop == kLabelMapSegmentationClass;
}
[[nodiscard]] inline bool is_contour_class(std::string_view sop) {
  return sop == kStructureSetClass;
}

}  // namespace myoseg
