"""Times MONAI's transforms of kim2024 on a scan and its label map in turn with preparing_speed, and
compares what both make of them.

    python3 preparing_peers.py PREPARING_SPEED FOLDER [--size X Y Z] [--threads N] [--rounds N]

Writes the scan as .nii and .nii.gz into FOLDER on its first call. MONAI and nibabel must be
importable. Both have as many threads; files are in the page cache. The medians are compared.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import time

import nibabel
import numpy as np

BOTH = ["image", "label"]


def write_scan(folder, size):
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / "label.nii.gz").exists():
        return
    rng = np.random.default_rng(0)
    x, y, z = np.ogrid[: size[0], : size[1], : size[2]]
    body = ((x - size[0] / 2) / (0.4 * size[0])) ** 2 + ((y - size[1] / 2) / (0.3 * size[1])) ** 2 < 1
    image = np.where(np.broadcast_to(body, size), 40, -1000).astype(np.int16)
    # Bone reaches beyond the window: MONAI's gamma is relative to the largest value that is there.
    bone = ((x - size[0] / 2) / 24) ** 2 + ((y - size[1] / 2) / 24) ** 2 < 1
    image[np.broadcast_to(bone, size)] = 700
    image += rng.integers(-30, 30, size, np.int16)
    label = np.zeros(size, np.uint8)
    for n in range(1, 30):
        cx, cy = (0.2 + 0.02 * n) * size[0], (0.3 + 0.013 * n) * size[1]
        label[np.broadcast_to(((x - cx) / 14) ** 2 + ((y - cy) / 20) ** 2 < 1, size)] = n
    affine = np.diag([-0.8, -0.8, 1.25, 1])
    for name, voxels in (("image", image), ("label", label)):
        for ending in (".nii", ".nii.gz"):
            nibabel.save(nibabel.Nifti1Image(voxels, affine), folder / (name + ending))


def pipeline():
    from monai import transforms as t

    return t.Compose(
        [
            t.LoadImaged(BOTH),
            t.EnsureChannelFirstd(BOTH),
            t.ScaleIntensityRanged("image", -57, 164, 0.0, 1.0, clip=True),
            t.AdjustContrastd("image", gamma=2.0),
            t.CropForegroundd(BOTH, source_key="image"),
            t.Spacingd(BOTH, pixdim=(1.5, 1.5, 2.0), mode=("bilinear", "nearest")),
            t.Orientationd(BOTH, axcodes="RAS", labels=(("L", "R"), ("P", "A"), ("I", "S"))),
        ]
    )


def monai_once(transform, files):
    cpu, start = time.process_time(), time.monotonic()
    result = transform(files)
    return (time.monotonic() - start, time.process_time() - cpu), result


def ours_once(program, files, threads, out):
    # The second of two rounds: MONAI's process is a warm one too.
    run = [program, files["image"], files["label"], "2", str(threads), str(out)]
    lines = subprocess.run(run, check=True, capture_output=True, text=True).stdout.split("\n")
    size = tuple(map(int, lines[2].split()))
    return tuple(map(float, lines[1].split())), size


def compare(result, out, size):
    voxels = np.fromfile(out, np.uint8)
    n = int(np.prod(size))
    image = voxels[: 4 * n].view(np.float32).reshape(size[::-1]).T
    label = voxels[4 * n :].reshape(size[::-1]).T
    theirs = result["image"][0].numpy(), result["label"][0].numpy()
    if theirs[0].shape != image.shape:
        raise SystemExit(f"sizes differ: {image.shape} against {theirs[0].shape}")
    return np.abs(theirs[0] - image).max(), (theirs[1] != label).mean()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--size", type=int, nargs=3, default=(512, 512, 300))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(options.threads)
    import torch

    torch.set_num_threads(options.threads)
    write_scan(options.folder, tuple(options.size))
    transform, out = pipeline(), options.folder / "prepared.bin"
    transform({name: str(options.folder / (name + ".nii")) for name in BOTH})
    print("seconds of wall and CPU time, medians")
    for ending in (".nii", ".nii.gz"):
        files = {name: str(options.folder / (name + ending)) for name in BOTH}
        monai, ours = [], []
        for _ in range(options.rounds):
            ours_time, size = ours_once(options.program, files, options.threads, out)
            monai_time, result = monai_once(transform, files)
            ours.append(ours_time)
            monai.append(monai_time)
        m = [statistics.median(t) for t in zip(*monai)]
        o = [statistics.median(t) for t in zip(*ours)]
        image, label = compare(result, out, size)
        print(
            f"{ending:8} MONAI {m[0]:.3f} {m[1]:.3f}  myoseg {o[0]:.3f} {o[1]:.3f}  times faster"
            f" {m[0] / o[0]:.1f} {m[1] / o[1]:.1f}  largest difference {image:.1e}, labels {label:.1e}"
        )


if __name__ == "__main__":
    main()
