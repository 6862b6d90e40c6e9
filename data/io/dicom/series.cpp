#include "data/io/dicom/series.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/error.h"
#include "core/names.h"
#include "data/io/dicom/projection.h"

namespace myoseg {
namespace {

using Vector = std::array<double, 3>;

double dot(const Vector& a, const Vector& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
Vector cross(const Vector& a, const Vector& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}
Vector minus(const Vector& a, const Vector& b, double times = 1) {
  return {a[0] - times * b[0], a[1] - times * b[1], a[2] - times * b[2]};
}
Vector unit(const Vector& a) {
  const double length = std::sqrt(dot(a, a));
  return {a[0] / length, a[1] / length, a[2] / length};
}

void require_one_series(const std::string& folder, const std::vector<SliceHeader>& slices) {
  if (slices.empty())
    throw data_error("{}: holds no DICOM image; give the folder that holds the slices of one scan",
                     folder);
  std::map<std::string, std::vector<const SliceHeader*>> series;
  for (const auto& slice : slices) series[slice.series_uid].push_back(&slice);
  if (series.size() == 1) return;
  std::vector<std::string> named;
  for (const auto& [uid, members] : series)
    named.push_back(fmt::format("{} ({}, number {}, '{}', {} files, first {})", uid,
                                members[0]->modality, members[0]->series_number,
                                members[0]->series_description, members.size(), members[0]->file));
  throw data_error("{}: holds {} DICOM series, put each into a folder of its own: {}", folder,
                   series.size(), join(named, "; "));
}

void require_plain_image(const std::string& folder, const SliceHeader& slice) {
  if (slice.modality == "SEG")
    throw data_error(
        "{}/{}: is a DICOM segmentation, not a scan; convert it to .seg.nrrd or .nii.gz", folder,
        slice.file);
  if (slice.frames != 1)
    throw data_error(
        "{}/{}: holds {} frames in one file (multi-frame DICOM), which is not read; "
        "convert it to .nii.gz or to one file per slice",
        folder, slice.file, slice.frames);
  if (slice.samples_per_pixel != 1)
    throw data_error("{}/{}: holds {} values per pixel (colour), not a scan", folder, slice.file,
                     slice.samples_per_pixel);
}

void require_placed(const std::string& folder, const SliceHeader& slice) {
  const char* missing = !slice.position      ? "Image Position (Patient)"
                        : !slice.orientation ? "Image Orientation (Patient)"
                        : !slice.spacing     ? "Pixel Spacing"
                                             : nullptr;
  if (missing != nullptr)
    throw data_error("{}/{}: has no valid {} in its header, so its place in the patient is unknown",
                     folder, slice.file, missing);
  const auto& s = *slice.spacing;
  if (!(s[0] > 0) || !(s[1] > 0))
    throw data_error("{}/{}: has a pixel spacing of {} x {} mm", folder, slice.file, s[0], s[1]);
}

void require_same_plane(const std::string& folder, const SliceHeader& a, const SliceHeader& b) {
  if (a.columns != b.columns || a.rows != b.rows)
    throw data_error("{}: {} has {} x {} pixels but {} has {} x {}; is a scout among the slices?",
                     folder, a.file, a.columns, a.rows, b.file, b.columns, b.rows);
  for (std::size_t i = 0; i < 6; ++i)
    if (!(std::abs((*a.orientation)[i] - (*b.orientation)[i]) <= 1e-3))
      throw data_error("{}: {} and {} lie in different directions; is a scout among the slices?",
                       folder, a.file, b.file);
  for (std::size_t i = 0; i < 2; ++i)
    if (!(std::abs((*a.spacing)[i] - (*b.spacing)[i]) <= 1e-3))
      throw data_error("{}: {} has a pixel spacing of {} mm but {} of {} mm", folder, a.file,
                       (*a.spacing)[i], b.file, (*b.spacing)[i]);
}

// The distance between slices. `at` are the slices' places along the normal, ascending.
double regular_gap(const std::string& folder, const std::vector<SliceHeader>& slices,
                   const std::vector<double>& at) {
  std::vector<double> gaps;
  for (std::size_t i = 1; i < at.size(); ++i) gaps.push_back(at[i] - at[i - 1]);
  std::vector<double> sorted = gaps;
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2),
                   sorted.end());
  const double usual = sorted[sorted.size() / 2];
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    const auto& before = slices[i].file;
    const auto& after = slices[i + 1].file;
    if (gaps[i] < 1e-3)
      throw data_error(
          "{}: {} and {} lie at the same position; a slice is repeated or several "
          "phases of a scan are mixed",
          folder, before, after);
    if (!(std::abs(gaps[i] - usual) <= 0.05 * usual))
      throw data_error(
          "{}: the gap between {} and {} is {:.4g} mm but elsewhere {:.4g} mm; a slice "
          "is missing or the scan is not evenly spaced",
          folder, before, after, gaps[i], usual);
  }
  return (at.back() - at.front()) / static_cast<double>(gaps.size());
}

Series one_projection(const std::string& folder, std::vector<SliceHeader> slices) {
  if (slices.size() > 1)
    throw data_error(
        "{}: holds {} radiographs ({}, {} ...); give each a folder of its own, or the file itself",
        folder, slices.size(), slices[0].file, slices[1].file);
  Series series;
  series.geometry = *slices.front().projection;
  series.slices = std::move(slices);
  return series;
}

}  // namespace

SliceHeader slice_header(const DicomFile& file, const DicomPixels& pixels,
                         const std::string& name) {
  SliceHeader slice;
  slice.file = name;
  slice.series_uid = file.text(0x0020000E);
  slice.series_number = file.text(0x00200011);
  slice.series_description = file.text(0x0008103E);
  slice.modality = file.text(0x00080060);
  slice.columns = pixels.columns, slice.rows = pixels.rows;
  slice.frames = pixels.frames;
  slice.samples_per_pixel = pixels.samples;
  slice.position = file.decimals<3>(0x00200032);
  slice.orientation = file.decimals<6>(0x00200037);
  slice.spacing = file.decimals<2>(0x00280030);
  slice.thickness = file.decimal(0x00180088);  // from slice to slice, or of one slice
  if (!slice.thickness) slice.thickness = file.decimal(0x00180050);
  if (!slice.position && is_radiograph(slice.modality))
    slice.projection = projection_grid(file, pixels);
  return slice;
}

Series arrange_series(const std::string& folder, std::vector<SliceHeader> slices) {
  require_one_series(folder, slices);
  for (const auto& slice : slices) require_plain_image(folder, slice);
  if (slices.front().projection) return one_projection(folder, std::move(slices));
  for (const auto& slice : slices) require_placed(folder, slice);
  for (const auto& slice : slices) require_same_plane(folder, slices.front(), slice);

  const auto& o = *slices.front().orientation;
  const Vector row = unit({o[0], o[1], o[2]});
  const Vector column_raw = unit({o[3], o[4], o[5]});
  if (!(std::abs(dot(row, column_raw)) <= 1e-3))
    throw data_error("{}: the rows and columns of {} are not at right angles", folder,
                     slices.front().file);
  const Vector column = unit(minus(column_raw, row, dot(row, column_raw)));
  const Vector normal = cross(row, column);

  std::sort(slices.begin(), slices.end(), [&](const SliceHeader& a, const SliceHeader& b) {
    const double da = dot(*a.position, normal), db = dot(*b.position, normal);
    return da != db ? da < db : a.file < b.file;
  });
  std::vector<double> at;
  for (const auto& slice : slices) at.push_back(dot(*slice.position, normal));

  const auto& first = slices.front();
  const double thickness = first.thickness.value_or(0) > 0 ? *first.thickness : 1.0;
  const double gap = slices.size() == 1 ? thickness : regular_gap(folder, slices, at);
  const Vector span = minus(*slices.back().position, *first.position);
  const double drift = std::sqrt(std::max(0.0, dot(span, span) - std::pow(dot(span, normal), 2)));
  const auto& spacing = *first.spacing;
  if (drift > 0.5 * std::min(spacing[0], spacing[1]))
    throw data_error(
        "{}: the slices are shifted against each other by {:.3g} mm in all (gantry tilt "
        "of {:.1f} degrees), which is not read; correct the tilt with dcm2niix",
        folder, drift, std::atan2(drift, dot(span, normal)) * 180 / 3.14159265358979);

  Series series;
  series.geometry.size = {first.columns, first.rows, static_cast<std::int64_t>(slices.size())};
  series.geometry.spacing = {spacing[1], spacing[0], gap};
  series.geometry.origin = *first.position;
  for (std::size_t r = 0; r < 3; ++r) {
    series.geometry.direction[3 * r] = row[r];
    series.geometry.direction[3 * r + 1] = column[r];
    series.geometry.direction[3 * r + 2] = normal[r];
  }
  series.slices = std::move(slices);
  return series;
}

}  // namespace myoseg
