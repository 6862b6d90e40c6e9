// Closed planar outlines in millimetres: how they are made, changed and measured. x runs to the
// patient's left, y to the back (LPS), as in an axial slice seen from the feet.
#pragma once

#include <array>
#include <functional>
#include <span>
#include <vector>

#include "core/random.h"

namespace myoseg::cohort {

struct Point {
  double x = 0;  // mm
  double y = 0;  // mm
};

using Path = std::vector<Point>;     // open, in order
using Outline = std::vector<Point>;  // closed: the last point joins the first

// A smooth closed curve through the knots (Catmull-Rom), `per_knot` points from each knot to the
// next; point i * per_knot is knot i.
[[nodiscard]] Outline smooth_closed(std::span<const Point> knots, int per_knot);
// The same for knots of one half (x >= 0; the first and last lie on the midline), mirrored at x =
// 0.
[[nodiscard]] Outline smooth_symmetric(std::span<const Point> half, int per_knot);
// `angle` in radians turns the x axis towards y.
[[nodiscard]] Outline ellipse(Point centre, double rx, double ry, double angle, int points);

// A roundish shape: an ellipse whose radius is modulated by a few random lobes.
struct Lobes {
  std::array<double, 3> size{}, phase{};  // of 2, 3 and 4 lobes, relative to the radius; radians
};
[[nodiscard]] Lobes draw_lobes(Random& random, double size);
[[nodiscard]] Outline lobed(Point centre, double rx, double ry, double angle, const Lobes& lobes,
                            int points);

// The strip between two offsets of a path, measured along the normal that points right of the
// direction of travel. `near` and `far` are functions of 0..1 along the piece [from, to] (mm of arc
// length).
[[nodiscard]] Outline strip(const Path& path, double from, double to,
                            const std::function<double(double)>& near,
                            const std::function<double(double)>& far);
// A line of some width with round-looking ends.
[[nodiscard]] Outline thick_line(Point a, Point b, double width_a, double width_b);

// Arc length from the path's start to each point, mm.
[[nodiscard]] std::vector<double> arc_lengths(const Path& path);
[[nodiscard]] double area(const Outline& outline);  // mm^2, positive

// Each point moved along its normal; for distances well below the radius of curvature.
[[nodiscard]] Outline grown(const Outline& outline, double distance_mm);
[[nodiscard]] Outline mirrored(const Outline& outline);  // x -> -x
// Scaled about a fixed point.
[[nodiscard]] Outline scaled(const Outline& outline, Point about, double factor);
// A human's hand: points moved along their normals by smooth noise of this standard deviation and
// length scale, and all by `bias_mm`.
[[nodiscard]] Outline redrawn(const Outline& outline, Random& random, double sd_mm,
                              double length_mm, double bias_mm);

}  // namespace myoseg::cohort
