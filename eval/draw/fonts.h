// Letters that a figure can be drawn with on this machine.
#pragma once

#include <string>

namespace myoseg {

struct Drawable {
  std::string text;     // with '?' for each letter that is missing
  std::string missing;  // those letters, each once
};
// gnuplot's PDF and PNG draw a letter that no font has as a box larger than the figure. Asks
// fontconfig's fc-list, as gnuplot's own library does; without that program nothing is missing.
[[nodiscard]] Drawable with_drawable_letters(const std::string& text);

}  // namespace myoseg
