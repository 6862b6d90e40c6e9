// The five muscles of the L3 level, drawn into a scene.
#include <algorithm>
#include <cmath>

#include "data/cohort/l3/body.h"
#include "data/cohort/tissue.h"

namespace myoseg::cohort {
namespace {

// `fatness`: how much more or less than the average muscle this one takes up fat.
Material tissue(const L3Body& body, double fatness) {
  return muscle_tissue(body.subject.lean_hu + body.enhancement_hu,
                       body.subject.fat_share * fatness);
}

void add_both(Scene& scene, Outline outline, int side, const Material& material, int label,
              double hand) {
  Shape shape = painted(side == 0 ? mirrored(outline) : std::move(outline), material, label);
  shape.hand = hand;
  scene.push_back(std::move(shape));
}

// 0 at both ends of [from, to], 1 inside, over `length` mm.
double taper(double s, double from, double to, double length) {
  const double t = std::clamp(std::min(s - from, to - s) / length, 0.0, 1.0);
  return std::sqrt(t * (2 - t));
}

// Rectus abdominis and the three layers of the wall, all inside the fascia.
void add_wall(const L3Body& body, int side, Scene& scene) {
  const L3Body::Fascia fascia = body.fascia();
  const std::vector<double> arc = arc_lengths(fascia.half);
  const auto i = static_cast<std::size_t>(side);
  const double scale = body.muscle * body.skeleton;
  const double sheath = 1.2, from = body.linea_half_mm;
  const double width = std::clamp(0.42 * (body.cavity_half_width + 16), 46.0, 74.0);
  const double thick = 9.2 * scale * body.part[rectus][i];
  const auto profile = [](double u) { return std::pow(4 * u * (1 - u), 0.4) * (1.08 - 0.3 * u); };
  add_both(scene,
           strip(
               fascia.half, from, from + width, [&](double) { return sheath; },
               [&](double u) { return sheath + thick * profile(u); }),
           side, tissue(body, 0.8), rectus, 1.15);

  const double edge = from + width, flank = arc[fascia.flank], raphe = arc[fascia.raphe];
  const double f = scale * body.part[abdominal_wall][i];
  struct Layer {
    double from, to, thick, ends;
  };
  const std::array<Layer, 3> layers{{{edge + 13, flank + 12, 5.0 * f, 22},
                                     {edge + 4, raphe - 16, 7.0 * f, 16},
                                     {edge + 2, raphe - 6, 3.3 * f, 10}}};
  const auto depth = [&](double s, std::size_t layer) {  // of the layer's outer face
    double d = 0.8;
    for (std::size_t k = 0; k < layer; ++k)
      d += layers[k].thick * taper(s, layers[k].from, layers[k].to, layers[k].ends) + body.plane_mm;
    return d;
  };
  for (std::size_t k = 0; k < layers.size(); ++k) {
    const Layer& layer = layers[k];
    const auto at = [&](double u) { return layer.from + u * (layer.to - layer.from); };
    add_both(scene,
             strip(
                 fascia.half, layer.from, layer.to, [&](double u) { return depth(at(u), k); },
                 [&](double u) {
                   return depth(at(u), k) +
                          layer.thick * taper(at(u), layer.from, layer.to, layer.ends);
                 }),
             side, tissue(body, 0.7), abdominal_wall, 0.65);
  }
}

void add_erector(const L3Body& body, int side, Scene& scene) {
  // clang-format off
  static constexpr std::array<Point, 13> kKnots{{
      {5.5, 45}, {4.5, 58}, {6, 71}, {15, 79}, {31, 82}, {48, 80}, {63, 72}, {72, 59}, {71, 46},
      {60, 37}, {44, 34}, {30, 36}, {17, 40}}};
  // clang-format on
  const double k = body.skeleton;
  const double grow = body.muscle * body.part[erector][static_cast<std::size_t>(side)];
  const Point anchor{10 * k, 40 * k};
  const auto place = [&](Point p) {
    return Point{anchor.x + grow * (k * p.x - anchor.x), anchor.y + grow * (k * p.y - anchor.y)};
  };
  std::vector<Point> knots;
  for (const Point& p : kKnots) {
    knots.push_back(place(p));
    knots.back().x = std::max(knots.back().x, 3.5);
  }
  add_both(scene, smooth_closed(knots, 8), side, tissue(body, 1.15), erector, 1);

  // Fat in the clefts multifidus | longissimus | iliocostalis: the readers' label covers it.
  const double cleft = 0.2 + 13 * body.subject.fat_share;
  const Material fat{.hu = -80, .variation_hu = 6};
  add_both(scene, thick_line(place({25, 40}), place({33, 74}), 1.2 * cleft, 0.5 * cleft), side, fat,
           kKeepLabel, 1);
  add_both(scene, thick_line(place({49, 38}), place({56, 72}), 0.9 * cleft, 0.4 * cleft), side, fat,
           kKeepLabel, 1);
}

}  // namespace

void add_l3_muscles(const L3Body& body, double z, Scene& scene) {
  for (int side = 0; side < 2; ++side) {
    const auto i = static_cast<std::size_t>(side);
    add_wall(body, side, scene);

    const double r = body.psoas_radius(side) * (1 - 0.006 * z);  // the psoas grows downwards
    const Point at{std::abs(body.psoas_centre(side, z).x), body.psoas_centre(side, z).y};
    add_both(scene, lobed(at, r, 1.17 * r, 0.3, body.psoas_lobes[i], 48), side, tissue(body, 0.45),
             psoas, 1.3);

    const double q = 18.5 * body.skeleton * body.muscle * body.part[quadratus][i];
    const double x = std::max(63 * body.skeleton, at.x + 0.55 * r + 0.6 * q);
    add_both(scene,
             lobed({x, 24.5 * body.skeleton}, q, 0.46 * q, -0.28, body.quadratus_lobes[i], 48),
             side, tissue(body, 0.9), quadratus, 1.8);
    add_erector(body, side, scene);
  }
}

}  // namespace myoseg::cohort
