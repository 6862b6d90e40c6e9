// Outlines in a plane of pixels, filled, interpolated and traced. Inside data/ only.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace myoseg {

using Point = std::array<double, 2>;  // in pixels; a pixel's centre is a whole number
using Polygon = std::vector<Point>;   // closed: the last point leads to the first

// A pixel is inside when an odd number of outlines encloses its centre, so that outlines in
// outlines are holes. On an edge it counts to one side alone: of two polygons that share the edge
// one has it.
void fill_even_odd(std::span<const Polygon> outlines, std::int64_t width, std::int64_t height,
                   std::span<std::uint8_t> mask);

// Distances to the mask's boundary in units of the pixel size: negative inside. Where there is no
// boundary, a number larger than any distance. Exact (Felzenszwalb and Huttenlocher, Theory of
// Computing 8, 2012), boundary pixels at half a pixel.
[[nodiscard]] std::vector<float> signed_distance(std::span<const std::uint8_t> mask,
                                                 std::int64_t width, std::int64_t height,
                                                 double pixel_width, double pixel_height);

// The outlines of a mask, halfway between the centres of inner and outer pixels (marching squares),
// corners of one line left out. Outer ones have a positive area, holes a negative; pixels that
// touch at a corner alone are apart. fill_even_odd of them is the mask again.
[[nodiscard]] std::vector<Polygon> trace(std::span<const std::uint8_t> mask, std::int64_t width,
                                         std::int64_t height);
[[nodiscard]] double area(const Polygon& polygon);
// Each hole joined to the outline around it by a slit of no width, as RTSTRUCT asks for (PS3.3,
// C.8.8.6.3); what is left are outlines without holes.
[[nodiscard]] std::vector<Polygon> with_keyholes(std::vector<Polygon> outlines);

}  // namespace myoseg
