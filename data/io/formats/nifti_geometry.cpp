// NIfTI's qform and sform as our geometry.
#include <fmt/format.h>

#include <cmath>

#include "core/error.h"
#include "data/io/formats/grid.h"
#include "data/io/formats/nifti.h"

namespace myoseg {
namespace {

double unit_in_mm(const NiftiHeader& header) {
  return header.space_unit == 1 ? 1000 : header.space_unit == 3 ? 1e-3 : 1;
}

// NIfTI's axes point right, anterior, superior; ours left, posterior, superior.
void turn_to_lps(Geometry& g) {
  for (std::size_t i = 0; i < 6; ++i) g.direction[i] = -g.direction[i];
  for (std::size_t i = 0; i < 2; ++i) g.origin[i] = -g.origin[i];
  for (double& d : g.direction) d += 0.0;  // no negative zeros
}

// Method 2 of nifti1.h: a rotation as a unit quaternion (a, b, c, d), z flipped by pixdim[0] < 0.
Geometry from_qform(const NiftiHeader& h, Geometry g) {
  const double b = h.quatern[0], c = h.quatern[1], d = h.quatern[2];
  const double rest = 1 - (b * b + c * c + d * d);
  // Float32 rounding of a rotation by 180 degrees leaves `rest` just below 0.
  const double scale = rest < 1e-7 ? 1 / std::sqrt(b * b + c * c + d * d) : 1;
  const double a = rest < 1e-7 ? 0 : std::sqrt(rest);
  const double x = b * scale, y = c * scale, z = d * scale;
  const double flip = h.pixdim[0] < 0 ? -1 : 1;
  g.direction = {a * a + x * x - y * y - z * z,
                 2 * (x * y - a * z),
                 2 * (x * z + a * y) * flip,
                 2 * (x * y + a * z),
                 a * a + y * y - x * x - z * z,
                 2 * (y * z - a * x) * flip,
                 2 * (x * z - a * y),
                 2 * (y * z + a * x),
                 (a * a + z * z - x * x - y * y) * flip};
  for (std::size_t i = 0; i < 3; ++i) g.origin[i] = h.qoffset[i] * unit_in_mm(h);
  turn_to_lps(g);
  return g;
}

// Method 3 of nifti1.h: the affine matrix itself.
Geometry from_sform(const NiftiHeader& h, Geometry g) {
  for (std::size_t column = 0; column < 3; ++column) {
    double length = 0;
    for (std::size_t r = 0; r < 3; ++r) length += std::pow(h.srow[4 * r + column], 2);
    length = std::sqrt(length);
    g.spacing[column] = length * unit_in_mm(h);
    for (std::size_t r = 0; r < 3; ++r)
      g.direction[3 * r + column] = h.srow[4 * r + column] / length;
  }
  for (std::size_t r = 0; r < 3; ++r) g.origin[r] = h.srow[4 * r + 3] * unit_in_mm(h);
  turn_to_lps(g);
  return g;
}

}  // namespace

Geometry nifti_geometry(const std::string& file, const NiftiHeader& h, std::string& warning) {
  if (h.dim[0] < 1 || h.dim[0] > 7)
    throw data_error("{}: its header says {} dimensions; the file is damaged", file, h.dim[0]);
  for (int i = 4; i <= h.dim[0]; ++i)
    if (h.dim[static_cast<std::size_t>(i)] > 1)
      throw data_error(
          "{}: is a {}-D file ({} volumes), not one 3-D volume; split it into one file "
          "per volume (channels: case_0000, case_0001, ...)",
          file, h.dim[0], h.dim[static_cast<std::size_t>(i)]);
  Geometry grid;
  for (std::size_t i = 0; i < 3; ++i) {
    const bool used = static_cast<int>(i) < h.dim[0];
    grid.size[i] = used ? h.dim[i + 1] : 1;
    grid.spacing[i] = used ? std::abs(h.pixdim[i + 1]) * unit_in_mm(h) : 1;
  }
  if (h.qform_code <= 0 && h.sform_code <= 0) {
    warning =
        "says nothing of its orientation (qform and sform code 0); its axes are taken as left, "
        "posterior, superior";
    return checked_grid(file, grid);
  }
  if (h.sform_code <= 0) return checked_grid(file, from_qform(h, grid));
  const Geometry by_sform = from_sform(h, grid);
  if (h.qform_code <= 0) return checked_grid(file, by_sform);
  const Geometry by_qform = from_qform(h, grid);
  const bool take_sform = h.sform_code == 1 && grid_fault(by_sform).empty();
  const std::string differing = difference(by_sform, by_qform);
  if (!differing.empty())
    warning = fmt::format(
        "gives two orientations that disagree (sform against qform: {}); the {} is "
        "used",
        differing, take_sform ? "sform" : "qform");
  return checked_grid(file, take_sform ? by_sform : by_qform);
}

}  // namespace myoseg
