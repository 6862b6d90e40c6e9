// Voxels of one element type with their place in the patient (LPS, mm).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace myoseg {

// How a NIfTI header places its grid: two forms that may disagree, of which programs prefer one or
// the other (nifti1.h). Kept beside the grid so that a map of a scan can say them as the scan does.
struct NiftiForms {
  std::array<float, 4> pixdim{};  // handedness of the qform, then voxel sizes
  int space_unit = 0;             // 1 m, 2 mm, 3 micrometre, 0 not said
  int qform_code = 0, sform_code = 0;
  std::array<float, 3> quatern{}, qoffset{};
  std::array<float, 12> srow{};  // three rows of four
};

// Where the pixel size of an image comes from: files of radiographs and pictures may not state it.
enum class PixelSize : std::uint8_t {
  stated,     // by the file, or by whoever gave the image
  corrected,  // the detector's, divided by the magnification that the file states
  detector,   // the detector's; the body's is smaller by a magnification that the file does not say
  unknown,    // nobody states it: spacing is 1 and means nothing, so nothing is measured in mm
};

// A regular grid; everything in x, y, z order. Voxel (i,j,k) lies at origin + direction * (spacing
// * (i,j,k)).
struct Geometry {
  std::array<std::int64_t, 3> size{0, 0, 0};
  std::array<double, 3> spacing{1, 1, 1};  // mm
  std::array<double, 3> origin{0, 0, 0};   // mm, centre of voxel (0,0,0), LPS
  std::array<double, 9> direction{
      1, 0, 0, 0, 1, 0, 0, 0, 1};  // row-major; columns are the axes' unit vectors, LPS

  std::optional<NiftiForms> forms;  // of the file that was read; the grid is what counts
  PixelSize pixel_size = PixelSize::stated;

  [[nodiscard]] std::int64_t voxels() const { return size[0] * size[1] * size[2]; }
  [[nodiscard]] bool has_pixel_size() const { return pixel_size != PixelSize::unknown; }
  [[nodiscard]] double voxel_mm3() const { return spacing[0] * spacing[1] * spacing[2]; }
};

// Empty when both describe the same grid, else the first difference ("spacing 1 x 1 x 5 against 1 x
// 1 x 3 mm"). Tolerances: spacing and direction 1e-3, origin 1e-2 voxel. Where one of them has no
// pixel size, the number of voxels decides alone.
[[nodiscard]] std::string difference(const Geometry& a, const Geometry& b);

// Voxels begin <= (x,y,z) < end of a grid; empty when begin == end.
struct Box {
  std::array<std::int64_t, 3> begin{0, 0, 0}, end{0, 0, 0};

  [[nodiscard]] std::array<std::int64_t, 3> size() const {
    return {end[0] - begin[0], end[1] - begin[1], end[2] - begin[2]};
  }
  [[nodiscard]] std::int64_t voxels() const {
    const auto s = size();
    return s[0] * s[1] * s[2];
  }
};

// [C,Z,Y,X], x fastest.
template <class T>
struct Volume {
  Geometry geometry;
  int channels = 1;
  std::vector<T> voxels;

  Volume() = default;
  Volume(Geometry g, int c, T fill = {})
      : geometry(g), channels(c), voxels(static_cast<std::size_t>(g.voxels() * c), fill) {}

  [[nodiscard]] std::size_t index(std::int64_t x, std::int64_t y, std::int64_t z, int c = 0) const {
    const auto& s = geometry.size;
    return static_cast<std::size_t>(((c * s[2] + z) * s[1] + y) * s[0] + x);
  }
  [[nodiscard]] T& at(std::int64_t x, std::int64_t y, std::int64_t z, int c = 0) {
    return voxels[index(x, y, z, c)];
  }
  [[nodiscard]] const T& at(std::int64_t x, std::int64_t y, std::int64_t z, int c = 0) const {
    return voxels[index(x, y, z, c)];
  }
  [[nodiscard]] std::int64_t slice_voxels() const { return geometry.size[0] * geometry.size[1]; }
};

using Image = Volume<float>;            // HU after rescaling
using LabelMap = Volume<std::uint8_t>;  // label values 0..255

// "(x, y, z)" of the voxel at an index of one channel.
[[nodiscard]] std::string voxel_text(const Geometry& grid, std::size_t index);

}  // namespace myoseg
