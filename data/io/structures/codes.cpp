#include "data/io/structures/codes.h"

#include <array>
#include <cctype>
#include <string_view>
#include <vector>

namespace myoseg {
namespace {

const Code kTissue{"85756007", "Tissue"};
const Code kAnatomy{"91723000", "Anatomical Structure"};
const Code kAltered{"49755003", "Morphologically Abnormal Structure"};

struct Known {
  std::string_view words;  // lower case, one blank between
  const Code* category;
  std::string_view value, meaning;
};
// PS3.16: CID 7166 (tissues) and 7159 (lesions); muscles, bones and vertebrae as TotalSegmentator's
// table of codes has them.
const std::array kKnown{
    Known{"muscle", &kTissue, "91727004", "Muscle"},
    Known{"skeletal muscle", &kAnatomy, "127954009", "Skeletal muscle"},
    Known{"fat", &kTissue, "55603005", "Fat"},
    Known{"adipose tissue", &kTissue, "55603005", "Fat"},
    Known{"subcutaneous fat", &kTissue, "67769002", "Subcutaneous fatty tissue"},
    Known{"bone", &kTissue, "3138006", "Bone"},
    Known{"skin", &kTissue, "39937001", "Skin"},
    Known{"tendon", &kTissue, "13024002", "Tendon"},
    Known{"nerve", &kTissue, "91728009", "Nerve"},
    Known{"cartilage", &kTissue, "309312004", "Cartilage"},
    Known{"tumour", &kAltered, "108369006", "Neoplasm"},
    Known{"tumor", &kAltered, "108369006", "Neoplasm"},
    Known{"gluteus maximus", &kAnatomy, "181674001", "Gluteus maximus muscle"},
    Known{"gluteus medius", &kAnatomy, "78333006", "Gluteus medius muscle"},
    Known{"gluteus minimus", &kAnatomy, "75297007", "Gluteus minimus muscle"},
    Known{"iliopsoas", &kAnatomy, "68455001", "Iliopsoas muscle"},
    Known{"autochthon", &kAnatomy, "244849004", "Deep muscle of back"},
    Known{"femur", &kAnatomy, "71341001", "Femur"},
    Known{"hip", &kAnatomy, "29836001", "Hip"},
    Known{"tibia", &kAnatomy, "12611008", "Tibia"},
    Known{"fibula", &kAnatomy, "87342007", "Fibula"},
    Known{"patella", &kAnatomy, "64234005", "Patella"},
    Known{"sacrum", &kAnatomy, "54735007", "Sacrum"},
    Known{"vertebrae l3", &kAnatomy, "36470004", "L3 vertebra"},
};

std::vector<std::string> words_of(const std::string& name) {
  std::vector<std::string> words(1);
  for (const char letter : name) {
    const auto c = static_cast<unsigned char>(letter);
    if (std::isalnum(c) != 0)
      words.back() += static_cast<char>(std::tolower(c));
    else if (!words.back().empty())
      words.emplace_back();
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

}  // namespace

StructureCodes codes_of(const std::string& name) {
  StructureCodes codes{kTissue, kTissue, {}};
  std::string rest;
  for (const std::string& word : words_of(name)) {
    if (word == "left" || word == "l")
      codes.side = {"7771000", "Left"};
    else if (word == "right" || word == "r")
      codes.side = {"24028007", "Right"};
    else
      rest += (rest.empty() ? "" : " ") + word;
  }
  for (const Known& known : kKnown)
    if (rest == known.words) {
      codes.category = *known.category;
      codes.type = {std::string(known.value), std::string(known.meaning)};
    }
  return codes;
}

}  // namespace myoseg
