#include "data/cohort/outline.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace myoseg::cohort {
namespace {

double length(Point a, Point b) { return std::hypot(b.x - a.x, b.y - a.y); }

double signed_area(const Outline& o) {
  double twice = 0;
  for (std::size_t i = 0; i < o.size(); ++i) {
    const Point& a = o[i];
    const Point& b = o[(i + 1) % o.size()];
    twice += a.x * b.y - b.x * a.y;
  }
  return twice / 2;
}

// Unit normals that point out of the outline, by central differences.
std::vector<Point> outward_normals(const Outline& o) {
  const std::size_t n = o.size();
  const double sign = signed_area(o) >= 0 ? 1 : -1;
  std::vector<Point> normals(n);
  for (std::size_t i = 0; i < n; ++i) {
    const Point& a = o[(i + n - 1) % n];
    const Point& b = o[(i + 1) % n];
    const double l = std::max(length(a, b), 1e-9);
    normals[i] = {sign * (b.y - a.y) / l, -sign * (b.x - a.x) / l};
  }
  return normals;
}

Point at_arc(const Path& path, const std::vector<double>& arc, double s, std::size_t& i) {
  while (i + 2 < path.size() && arc[i + 1] < s) ++i;
  const double span = std::max(arc[i + 1] - arc[i], 1e-9);
  const double t = std::clamp((s - arc[i]) / span, 0.0, 1.0);
  return {path[i].x + t * (path[i + 1].x - path[i].x), path[i].y + t * (path[i + 1].y - path[i].y)};
}

}  // namespace

Outline smooth_closed(std::span<const Point> knots, int per_knot) {
  const std::size_t n = knots.size();
  Outline out;
  out.reserve(n * static_cast<std::size_t>(per_knot));
  for (std::size_t i = 0; i < n; ++i) {
    const Point &p0 = knots[(i + n - 1) % n], &p1 = knots[i], &p2 = knots[(i + 1) % n],
                &p3 = knots[(i + 2) % n];
    for (int k = 0; k < per_knot; ++k) {
      const double t = static_cast<double>(k) / per_knot;
      const double a = t * (-0.5 + t * (1 - 0.5 * t)), b = 1 + t * t * (-2.5 + 1.5 * t),
                   c = t * (0.5 + t * (2 - 1.5 * t)), d = t * t * (-0.5 + 0.5 * t);
      out.push_back(
          {a * p0.x + b * p1.x + c * p2.x + d * p3.x, a * p0.y + b * p1.y + c * p2.y + d * p3.y});
    }
  }
  return out;
}

Outline smooth_symmetric(std::span<const Point> half, int per_knot) {
  std::vector<Point> knots(half.begin(), half.end());
  for (std::size_t i = half.size() - 1; i-- > 1;) knots.push_back({-half[i].x, half[i].y});
  return smooth_closed(knots, per_knot);
}

Outline ellipse(Point centre, double rx, double ry, double angle, int points) {
  Outline out(static_cast<std::size_t>(points));
  const double c = std::cos(angle), s = std::sin(angle);
  for (int i = 0; i < points; ++i) {
    const double t = 2 * std::numbers::pi * i / points;
    const double x = rx * std::cos(t), y = ry * std::sin(t);
    out[static_cast<std::size_t>(i)] = {centre.x + c * x - s * y, centre.y + s * x + c * y};
  }
  return out;
}

Lobes draw_lobes(Random& random, double size) {
  Lobes lobes;
  for (std::size_t i = 0; i < lobes.size.size(); ++i) {
    lobes.size[i] = random.normal(0, size / static_cast<double>(i + 1));
    lobes.phase[i] = random.uniform(0, 2 * std::numbers::pi);
  }
  return lobes;
}

Outline lobed(Point centre, double rx, double ry, double angle, const Lobes& lobes, int points) {
  Outline out = ellipse({0, 0}, rx, ry, angle, points);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double t = 2 * std::numbers::pi * static_cast<double>(i) / points;
    double r = 1;
    for (std::size_t k = 0; k < lobes.size.size(); ++k)
      r += lobes.size[k] * std::cos(static_cast<double>(k + 2) * t + lobes.phase[k]);
    out[i] = {centre.x + r * out[i].x, centre.y + r * out[i].y};
  }
  return out;
}

std::vector<double> arc_lengths(const Path& path) {
  std::vector<double> arc(path.size(), 0.0);
  for (std::size_t i = 1; i < path.size(); ++i) arc[i] = arc[i - 1] + length(path[i - 1], path[i]);
  return arc;
}

Outline strip(const Path& path, double from, double to, const std::function<double(double)>& near,
              const std::function<double(double)>& far) {
  constexpr double kStep = 2;  // mm between points
  const std::vector<double> arc = arc_lengths(path);
  const int n = std::max(4, static_cast<int>(std::ceil((to - from) / kStep)));
  Outline out(2 * static_cast<std::size_t>(n + 1));
  std::size_t before = 0, at = 0, after = 0;
  for (int i = 0; i <= n; ++i) {
    const double u = static_cast<double>(i) / n, s = from + u * (to - from);
    const Point a = at_arc(path, arc, s - 3, before), p = at_arc(path, arc, s, at),
                b = at_arc(path, arc, s + 3, after);
    const double l = std::max(length(a, b), 1e-9);
    const Point right{-(b.y - a.y) / l, (b.x - a.x) / l};
    const double d0 = near(u), d1 = far(u);
    out[static_cast<std::size_t>(i)] = {p.x + d0 * right.x, p.y + d0 * right.y};
    out[out.size() - 1 - static_cast<std::size_t>(i)] = {p.x + d1 * right.x, p.y + d1 * right.y};
  }
  return out;
}

Outline thick_line(Point a, Point b, double width_a, double width_b) {
  const double l = std::max(length(a, b), 1e-9);
  const Point t{(b.x - a.x) / l, (b.y - a.y) / l};
  Outline out;
  const auto cap = [&](Point centre, double r, double direction) {
    for (int i = 0; i <= 6; ++i) {
      const double angle = std::numbers::pi * (i / 6.0 - 0.5);
      const double along = direction * r * std::cos(angle),
                   across = direction * r * std::sin(angle);
      out.push_back({centre.x + along * t.x - across * t.y, centre.y + along * t.y + across * t.x});
    }
  };
  cap(b, width_b / 2, 1);
  cap(a, width_a / 2, -1);
  return out;
}

double area(const Outline& outline) { return std::abs(signed_area(outline)); }

Outline grown(const Outline& outline, double distance_mm) {
  const std::vector<Point> normals = outward_normals(outline);
  Outline out = outline;
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].x += distance_mm * normals[i].x;
    out[i].y += distance_mm * normals[i].y;
  }
  return out;
}

Outline mirrored(const Outline& outline) {
  Outline out = outline;
  for (Point& p : out) p.x = -p.x;
  return out;
}

Outline scaled(const Outline& outline, Point about, double factor) {
  Outline out = outline;
  for (Point& p : out) p = {about.x + factor * (p.x - about.x), about.y + factor * (p.y - about.y)};
  return out;
}

Outline redrawn(const Outline& outline, Random& random, double sd_mm, double length_mm,
                double bias_mm) {
  Path closed = outline;
  closed.push_back(outline.front());
  const std::vector<double> arc = arc_lengths(closed);
  const auto knots = static_cast<std::size_t>(std::max(4.0, std::round(arc.back() / length_mm)));
  std::vector<double> value(knots);
  for (double& v : value) v = random.normal();
  const std::vector<Point> normals = outward_normals(outline);
  Outline out = outline;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double s = arc[i] / arc.back() * static_cast<double>(knots);
    const auto k = static_cast<std::size_t>(s) % knots;
    const double t = s - std::floor(s), w = t * t * (3 - 2 * t);
    // Mixing two independent values with weights 1-w and w loses variance between the knots.
    const double mixed =
        ((1 - w) * value[k] + w * value[(k + 1) % knots]) / std::sqrt((1 - w) * (1 - w) + w * w);
    const double d = bias_mm + sd_mm * mixed;
    out[i].x += d * normals[i].x;
    out[i].y += d * normals[i].y;
  }
  return out;
}

}  // namespace myoseg::cohort
