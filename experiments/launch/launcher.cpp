// The table of launchers.
#include "experiments/launch/launcher.h"

namespace myoseg {

extern const LauncherEntry kSerialLauncher, kLocalLauncher;

std::span<const LauncherEntry* const> table(const LauncherEntry*) {
  static const LauncherEntry* const entries[] = {&kSerialLauncher, &kLocalLauncher};
  return entries;
}

}  // namespace myoseg
