#include "data/cohort/warp.h"

#include <cmath>
#include <numbers>

namespace myoseg::cohort {

Warp::Warp(Random& random, const Posture& posture, int waves, double sd_mm, double reach_mm)
    : posture_(posture), reach_(reach_mm) {
  constexpr double kTurn = 2 * std::numbers::pi;
  // A cosine has variance 1/2 and its random direction shares it between x and y.
  const double amplitude = 2 * sd_mm / std::sqrt(static_cast<double>(waves));
  for (int i = 0; i < waves; ++i) {
    const double wavelength = random.uniform(90, 260), along = random.uniform(0, kTurn);
    const double moves = random.uniform(0, kTurn);
    waves_.push_back({kTurn / wavelength * std::cos(along), kTurn / wavelength * std::sin(along),
                      random.normal(0, kTurn / 250), random.uniform(0, kTurn),
                      amplitude * std::cos(moves), amplitude * std::sin(moves)});
  }
}

Point Warp::operator()(Point p, double z) const {
  const double near = std::exp(-(p.x * p.x + p.y * p.y) / (2 * reach_ * reach_));
  const double twist = posture_.twist_rad * near;
  Point q{p.x * std::cos(twist) - p.y * std::sin(twist),
          p.x * std::sin(twist) + p.y * std::cos(twist)};
  for (const Wave& w : waves_) {
    const double c = std::cos(w.kx * p.x + w.ky * p.y + w.kz * z + w.phase);
    q.x += w.ax * c;
    q.y += w.ay * c;
  }
  q.x += posture_.tilt_x * z;
  q.y += posture_.tilt_y * z;
  const double c = std::cos(posture_.roll_rad), s = std::sin(posture_.roll_rad);
  return {c * q.x - s * q.y + posture_.offset_x_mm, s * q.x + c * q.y + posture_.offset_y_mm};
}

}  // namespace myoseg::cohort
