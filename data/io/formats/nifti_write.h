// NIfTI-1 files written directly: many volumes a second, where ITK's compression would be the
// bottleneck, and with the two forms of the scan that a map belongs to.
#pragma once

#include <cstdint>
#include <filesystem>

#include "data/volume.h"

namespace myoseg {

// Writes `.nii.gz` (gzip at libdeflate's fastest level) or `.nii`, by the name, atomically. The
// grid is written in the NIfTI forms that it was read with, while these still place it, else as
// both qform and sform (scanner coordinates), so its axes must be at right angles. One channel
// only. Error(failed) when the disk refuses. Same voxels, same bytes.
void write_nifti(const std::filesystem::path& file, const Volume<std::int16_t>& image);
void write_nifti(const std::filesystem::path& file, const Image& image);
void write_nifti(const std::filesystem::path& file, const LabelMap& labels);

}  // namespace myoseg
