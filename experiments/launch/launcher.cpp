// The table of launchers.
#include "experiments/launch/launcher.h"

namespace myoseg {

extern const LauncherEntry kSerialLauncher, kLocalLauncher, kSlurmLauncher;

std::span<const LauncherEntry* const> table(const LauncherEntry*) {
  static const LauncherEntry* const entries[] = {&kSerialLauncher, &kLocalLauncher,
                                                 &kSlurmLauncher};
  return entries;
}

}  // namespace myoseg
