#include "data/io/formats/nifti_write.h"

#include <libdeflate.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>

#include "core/error.h"
#include "core/files.h"
#include "data/io/formats/nifti.h"

namespace myoseg {
namespace {

// The NIfTI-1 header (nifti.nimh.nih.gov/pub/dist/src/niftilib/nifti1.h); unused fields are blank.
struct Header {
  std::int32_t sizeof_hdr = 348;
  char unused_1[35] = {};
  char dim_info = 0;
  std::int16_t dim[8] = {};
  float intent[3] = {};
  std::int16_t intent_code = 0, datatype = 0, bitpix = 0, slice_start = 0;
  float pixdim[8] = {};
  float vox_offset = 352, scl_slope = 1, scl_inter = 0;
  std::int16_t slice_end = 0;
  char slice_code = 0, xyzt_units = 2;  // mm
  float cal_max = 0, cal_min = 0, slice_duration = 0, toffset = 0;
  std::int32_t unused_2[2] = {};
  char descrip[80] = "myoseg", aux_file[24] = {};
  std::int16_t qform_code = 1, sform_code = 1;  // scanner coordinates
  float quatern[3] = {}, qoffset[3] = {};
  float srow[3][4] = {};
  char intent_name[16] = {};
  char magic[4] = {'n', '+', '1', '\0'};
};
static_assert(sizeof(Header) == 348);

// Rotation matrix (row-major, determinant 1) to the quaternion's b, c, d for a >= 0.
void to_quaternion(const std::array<double, 9>& r, float* bcd) {
  double q[4] = {r[0] + r[4] + r[8], r[0] - r[4] - r[8], r[4] - r[0] - r[8], r[8] - r[0] - r[4]};
  // The largest component is found from the diagonal, the others by dividing by it.
  const auto largest = static_cast<std::size_t>(std::max_element(q, q + 4) - q);
  const double m = std::sqrt(std::max(0.0, 1 + q[largest])) / 2, f = 1 / (4 * m);
  const double ab = r[7] - r[5], ac = r[2] - r[6], ad = r[3] - r[1];
  const double bc = r[1] + r[3], bd = r[2] + r[6], cd = r[5] + r[7];
  const double table[4][4] = {{m, f * ab, f * ac, f * ad},
                              {f * ab, m, f * bc, f * bd},
                              {f * ac, f * bc, m, f * cd},
                              {f * ad, f * bd, f * cd, m}};
  const double sign = table[largest][0] < 0 ? -1 : 1;
  for (std::size_t i = 0; i < 3; ++i) bcd[i] = static_cast<float>(sign * table[largest][i + 1]);
}

// The forms of the file that a grid was read from, while they still place it.
bool still_placed_by(const NiftiForms& forms, const Geometry& g) {
  NiftiHeader h;
  static_cast<NiftiForms&>(h) = forms;
  h.dim[0] = 3;
  for (std::size_t i = 0; i < 3; ++i) h.dim[i + 1] = static_cast<std::int16_t>(g.size[i]);
  std::string ignored;
  return difference(nifti_geometry("", h, ignored), g).empty();
}

void place(Header& h, const NiftiForms& forms) {
  std::copy(forms.pixdim.begin(), forms.pixdim.end(), h.pixdim);
  h.xyzt_units = static_cast<char>(forms.space_unit);
  h.qform_code = static_cast<std::int16_t>(forms.qform_code);
  h.sform_code = static_cast<std::int16_t>(forms.sform_code);
  std::copy(forms.quatern.begin(), forms.quatern.end(), h.quatern);
  std::copy(forms.qoffset.begin(), forms.qoffset.end(), h.qoffset);
  std::copy(forms.srow.begin(), forms.srow.end(), &h.srow[0][0]);
}

// One place as both forms.
void place(Header& h, const Geometry& g) {
  h.pixdim[0] = 1;
  std::array<double, 9> r = g.direction;  // LPS to RAS: the first two rows change sign
  for (std::size_t i = 0; i < 6; ++i) r[i] = -r[i];
  for (std::size_t i = 0; i < 3; ++i) {
    h.pixdim[i + 1] = static_cast<float>(g.spacing[i]);
    h.qoffset[i] = static_cast<float>(i < 2 ? -g.origin[i] : g.origin[i]);
    for (std::size_t k = 0; k < 3; ++k)
      h.srow[i][k] = static_cast<float>(r[3 * i + k] * g.spacing[k]) + 0.0F;
    h.srow[i][3] = h.qoffset[i];
  }
  const double determinant = r[0] * (r[4] * r[8] - r[5] * r[7]) -
                             r[1] * (r[3] * r[8] - r[5] * r[6]) +
                             r[2] * (r[3] * r[7] - r[4] * r[6]);
  if (determinant <
      0) {  // a quaternion cannot mirror: pixdim[0] says that the third axis is turned
    h.pixdim[0] = -1;
    for (const std::size_t i : {2U, 5U, 8U}) r[i] = -r[i];
  }
  to_quaternion(r, h.quatern);
}

Header header(const Geometry& g, std::int16_t datatype, std::int16_t bits) {
  Header h;
  h.datatype = datatype;
  h.bitpix = bits;
  h.dim[0] = 3;
  for (std::size_t i = 1; i < 8; ++i)
    h.dim[i] = i <= 3 ? static_cast<std::int16_t>(g.size[i - 1]) : std::int16_t{1};
  if (g.forms && still_placed_by(*g.forms, g))
    place(h, *g.forms);
  else
    place(h, g);
  return h;
}

std::string gzip(const std::string& bytes) {
  constexpr int kFastest = 1;
  const std::unique_ptr<libdeflate_compressor, void (*)(libdeflate_compressor*)> compressor(
      libdeflate_alloc_compressor(kFastest), libdeflate_free_compressor);
  if (!compressor) throw std::bad_alloc();
  std::string out(libdeflate_gzip_compress_bound(compressor.get(), bytes.size()), '\0');
  out.resize(libdeflate_gzip_compress(compressor.get(), bytes.data(), bytes.size(), out.data(),
                                      out.size()));
  return out;
}

template <class T>
void write(const std::filesystem::path& file, const Volume<T>& volume, std::int16_t datatype) {
  if (volume.channels != 1)
    throw failure("cannot write {}: it has {} channels, NIfTI images here have one", file.string(),
                  volume.channels);
  for (const std::int64_t n : volume.geometry.size)
    if (n > 32767)
      throw failure("cannot write {}: NIfTI-1 holds at most 32767 voxels along an axis, not {}",
                    file.string(), n);
  const Header h = header(volume.geometry, datatype, static_cast<std::int16_t>(8 * sizeof(T)));
  std::string bytes(352 + volume.voxels.size() * sizeof(T), '\0');
  std::memcpy(bytes.data(), &h, sizeof h);  // the four bytes after it say: no extension
  std::memcpy(bytes.data() + 352, volume.voxels.data(), volume.voxels.size() * sizeof(T));
  write_file(file, file.extension() == ".gz" ? gzip(bytes) : bytes);
}

}  // namespace

void write_nifti(const std::filesystem::path& file, const Volume<std::int16_t>& image) {
  write(file, image, 4);  // DT_SIGNED_SHORT
}

void write_nifti(const std::filesystem::path& file, const Image& image) {
  write(file, image, 16);  // DT_FLOAT
}

void write_nifti(const std::filesystem::path& file, const LabelMap& labels) {
  write(file, labels, 2);  // DT_UNSIGNED_CHAR
}

}  // namespace myoseg
