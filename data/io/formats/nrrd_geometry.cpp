// NRRD's space, directions and origin as our geometry.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "core/error.h"
#include "data/io/formats/nrrd.h"

namespace myoseg {
namespace {

using Vector = std::array<double, 3>;

struct Axis {
  std::int64_t size = 1;
  std::optional<Vector> step;  // from voxel to voxel, where the file has a space
  double spacing = 1, start = 0;
  bool values = false;  // counts the values of one voxel, not voxels
  bool list = false;    // and they are a list: layers of a segmentation
};

// Spaces of three dimensions; the signs turn their axes to LPS where they say where these point.
struct Space {
  std::string_view names;
  Vector to_lps;
};
constexpr Space kSpaces[] = {
    {"|right-anterior-superior|ras|", {-1, -1, 1}},
    {"|left-anterior-superior|las|", {1, -1, 1}},
    {"|left-posterior-superior|lps|", {1, 1, 1}},
    {"|scanner-xyz|3d-right-handed|3d-left-handed|", {1, 1, 1}},
};

// "(1,0,0) none (0, 1, 0)" -> vectors of `length` numbers; none is empty.
std::vector<std::optional<Vector>> vectors(const std::string& image, const std::string& field,
                                           std::string_view text, std::size_t length) {
  std::vector<std::optional<Vector>> out;
  for (text = trimmed(text); !text.empty(); text = trimmed(text)) {
    if (text.starts_with("none")) {
      out.emplace_back();
      text.remove_prefix(4);
      continue;
    }
    const auto end = text.find(')');
    Vector vector{0, 0, 0};
    std::size_t n = 0;
    std::string_view inner = end == std::string_view::npos ? "" : text.substr(1, end - 1);
    for (bool more = text.front() == '(' && !inner.empty(); more; ++n) {
      const auto comma = inner.find(',');
      if (n < length) vector[n] = number_of(image, field, trimmed(inner.substr(0, comma)));
      more = comma != std::string_view::npos;
      inner.remove_prefix(more ? comma + 1 : inner.size());
    }
    if (n != length)
      throw data_error("{}: its header's '{}' is no list of vectors of {} numbers", image, field,
                       length);
    out.emplace_back(vector);
    text.remove_prefix(end + 1);
  }
  return out;
}

void require_millimetres(const std::string& image, const std::string& field,
                         std::string_view text) {
  const std::string known = "|mm|millimeter|millimeters|???|none||";
  for (std::size_t at = text.find('"'); at != std::string_view::npos;) {
    const auto end = text.find('"', at + 1);
    if (end == std::string_view::npos) break;
    const std::string unit = lower_case(trimmed(text.substr(at + 1, end - at - 1)));
    if (known.find('|' + unit + '|') == std::string::npos)
      throw data_error("{}: its header's '{}' says {}, not mm; convert its lengths", image, field,
                       unit);
    at = text.find('"', end + 1);
  }
}

// What turns the file's space to LPS, in a file that has one.
struct Orientation {
  std::size_t dimensions = 0;
  Vector to_lps{1, 1, 1};
};
std::optional<Orientation> orientation(const std::string& image, const HeaderFields& fields) {
  if (fields.has("space dimension")) {
    const auto n = fields.whole("space dimension", 1, 3);
    if (n == 2 || n == 3) return Orientation{static_cast<std::size_t>(n), {1, 1, 1}};
    throw data_error("{}: lies in a space of {} dimensions, not three", image, n);
  }
  if (!fields.has("space")) return std::nullopt;
  const std::string wanted = '|' + lower_case(fields.text("space")) + '|';
  for (const Space& space : kSpaces)
    if (space.names.find(wanted) != std::string_view::npos) return Orientation{3, space.to_lps};
  throw data_error("{}: its space '{}' is none that is known; save it in left-posterior-superior",
                   image, fields.text("space"));
}

// Axes without a space: spacings and where the first one starts, which is a voxel's centre or edge.
void place_along_axes(const std::string& image, const HeaderFields& fields,
                      std::vector<Axis>& axes) {
  const auto spacings = fields.numbers("spacings", axes.size());
  const auto mins = fields.numbers("axis mins", axes.size());
  if (fields.has("axis maxs") && spacings.empty())
    throw data_error("{}: its header says where its axes end (axis maxs), but no spacings", image);
  const auto centres = words(lower_case(fields.text("centerings")));
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (!spacings.empty() && !std::isnan(spacings[i])) axes[i].spacing = spacings[i];
    if (mins.empty() || std::isnan(mins[i])) continue;
    const bool at_centre = i < centres.size() && centres[i] == "node";
    axes[i].start = mins[i] + (at_centre ? 0 : axes[i].spacing / 2);
  }
}

std::vector<Axis> axes_of(const std::string& image, const HeaderFields& fields,
                          const std::optional<Orientation>& space) {
  constexpr std::int64_t kMostDimensions = 16;
  const auto dimensions = fields.whole("dimension", 1, 1);
  if (dimensions > kMostDimensions)
    throw data_error("{}: its header says {} dimensions; the file is damaged", image, dimensions);
  const auto sizes = fields.wholes("sizes", static_cast<std::size_t>(dimensions), 1);
  const auto kinds = words(lower_case(fields.text("kinds")));
  std::vector<Axis> axes(sizes.size());
  for (std::size_t i = 0; i < axes.size(); ++i) {
    axes[i].size = sizes[i];
    const std::string kind = i < kinds.size() ? kinds[i] : "???";
    axes[i].values =
        std::string("|domain|space|time|???|none|").find('|' + kind + '|') == std::string::npos;
    axes[i].list = kind == "list";
  }
  if (!space) {
    place_along_axes(image, fields, axes);
    return axes;
  }
  const std::string field = "space directions";
  const auto steps = vectors(image, field, fields.text(field), space->dimensions);
  if (steps.size() != axes.size())
    throw data_error("{}: its header's '{}' has {} entries for {} axes", image, field, steps.size(),
                     axes.size());
  for (std::size_t i = 0; i < axes.size(); ++i) {
    axes[i].step = steps[i];
    axes[i].values = axes[i].values || !steps[i];
  }
  return axes;
}

// The axes along which voxels lie: at most three.
std::vector<Axis> voxel_axes(const std::string& image, std::vector<Axis> axes,
                             std::int64_t* layers) {
  if (layers != nullptr && axes.front().list) {  // the first axis: values of a voxel lie together
    *layers = axes.front().size;
    axes.erase(axes.begin());
  }
  for (const Axis& axis : axes)
    if (axis.values && axis.size > 1)
      throw data_error(
          "{}: holds {} values per voxel (colour, a vector or overlapping segments), "
          "not one",
          image, axis.size);
  std::erase_if(axes, [](const Axis& axis) { return axis.values; });
  for (std::size_t i = 3; i < axes.size(); ++i)
    if (axes[i].size > 1)
      throw data_error(
          "{}: has {} dimensions (axis {} is {} long), not three; split it into one file per "
          "volume",
          image, axes.size(), i + 1, axes[i].size);
  axes.resize(std::min<std::size_t>(axes.size(), 3));
  return axes;
}

// The third axis of a picture in a space: at right angles to its two.
void complete(Geometry& g, std::size_t axes) {
  if (axes != 2) return;
  auto& d = g.direction;
  d[2] = d[3] * d[7] - d[6] * d[4];
  d[5] = d[6] * d[1] - d[0] * d[7];
  d[8] = d[0] * d[4] - d[3] * d[1];
  if (d[8] < 0 && d[2] == 0 && d[5] == 0) d[8] = -d[8];  // a mirrored picture stays in its plane
}

}  // namespace

Geometry nrrd_geometry(const std::string& image, const HeaderFields& fields, std::int64_t* layers) {
  const auto space = orientation(image, fields);
  const std::vector<Axis> axes = voxel_axes(image, axes_of(image, fields, space), layers);
  require_millimetres(image, "space units", fields.text("space units"));
  if (!space) require_millimetres(image, "units", fields.text("units"));
  Geometry g;
  g.size = {1, 1, 1};  // a picture is one slice
  for (std::size_t i = 0; i < axes.size(); ++i) {
    g.size[i] = axes[i].size;
    g.spacing[i] = axes[i].spacing;
    g.origin[i] = axes[i].start;
    if (!space) continue;
    const Vector& step = *axes[i].step;
    g.spacing[i] = std::hypot(step[0], step[1], step[2]);
    for (std::size_t r = 0; r < 3; ++r)
      g.direction[3 * r + i] = step[r] * space->to_lps[r] / g.spacing[i] + 0.0;
  }
  if (!space) return g;
  complete(g, axes.size());
  const std::string field = "space origin";
  const auto origin = vectors(image, field, fields.text(field), space->dimensions);
  if (origin.size() > 1 || (origin.size() == 1 && !origin[0]))
    throw data_error("{}: its header's '{}' is no vector", image, field);
  for (std::size_t r = 0; r < 3 && !origin.empty(); ++r)
    g.origin[r] = (*origin[0])[r] * space->to_lps[r] + 0.0;
  return g;
}

}  // namespace myoseg
