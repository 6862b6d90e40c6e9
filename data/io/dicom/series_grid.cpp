#include "data/io/dicom/series_grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/names.h"

namespace myoseg {
namespace {

// "; positions -30, -27.5 ... mm" of what is near an uneven gap.
std::string positions_text(const std::vector<double>& at, std::size_t gap) {
  const std::size_t begin = gap < 2 ? 0 : gap - 2, end = std::min(at.size(), gap + 4);
  std::vector<std::string> near;
  for (std::size_t i = begin; i < end; ++i) near.push_back(fmt::format("{:.5g}", at[i]));
  return fmt::format("the positions there are {}{}{} mm", begin > 0 ? "... " : "", join(near),
                     end < at.size() ? " ..." : "");
}

double usual_gap(const std::vector<double>& at) {
  std::vector<double> gaps;
  for (std::size_t i = 1; i < at.size(); ++i) gaps.push_back(at[i] - at[i - 1]);
  const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
  std::nth_element(gaps.begin(), middle, gaps.end());
  return *middle;
}

void require_each_once(const std::string& folder, const std::vector<SliceHeader>& slices,
                       const std::vector<double>& at) {
  for (std::size_t i = 1; i < at.size(); ++i)
    if (at[i] - at[i - 1] < 1e-3)
      throw data_error(
          "{}: {} and {} lie at the same position; a slice is repeated or several "
          "phases of a scan are mixed",
          folder, slices[i - 1].file, slices[i].file);
}

// Whether the slices are evenly spaced. `at` are their places along the normal, ascending.
bool even(const std::string& folder, const std::vector<SliceHeader>& slices,
          const std::vector<double>& at, const SeriesOptions& options) {
  const double usual = usual_gap(at);
  for (std::size_t i = 1; i < at.size(); ++i) {
    const double gap = at[i] - at[i - 1];
    if (std::abs(gap - usual) <= 0.05 * usual) continue;
    if (options.even_out) return false;
    throw data_error(
        "{}: the gap between {} and {} is {:.4g} mm but elsewhere {:.4g} mm; a slice is missing or "
        "the scan is not evenly spaced ({}); 'myoseg import ... even_out=true' interpolates",
        folder, slices[i - 1].file, slices[i].file, gap, usual, positions_text(at, i - 1));
  }
  return true;
}

std::vector<SlicePlace> places_of(const std::vector<SliceHeader>& slices, const Vector& row,
                                  const Vector& column, const Vector& normal) {
  std::vector<SlicePlace> places;
  for (const SliceHeader& slice : slices) {
    const Vector step = minus(*slice.position, *slices.front().position);
    places.push_back({dot(step, normal), dot(step, row), dot(step, column)});
  }
  return places;
}

bool is_tilted(const std::string& folder, const std::vector<SliceHeader>& slices,
               const std::vector<SlicePlace>& places, const SeriesOptions& options) {
  double drift = 0;
  const SlicePlace* far = &places.front();
  for (const SlicePlace& place : places)
    if (std::hypot(place.row, place.column) > drift)
      drift = std::hypot(place.row, place.column), far = &place;
  const auto& spacing = *slices.front().spacing;
  if (!(drift > 0.5 * std::min(spacing[0], spacing[1]))) return false;
  if (options.untilt) return true;
  throw data_error(
      "{}: the slices are shifted against each other by {:.3g} mm in all (gantry tilt of {:.1f} "
      "degrees); 'myoseg import ... untilt=true' moves them onto a grid with right angles",
      folder, drift, std::atan2(drift, far->along) * 180 / 3.14159265358979);
}

bool is_even(const std::string& folder, const std::vector<SliceHeader>& slices,
             const Vector& normal, const SeriesOptions& options) {
  std::vector<double> at;
  for (const SliceHeader& slice : slices) at.push_back(dot(*slice.position, normal));
  require_each_once(folder, slices, at);
  return even(folder, slices, at, options);
}

// A grid onto which slices are moved is hardly larger than they are.
constexpr double kMostAdded = 1e5;

// Sizes and spacing; a grid onto which slices are moved holds all of them.
Geometry grid_of(const std::string& folder, const Series& series, bool uneven) {
  const SliceHeader& first = series.slices.front();
  const auto& spacing = *first.spacing;
  const auto count = static_cast<std::int64_t>(series.slices.size());
  const double length = series.places.back().along;
  Geometry g;
  g.size = {first.columns, first.rows, count};
  g.spacing = {spacing[1], spacing[0], first.thickness.value_or(0) > 0 ? *first.thickness : 1.0};
  g.origin = *first.position;
  if (count < 2) return g;
  if (uneven) {
    std::vector<double> at;
    for (const SlicePlace& place : series.places) at.push_back(place.along);
    const double gaps = length / usual_gap(at);
    if (!(gaps <= kMostAdded))
      throw data_error(
          "{}: its slices are {:.4g} mm apart but reach over {:.4g} mm; are they of one "
          "scan?",
          folder, usual_gap(at), length);
    g.size[2] = std::max<std::int64_t>(std::llround(gaps), 1) + 1;
  }
  g.spacing[2] = length / static_cast<double>(g.size[2] - 1);
  return g;
}

// Rows and columns that slices beside the first one need, to its left and right.
void widen(const std::string& folder, Series& series, std::size_t axis, double SlicePlace::*shift) {
  Geometry& g = series.geometry;
  double least = 0, most = 0;
  for (const SlicePlace& place : series.places)
    least = std::min(least, place.*shift), most = std::max(most, place.*shift);
  const double before = std::ceil(-least / g.spacing[axis] - 1e-6);
  const double behind = std::ceil(most / g.spacing[axis] - 1e-6);
  if (!(before + behind <= kMostAdded))
    throw data_error(
        "{}: the slices are shifted against each other by {:.4g} mm, which no tilt of a gantry does; "
        "are they of one scan?",
        folder, most - least);
  g.size[axis] += static_cast<std::int64_t>(before + behind);
  for (std::size_t r = 0; r < 3; ++r)
    g.origin[r] -= before * g.spacing[axis] * g.direction[3 * r + axis];
}

void move_origin(const std::string& folder, Series& series) {
  if (series.regular) return;
  widen(folder, series, 0, &SlicePlace::row);
  widen(folder, series, 1, &SlicePlace::column);
}

}  // namespace

void lay_grid(const std::string& folder, const SliceAxes& axes, const SeriesOptions& options,
              Series& series) {
  series.places = places_of(series.slices, axes.row, axes.column, axes.normal);
  const bool tilted = is_tilted(folder, series.slices, series.places, options);
  const bool uneven =
      series.slices.size() > 1 && !is_even(folder, series.slices, axes.normal, options);
  series.regular = !tilted && !uneven;
  series.geometry = grid_of(folder, series, uneven);
  for (std::size_t r = 0; r < 3; ++r) {
    series.geometry.direction[3 * r] = axes.row[r];
    series.geometry.direction[3 * r + 1] = axes.column[r];
    series.geometry.direction[3 * r + 2] = axes.normal[r];
  }
  move_origin(folder, series);
}

}  // namespace myoseg
