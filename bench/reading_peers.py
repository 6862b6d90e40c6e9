"""Times SimpleITK on label maps in turn with reading_speed and compares what both read.

    python3 reading_peers.py READING_SPEED FOLDER [--count N] [--format .nii.gz] [--rounds N]

Writes N masks of 512 x 512 x 176 into FOLDER on its first call. CPU time is user and system time of
reading alone, on one thread; the median of the rounds is printed.
"""

import argparse
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time
import zlib

import numpy as np
import SimpleITK as sitk


def write_masks(folder, count, ending):
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    z, y, x = np.ogrid[:176, :512, :512]
    for n in range(count):
        path = folder / f"mask_{n:03}{ending}"
        if path.exists():
            continue
        mask = np.zeros((176, 512, 512), np.uint8)
        for label in range(1, 6):
            cy, cx = 150 + 40 * label + rng.integers(-10, 10), 256 + rng.integers(-100, 100)
            inside = (
                ((z - 88) / 80) ** 2 + ((y - cy) / (20 + 5 * label)) ** 2 + ((x - cx) / 45) ** 2
            )
            mask[inside < 1] = label
        image = sitk.GetImageFromArray(mask)
        image.SetSpacing((0.8, 0.8, 1.5))
        sitk.WriteImage(image, str(path), True)


def read_with_simpleitk(files):
    """Wall, user and system seconds of reading, and what was read as reading_speed prints it."""
    spent, lines = [0.0, 0.0, 0.0], []
    for file in files:
        before, start = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
        image = sitk.ReadImage(str(file))
        after, end = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
        spent[0] += end - start
        spent[1] += after.ru_utime - before.ru_utime
        spent[2] += after.ru_stime - before.ru_stime
        array = np.ascontiguousarray(sitk.GetArrayViewFromImage(image))
        lines.append((array.size, f"{zlib.crc32(array):08x}", image.GetSize(), image.GetSpacing()))
    return spent, lines


def read_with_ours(program, files):
    env = dict(os.environ, OMP_NUM_THREADS="1")
    run = [program, "labels", *map(str, files)]
    out = subprocess.run(run, env=env, check=True, capture_output=True, text=True).stdout
    *lines, spent = out.splitlines()
    parsed = []
    for line in lines:
        w = line.split()
        parsed.append((int(w[0]), w[1], tuple(map(int, w[2:5])), tuple(map(float, w[5:8]))))
    return list(map(float, spent.split())), parsed


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=42)
    parser.add_argument("--format", default=".nii.gz")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    write_masks(options.folder, options.count, options.format)
    files = sorted(options.folder.glob(f"mask_*{options.format}"))
    times = {"myoseg": [], "SimpleITK": []}
    for _ in range(options.rounds):
        ours, our_lines = read_with_ours(options.program, files)
        theirs, their_lines = read_with_simpleitk(files)
        times["myoseg"].append(ours)
        times["SimpleITK"].append(theirs)
        for file, a, b in zip(files, our_lines, their_lines, strict=True):
            if a[:3] != b[:3] or not np.allclose(a[3], b[3]):
                sys.exit(f"{file}: {a} against SimpleITK's {b}")
    print(f"{len(files)} files of {options.format}, seconds: wall, user, system, CPU")
    for name, rounds in times.items():
        wall, user, system = (statistics.median(column) for column in zip(*rounds))
        print(f"{name:10} {wall:7.2f} {user:7.2f} {system:7.2f} {user + system:7.2f}")


if __name__ == "__main__":
    main()
