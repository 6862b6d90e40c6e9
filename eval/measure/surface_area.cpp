#include "eval/measure/surface_area.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace myoseg {
namespace {

using Point = std::array<double, 3>;
using Loop = std::vector<int>;  // edges of the cube, in order around the loop
using Triangles = std::vector<std::array<int, 3>>;

// Corners are numbered x + 2 y + 4 z. An edge is named by its two corners: 8 * lower + higher.
int edge(int a, int b) { return 8 * std::min(a, b) + std::max(a, b); }

Point middle(int named, const Point& spacing) {
  Point p{};
  for (std::size_t a = 0; a < 3; ++a)
    p[a] = 0.5 * spacing[a] * ((named / 8 >> a & 1) + (named % 8 >> a & 1));
  return p;
}

double area(const Point& a, const Point& b, const Point& c) {
  Point u{}, v{};
  for (std::size_t i = 0; i < 3; ++i) {
    u[i] = b[i] - a[i];
    v[i] = c[i] - a[i];
  }
  return 0.5 * std::hypot(u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2],
                          u[0] * v[1] - u[1] * v[0]);
}

// The lines that the surface draws on the cube's faces join the middles of crossed edges to loops.
std::vector<Loop> loops(unsigned code) {
  std::array<std::vector<int>, 64> joined;
  const auto set = [&](int corner) { return (code >> corner & 1) != 0; };
  for (int axis = 0; axis < 3; ++axis)
    for (int side = 0; side < 2; ++side) {
      const int u = 1 << (axis + 1) % 3, v = 1 << (axis + 2) % 3, base = side << axis;
      const std::array<int, 4> face{base, base + u, base + u + v, base + v};
      std::vector<int> crossed;
      for (std::size_t i = 0; i < 4; ++i)
        if (set(face[i]) != set(face[(i + 1) % 4]))
          crossed.push_back(edge(face[i], face[(i + 1) % 4]));
      // With all four edges crossed the line goes around each set corner.
      if (crossed.size() == 4 && set(face[0]))
        std::rotate(crossed.begin(), crossed.begin() + 3, crossed.end());
      for (std::size_t i = 0; i + 1 < crossed.size(); i += 2) {
        joined[static_cast<std::size_t>(crossed[i])].push_back(crossed[i + 1]);
        joined[static_cast<std::size_t>(crossed[i + 1])].push_back(crossed[i]);
      }
    }
  std::vector<Loop> found;
  std::array<bool, 64> seen{};
  for (int start = 0; start < 64; ++start) {
    Loop loop;
    int at = start;
    while (!joined[static_cast<std::size_t>(at)].empty() && !seen[static_cast<std::size_t>(at)]) {
      seen[static_cast<std::size_t>(at)] = true;
      loop.push_back(at);
      const auto& next = joined[static_cast<std::size_t>(at)];
      at = seen[static_cast<std::size_t>(next[0])] ? next[1] : next[0];
    }
    if (!loop.empty()) found.push_back(loop);
  }
  return found;
}

// Every triangulation of the polygon with corners first..last.
std::vector<Triangles> triangulations(int first, int last) {
  if (last - first < 2) return {{}};
  std::vector<Triangles> all;
  for (int tip = first + 1; tip < last; ++tip)
    for (const Triangles& left : triangulations(first, tip))
      for (const Triangles& right : triangulations(tip, last)) {
        Triangles both = left;
        both.insert(both.end(), right.begin(), right.end());
        both.push_back({first, tip, last});
        all.push_back(std::move(both));
      }
  return all;
}

double loop_area(const Loop& loop, const Triangles& triangles, const Point& spacing) {
  double sum = 0;
  const auto corner = [&](int i) { return middle(loop[static_cast<std::size_t>(i)], spacing); };
  for (const auto& [a, b, c] : triangles) sum += area(corner(a), corner(b), corner(c));
  return sum;
}

}  // namespace

std::array<double, 256> surface_areas(const std::array<double, 3>& spacing) {
  constexpr double kRounding = 1e-9;
  std::array<double, 256> areas{};
  for (unsigned code = 0; code < 256; ++code) {
    if (std::popcount(code) > 4) continue;
    for (const Loop& loop : loops(code)) {
      double largest = 0, real = 0;
      for (const Triangles& way : triangulations(0, static_cast<int>(loop.size()) - 1)) {
        const double on_unit_cube = loop_area(loop, way, {1, 1, 1});
        if (on_unit_cube <= largest + kRounding) continue;
        largest = on_unit_cube;
        real = loop_area(loop, way, spacing);
      }
      areas[code] += real;
    }
  }
  for (unsigned code = 0; code < 256; ++code)
    if (std::popcount(code) > 4) areas[code] = areas[255 - code];
  return areas;
}

std::array<double, 16> contour_lengths(const std::array<double, 3>& spacing) {
  const double diagonal = 0.5 * std::hypot(spacing[0], spacing[1]);
  std::array<double, 16> lengths{};
  for (unsigned code = 1; code < 15; ++code) {
    const bool across_x = (code & 1) != (code >> 1 & 1), below = (code >> 2 & 1) != (code >> 3 & 1);
    const bool across_y = (code & 1) != (code >> 2 & 1),
               beside = (code >> 1 & 1) != (code >> 3 & 1);
    if (across_x && below && across_y && beside)
      lengths[code] = 2 * diagonal;
    else if (across_x && below)
      lengths[code] = spacing[1];  // the contour runs along y
    else if (across_y && beside)
      lengths[code] = spacing[0];
    else
      lengths[code] = diagonal;
  }
  return lengths;
}

}  // namespace myoseg
