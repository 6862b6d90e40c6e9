// What lies in a scan beside the body: the table, blankets, cables.
#pragma once

#include <cstdint>

#include "data/volume.h"

namespace myoseg {

// What is no part of the body becomes air (-1000 HU). The body: the largest connected part of the
// voxels above -400 HU, every other part a third as large (the other leg, an arm), and what these
// enclose in an axial slice (lungs, bowel). A table that touches the skin stays.
void remove_table(Image& scan);
void remove_table(Volume<std::int16_t>& scan);

}  // namespace myoseg
