// An oblique scan sampled on a grid along the patient's axes, plane by plane: what is projected in
// its place. Inside data/ only.
#pragma once

#include <cstdint>
#include <type_traits>

#include "data/volume.h"

namespace myoseg {

// Voxels between those of a scan are no whole numbers any more; labels stay labels.
template <class T>
using Sampled = std::conditional_t<std::is_same_v<T, std::uint8_t>, std::uint8_t, float>;

// Axes to the left, back and head; the spacing of the closest stored axes; the smallest such grid
// that holds all of the scan's voxels, about its middle.
[[nodiscard]] Geometry axis_ordered_grid(const Geometry& oblique);

// Planes [first, first + count) of z of that grid: linear between voxels, of labels the nearest
// one; air, or no label, where a centre lies outside the scan. In parallel.
template <class T>
void sample_planes(const Volume<T>& oblique, const Geometry& grid, std::int64_t first,
                   std::int64_t count, Sampled<T>* out);

// All of it.
template <class T>
[[nodiscard]] Volume<Sampled<T>> axis_ordered(const Volume<T>& oblique) {
  Volume<Sampled<T>> volume(axis_ordered_grid(oblique.geometry), 1);
  sample_planes(oblique, volume.geometry, 0, volume.geometry.size[2], volume.voxels.data());
  return volume;
}

}  // namespace myoseg
