// The outline of a DICOM file, walked element by element (PS3.5, section 7): GDCM pads pixel data
// that a broken transfer cut off, and only says so on the terminal. Inside data/ only.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace myoseg {

struct DicomOutline {
  std::string sop_class;  // what kind of object it is; "" without a file header
  bool complete = true;   // false: it ends before its pixel data do, or these are too short
};

[[nodiscard]] DicomOutline outline_dicom(std::span<const std::byte> bytes);

}  // namespace myoseg
