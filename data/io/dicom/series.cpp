#include "data/io/dicom/series.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/error.h"
#include "core/names.h"
#include "data/io/dicom/series_grid.h"

namespace myoseg {
namespace {

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
  throw data_error(
      "{}: holds {} DICOM series, put each into a folder of its own or sort them with 'myoseg import "
      "source={}': {}",
      folder, series.size(), folder, join(named, "; "));
}

void require_plain_image(const std::string& folder, const SliceHeader& slice) {
  if (slice.modality == "SEG")
    throw data_error(
        "{}/{}: is a DICOM segmentation, not a scan; give it as a label, or import it with "
        "'myoseg import'",
        folder, slice.file);
  if (slice.frames != 1)
    throw data_error(
        "{}/{}: holds {} frames whose places its header does not say (a film, or an object without "
        "functional groups); convert it to one file per slice",
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
  constexpr double kFinest = 1e-5;  // mm
  if (!(s[0] >= kFinest) || !(s[1] >= kFinest))
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
  if (a.frame_of_reference != b.frame_of_reference)
    throw data_error("{}: {} and {} have different frames of reference", folder, a.file, b.file);
}

Series one_projection(const std::string& folder, std::vector<SliceHeader> slices) {
  if (slices.size() > 1)
    throw data_error(
        "{}: holds {} radiographs ({}, {} ...); give each a folder of its own, or the file itself",
        folder, slices.size(), slices[0].file, slices[1].file);
  Series series;
  series.geometry = *slices.front().projection;
  series.slices = std::move(slices);
  series.places.emplace_back();
  return series;
}

}  // namespace

Series arrange_series(const std::string& folder, std::vector<SliceHeader> slices,
                      const SeriesOptions& options) {
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
  Series series;
  series.slices = std::move(slices);
  lay_grid(folder, {row, column, normal}, options, series);
  return series;
}

Series only_series(const std::string& folder, std::vector<SliceHeader> slices,
                   const SeriesOptions& options) {
  require_one_series(folder, slices);
  for (const auto& slice : slices) require_plain_image(folder, slice);
  if (slices.front().projection) return one_projection(folder, std::move(slices));
  std::vector<Stack> stacks = split_stacks(slices);
  const bool scans = !stacks.front().localizer;
  if (scans) std::erase_if(stacks, [](const Stack& stack) { return stack.localizer; });
  if (stacks.size() == 1) return arrange_series(folder, std::move(stacks[0].slices), options);
  // Slices that lie otherwise than the rest are named.
  for (const auto& slice : slices) require_placed(folder, slice);
  for (const Stack& stack : stacks)
    require_same_plane(folder, stacks.front().slices.front(), stack.slices.front());
  std::vector<std::string> named;
  for (const Stack& stack : stacks)
    named.push_back(fmt::format("{} ({} images, first {})", stack.what, stack.slices.size(),
                                stack.slices.front().file));
  throw data_error(
      "{}: its series holds {} stacks of slices: {}; are these phases or a scout among the slices? "
      "leave one of them, or choose with 'myoseg import'",
      folder, stacks.size(), join(named, "; "));
}

}  // namespace myoseg
