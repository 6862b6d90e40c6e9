#include "data/prepare/orientation.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"

namespace myoseg {
namespace {

constexpr std::array<std::array<char, 2>, 3> kLetters{
    {{'R', 'L'}, {'A', 'P'}, {'I', 'S'}}};  // LPS: - and +

// For each axis of a grid the patient axis it is closest to and whether it runs the positive way
// (L, P, S).
struct Axes {
  std::array<int, 3> patient{0, 1, 2};
  std::array<bool, 3> positive{true, true, true};
};

Axes axes_of(const Geometry& geometry) {
  // The axis that is closest to any patient axis chooses first.
  std::array<int, 3> order{0, 1, 2};
  const auto cosine = [&](int axis, int row) {
    return geometry.direction[static_cast<std::size_t>(row * 3 + axis)];
  };
  const auto strength = [&](int axis) {
    return std::max(
        {std::abs(cosine(axis, 0)), std::abs(cosine(axis, 1)), std::abs(cosine(axis, 2))});
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return strength(a) > strength(b); });
  Axes axes;
  std::array<bool, 3> taken{};
  for (const int axis : order) {
    int best = -1;
    for (int row = 0; row < 3; ++row)
      if (!taken[static_cast<std::size_t>(row)] &&
          (best < 0 || std::abs(cosine(axis, row)) > std::abs(cosine(axis, best))))
        best = row;
    taken[static_cast<std::size_t>(best)] = true;
    axes.patient[static_cast<std::size_t>(axis)] = best;
    axes.positive[static_cast<std::size_t>(axis)] = cosine(axis, best) > 0;
  }
  return axes;
}

// Which stored axis each turned one is, and whether it runs backwards.
void point(const Geometry& stored, std::string_view code, Turned& turned) {
  const Axes axes = axes_of(stored);
  for (std::size_t a = 0; a < 3; ++a)
    for (int row = 0; row < 3; ++row)
      for (int positive = 0; positive < 2; ++positive) {
        if (kLetters[static_cast<std::size_t>(row)][static_cast<std::size_t>(positive)] != code[a])
          continue;
        const auto old =
            std::find(axes.patient.begin(), axes.patient.end(), row) - axes.patient.begin();
        turned.from[a] = static_cast<std::size_t>(old);
        turned.reversed[a] = axes.positive[static_cast<std::size_t>(old)] != (positive == 1);
      }
}

Geometry moved(const Geometry& in, const Turned& turned) {
  Geometry out = in;
  for (std::size_t a = 0; a < 3; ++a) {
    const std::size_t old = turned.from[a];
    out.size[a] = in.size[old];
    out.spacing[a] = in.spacing[old];
    const double to_last = in.spacing[old] * static_cast<double>(in.size[old] - 1);
    for (std::size_t r = 0; r < 3; ++r) {
      const double cosine = in.direction[r * 3 + old];
      out.direction[r * 3 + a] = turned.reversed[a] ? -cosine : cosine;
      if (turned.reversed[a]) out.origin[r] += cosine * to_last;
    }
  }
  return out;
}

template <class T>
Volume<T> moved(const Volume<T>& in, std::string_view code) {
  const Turned turn = turned(in.geometry, code);
  if (turn.as_stored()) return in;
  Volume<T> out(turn.geometry, in.channels);
  const auto& size = out.geometry.size;
  T* target = out.voxels.data();
  for (int c = 0; c < in.channels; ++c)
    for (std::int64_t z = 0; z < size[2]; ++z)
      for (std::int64_t y = 0; y < size[1]; ++y) {
        const T* source = in.voxels.data() + c * in.geometry.voxels() + turn.start +
                          z * turn.step[2] + y * turn.step[1];
        for (std::int64_t x = 0; x < size[0]; ++x) *target++ = source[x * turn.step[0]];
      }
  return out;
}

}  // namespace

std::string orientation_code(const Geometry& geometry) {
  const Axes axes = axes_of(geometry);
  std::string code;
  for (std::size_t a = 0; a < 3; ++a)
    code += kLetters[static_cast<std::size_t>(axes.patient[a])][axes.positive[a] ? 1 : 0];
  return code;
}

bool is_orientation_code(std::string_view code) {
  if (code.size() != 3) return false;
  return std::all_of(kLetters.begin(), kLetters.end(), [&](const std::array<char, 2>& pair) {
    return std::count_if(code.begin(), code.end(),
                         [&](char letter) { return letter == pair[0] || letter == pair[1]; }) == 1;
  });
}

Turned turned(const Geometry& stored, std::string_view code) {
  Turned turn;
  turn.geometry = stored;
  if (!code.empty()) {
    if (!is_orientation_code(code))
      throw usage_error("orientation '{}' is no code of three patient axes, such as LPS or RAS",
                        code);
    point(stored, code, turn);
    turn.geometry = moved(stored, turn);
  }
  const std::array<std::int64_t, 3> stride{1, stored.size[0], stored.size[0] * stored.size[1]};
  for (std::size_t a = 0; a < 3; ++a) {
    const std::size_t old = turn.from[a];
    turn.step[a] = turn.reversed[a] ? -stride[old] : stride[old];
    if (turn.reversed[a]) turn.start += stride[old] * (stored.size[old] - 1);
  }
  return turn;
}

Geometry reorient(const Geometry& geometry, std::string_view code) {
  return turned(geometry, code).geometry;
}
Image reorient(const Image& volume, std::string_view code) { return moved(volume, code); }
LabelMap reorient(const LabelMap& volume, std::string_view code) { return moved(volume, code); }

}  // namespace myoseg
