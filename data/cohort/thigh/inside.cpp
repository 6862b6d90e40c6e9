#include "data/cohort/thigh/inside.h"

#include <algorithm>
#include <cmath>

#include "data/cohort/tissue.h"

namespace myoseg::cohort {
namespace {

// {z, {x, y, rx, ry}}
const Sweep kArtery{
    {160, {30, -18, 5, 5}},     {90, {46, -32, 5, 5}},      {40, {62, -54, 4.5, 4.5}},
    {0, {78, -66, 4.5, 4.5}},   {-60, {74, -54, 4.5, 4.5}}, {-110, {69, -44, 4, 4}},
    {-170, {60, -27, 4, 4}},    {-230, {58, -4, 3.6, 3.6}}, {-290, {70, 16, 3.4, 3.4}},
    {-350, {77, 24, 3.4, 3.4}}, {-470, {76, 30, 3, 3}}};
const Sweep kVein{{160, {34, -8, 6, 5}},    {90, {48, -20, 6, 5}},    {40, {56, -46, 6, 5}},
                  {0, {66, -62, 6, 5}},     {-60, {65, -49, 5.5, 5}}, {-110, {64, -37, 5, 4.5}},
                  {-170, {62, -19, 5, 4}},  {-230, {64, 4, 4.5, 4}},  {-290, {75, 22, 4.5, 4}},
                  {-350, {79, 30, 4.5, 4}}, {-470, {78, 36, 4, 4}}};
const Sweep kDeepArtery{{-40, {84, -52, 3, 3}},
                        {-90, {86, -26, 3, 3}},
                        {-180, {88, 0, 2.4, 2.4}},
                        {-260, {88, 8, 1.8, 1.8}}};
const Sweep kSciatic{{40, {62, 52, 5, 3}},   {0, {84, 42, 7, 4}},    {-60, {90, 40, 7, 4}},
                     {-140, {87, 38, 5, 4}}, {-260, {83, 33, 5, 4}}, {-330, {82, 33, 5, 4}},
                     {-470, {84, 38, 4, 3}}};
void add_tube(const ThighBody& body, const Sweep& sweep, double calibre, double hu, int side,
              double z, Scene& scene) {
  std::optional<Section> s = section_at(sweep, z);
  if (!s) return;
  s->rx *= calibre, s->ry *= calibre;
  // Fat goes with a vessel; the muscles' labels give way to both.
  Outline outline = body.place(side, z, section_outline(*s, 2, {}, 20));
  scene.push_back(painted(grown(outline, 1.6), {.hu = -90, .variation_hu = 8}, 0));
  scene.push_back(painted(std::move(outline), {.hu = hu, .variation_hu = 3}, 0));
}

// Relative to the blob's middle; 0 where it is not.
double width_at(const ThighBlob& blob, double z) {
  const double up = (z - blob.z) / blob.half_height;
  const double r = std::sqrt(std::max(0.0, 1 - up * up));
  return r * std::min(blob.rx, blob.ry) < 1 ? 0 : r;
}

void add_organ(const ThighBlob& blob, double scale, double z, Scene& scene) {
  const double r = scale * width_at(blob, z);
  if (r == 0) return;
  const Point at{scale * blob.centre.x, scale * blob.centre.y};
  Outline outline = lobed(at, r * blob.rx, r * blob.ry, 0, blob.lobes, 40);
  Outline within = grown(outline, -2);
  scene.push_back(painted(std::move(outline), {.hu = 38, .variation_hu = 4}));
  scene.push_back(painted(within, {.hu = blob.hu, .variation_hu = 5}));
  if (blob.gas <= 0) return;
  for (Point& p : within) p.y = std::min(p.y, at.y + (2 * blob.gas - 1) * r * blob.ry);
  scene.push_back(painted(std::move(within), {.hu = -940}));
}

}  // namespace

ThighInside draw_thigh_inside(std::uint64_t seed, const ThighBody& body) {
  Random random(seed, "cohort thigh inside", {body.subject.number});
  ThighInside inside;
  inside.calibre = std::exp(random.normal(0, 0.1));
  inside.calcium = std::clamp((body.subject.age - 55) / 45.0, 0.0, 0.8) * random.uniform();
  const double full = random.uniform(0.5, 1.1);
  const auto lobes = [&] { return draw_lobes(random, 0.05); };
  const auto gas = [&](double chance) {
    return random.chance(chance) ? random.uniform(0.2, 0.6) : 0;
  };
  // In braces: evaluated from left to right whatever the compiler.
  auto& organs = inside.organs;
  for (int i = 0; i < 7; ++i)  // loops of bowel
    organs.push_back({{random.uniform(-42, 42), random.uniform(-66, -4)},
                      random.uniform(70, 135),
                      random.uniform(14, 30),
                      random.uniform(11, 19),
                      random.uniform(10, 16),
                      random.uniform(8, 48),
                      gas(0.25),
                      lobes()});
  organs.push_back({{random.normal(0, 3), 48},  // rectum
                    20,
                    60,
                    random.uniform(13, 20),
                    random.uniform(12, 16),
                    random.uniform(25, 45),
                    gas(0.5),
                    lobes()});
  organs.push_back({{random.normal(0, 3), -28},  // bladder
                    18 + 12 * full,
                    26 + 20 * full,
                    36 * full,
                    24 * full,
                    random.uniform(2, 12),
                    0,
                    lobes()});
  organs.push_back({{0, 40}, -38, 28, 15, 14, 45, 0, lobes()});   // the end of the bowel
  organs.push_back({{0, -14}, -68, 24, 14, 12, 42, 0, lobes()});  // the pelvic floor
  if (body.subject.male)
    organs.push_back({{0, -6}, -22, 20, 22, 17, 44, 0, lobes()});
  else
    organs.push_back({{random.normal(0, 6), 12},
                      30,
                      30,
                      random.uniform(18, 26),
                      random.uniform(14, 19),
                      48,
                      0,
                      lobes()});
  for (auto& of_side : inside.nodes)
    for (int i = 0; i < 4; ++i) {
      const double z = random.uniform(-70, -5), angle = random.uniform(-2.2, -1.6);
      const double r = std::min(random.uniform(3, 5.5), 0.3 * body.fat_at(z));
      of_side.push_back({body.under_skin(z, angle, 0.45), z, random.uniform(6, 12),
                         r * random.uniform(1, 1.4), r, 25, 0, lobes()});
    }
  return inside;
}

void add_thigh_organs(const ThighBody& body, const ThighInside& inside, double z, Scene& scene) {
  const std::size_t from = scene.size();
  for (const ThighBlob& organ : inside.organs) add_organ(organ, body.skeleton, z, scene);
  for (std::size_t i = from; i < scene.size(); ++i) scene[i].clipped = true;
}

void add_thigh_nodes(const ThighBody& body, const ThighInside& inside, double z, Scene& scene) {
  for (int side = 0; side < 2; ++side)
    for (const ThighBlob& node : inside.nodes[static_cast<std::size_t>(side)])
      if (const double r = width_at(node, z); r > 0)
        scene.push_back(painted(
            body.place(side, z, lobed(node.centre, r * node.rx, r * node.ry, 0, node.lobes, 20)),
            {.hu = node.hu}));
  // The great saphenous vein: from the groin along the inside.
  if (z > -40) return;
  const double angle = -2.1 - 1.3 * rise(z, -40, -400), r = std::min(2.2, 0.3 * body.fat_at(z));
  for (int side = 0; side < 2; ++side)
    scene.push_back(painted(
        body.place(side, z, ellipse(body.under_skin(z, angle, 0.5), r, r, 0, 16)), {.hu = 38}));
}

void add_thigh_vessels(const ThighBody& body, const ThighInside& inside, double z, Scene& scene) {
  constexpr double kBloodHu = 43;
  for (int side = 0; side < 2; ++side) {
    add_tube(body, kSciatic, 1, 32, side, z, scene);
    add_tube(body, kDeepArtery, inside.calibre, kBloodHu, side, z, scene);
    add_tube(body, kVein, inside.calibre, kBloodHu - 2, side, z, scene);
    add_tube(body, kArtery, inside.calibre, kBloodHu, side, z, scene);
    const auto s = section_at(kArtery, z);
    // Plaques come and go along the artery.
    const double plaque = std::sin(z / 17 + side) * std::sin(z / 41 + 2 * side);
    if (s && plaque > 1 - 2 * inside.calcium)
      scene.push_back(
          painted(body.place(side, z, ellipse({s->x - 0.7 * s->rx, s->y}, 1.1, 0.6 * s->ry, 0, 14)),
                  {.hu = 520}, 0));
  }
}

}  // namespace myoseg::cohort
