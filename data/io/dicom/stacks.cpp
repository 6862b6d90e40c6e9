// Which images of a series belong together: split_stacks of series.h.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/files.h"
#include "data/io/dicom/series.h"

namespace myoseg {
namespace {

template <std::size_t N>
bool near(const std::optional<std::array<double, N>>& a,
          const std::optional<std::array<double, N>>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  for (std::size_t i = 0; i < N; ++i)
    if (!(std::abs((*a)[i] - (*b)[i]) <= 1e-3)) return false;
  return true;
}

bool same_plane(const SliceHeader& a, const SliceHeader& b) {
  return a.columns == b.columns && a.rows == b.rows && a.localizer == b.localizer &&
         a.frame_of_reference == b.frame_of_reference && near(a.orientation, b.orientation) &&
         near(a.spacing, b.spacing);
}

bool same_bytes(const std::filesystem::path& a, const std::filesystem::path& b) {
  if (a.empty() || b.empty()) return false;
  const MappedFile one(a), other(b);
  return std::ranges::equal(one.bytes(), other.bytes());
}

// Twice the same file: an archive that was exported into itself, say.
void drop_copies(std::vector<SliceHeader>& slices) {
  std::map<std::pair<std::string, std::size_t>, std::filesystem::path> seen;
  std::erase_if(slices, [&](const SliceHeader& slice) {
    if (slice.instance_uid.empty()) return false;
    const auto [first, fresh] =
        seen.emplace(std::pair(slice.instance_uid, slice.frame), slice.path);
    return !fresh && same_bytes(first->second, slice.path);
  });
}

// Places along the normal in micrometres; nothing where they are not known.
std::vector<std::int64_t> positions(const std::vector<SliceHeader>& slices) {
  std::vector<std::int64_t> at;
  for (const SliceHeader& slice : slices) {
    if (!slice.position || !slice.orientation) return {};
    const auto& o = *slice.orientation;
    const auto& p = *slice.position;
    const double along = p[0] * (o[1] * o[5] - o[2] * o[4]) + p[1] * (o[2] * o[3] - o[0] * o[5]) +
                         p[2] * (o[0] * o[4] - o[1] * o[3]);
    if (!(std::abs(along) < 1e12)) return {};
    at.push_back(std::llround(along * 1e3));
  }
  return at;
}

bool repeats(const std::vector<SliceHeader>& slices) {
  const auto at = positions(slices);
  return std::set(at.begin(), at.end()).size() < at.size();
}

using Parts = std::map<std::string, std::vector<SliceHeader>>;

// By one of slice_part_names(); one part alone where it tells nothing apart.
Parts split_by(const std::vector<SliceHeader>& slices, std::size_t key) {
  Parts parts;
  for (const SliceHeader& slice : slices)
    parts[key < slice.parts.size() ? slice.parts[key] : ""].push_back(slice);
  return parts;
}

std::vector<Stack> split_repeated(std::vector<SliceHeader> slices) {
  if (repeats(slices))
    for (std::size_t key = 0; key < slice_part_names().size(); ++key) {
      Parts parts = split_by(slices, key);
      if (parts.size() < 2 || std::any_of(parts.begin(), parts.end(),
                                          [](const auto& part) { return repeats(part.second); }))
        continue;
      std::vector<Stack> stacks;
      for (auto& [value, members] : parts)
        stacks.push_back(
            {std::move(members),
             fmt::format("{} {}", slice_part_names()[key], value.empty() ? "-" : value), false});
      return stacks;
    }
  std::vector<Stack> one(1);
  one.front().slices = std::move(slices);
  return one;
}

std::string plane_text(const SliceHeader& slice) {
  std::string text = fmt::format("{} x {} pixels", slice.columns, slice.rows);
  if (slice.spacing) text += fmt::format(" of {:g} mm", (*slice.spacing)[0]);
  if (slice.orientation) {
    const auto& o = *slice.orientation;
    const double n[] = {std::abs(o[1] * o[5] - o[2] * o[4]), std::abs(o[2] * o[3] - o[0] * o[5]),
                        std::abs(o[0] * o[4] - o[1] * o[3])};
    text += n[2] >= n[0] && n[2] >= n[1] ? ", axial" : n[1] >= n[0] ? ", coronal" : ", sagittal";
  }
  return text;
}

}  // namespace

std::vector<Stack> split_stacks(std::vector<SliceHeader> slices) {
  std::stable_sort(slices.begin(), slices.end(), [](const SliceHeader& a, const SliceHeader& b) {
    return a.path != b.path ? a.path < b.path : a.frame < b.frame;
  });
  drop_copies(slices);
  std::vector<std::vector<SliceHeader>> planes;
  for (SliceHeader& slice : slices) {
    const auto found = std::find_if(planes.begin(), planes.end(), [&](const auto& plane) {
      return same_plane(plane.front(), slice);
    });
    (found != planes.end() ? *found : planes.emplace_back()).push_back(std::move(slice));
  }
  std::vector<Stack> stacks;
  for (auto& plane : planes) {
    const std::string text = planes.size() > 1 ? plane_text(plane.front()) : "";
    const bool localizer = plane.front().localizer;
    for (Stack& stack : split_repeated(std::move(plane))) {
      stack.localizer = localizer;
      stack.what =
          text.empty() || stack.what.empty() ? text + stack.what : text + ", " + stack.what;
      stacks.push_back(std::move(stack));
    }
  }
  std::stable_sort(stacks.begin(), stacks.end(), [](const Stack& a, const Stack& b) {
    return a.localizer != b.localizer ? b.localizer : a.slices.size() > b.slices.size();
  });
  return stacks;
}

}  // namespace myoseg
