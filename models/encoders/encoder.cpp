// The table of encoders.
#include "models/encoders/encoder.h"

namespace myoseg {

extern const EncoderEntry kResnet18, kResnet34, kResnet50, kResnet101;
extern const EncoderEntry kDensenet121, kDensenet161, kDensenet169;
extern const EncoderEntry kMitB0, kMitB1, kMitB2, kMitB3, kMitB4, kMitB5;

std::span<const EncoderEntry* const> table(const EncoderEntry*) {
  static const EncoderEntry* const entries[] = {
      &kResnet18, &kResnet34, &kResnet50, &kResnet101, &kDensenet121, &kDensenet161, &kDensenet169,
      &kMitB0,    &kMitB1,    &kMitB2,    &kMitB3,     &kMitB4,       &kMitB5};
  return entries;
}

}  // namespace myoseg
