// One ITK image reader's voxels as floats; shared by the ITK files of data/, included by no other.
#pragma once

#include <itkImageIOBase.h>

#include <span>
#include <string>

namespace myoseg::itk_io {

// Reads all voxels of `io`, whose header has been read, into `out`. Error(bad_data) naming `file`
// when there are more or fewer than `out` holds, when they cannot be decoded or are no real
// numbers.
void read_voxels(itk::ImageIOBase& io, const std::string& file, std::span<float> out);

}  // namespace myoseg::itk_io
