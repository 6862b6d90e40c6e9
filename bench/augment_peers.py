"""Times MONAI's random transforms of a volume and its label in turn with augment_speed, and prints
how many times faster ours are.

    python3 augment_peers.py path/to/augment_speed [--rounds N] [--seconds S]

MONAI must be importable. Every program runs on one thread; in each round they run one after the
other, and the medians are compared. CPU time is what counts on a machine that is not idle. Each
transform is applied every time, with the ranges of augment_speed; MONAI turns, scales, shifts and
bends in one resampling too, and its brightness, contrast and gamma are three transforms as ours.
"""

import argparse
import json
import math
import os
import pathlib
import statistics
import subprocess
import time

SIDE = 96
BOTH = ["image", "label"]
EVERY = {"prob": 1.0}


def moved(bent):
    from monai.transforms import Rand3DElasticd, RandAffined

    angle = math.radians(15)
    motion = {
        "rotate_range": [angle] * 3,
        "scale_range": [(-0.15, 0.15)] * 3,
        "translate_range": [0.05 * SIDE] * 3,
        "mode": ["bilinear", "nearest"],
        "padding_mode": "zeros",
    }
    if not bent:
        return [RandAffined(BOTH, **motion, **EVERY)]
    # White noise under a Gaussian of 6 voxels: the magnitude that leaves a displacement of 2.
    return [Rand3DElasticd(BOTH, (6, 6), (300, 300), **motion, **EVERY)]


def mirrored():
    from monai.transforms import RandFlipd

    return [RandFlipd(BOTH, spatial_axis=2, **EVERY)]


def turned_by_quarters():
    from monai.transforms import RandRotate90d

    return [RandRotate90d(BOTH, spatial_axes=(1, 2), **EVERY)]


def blurred():
    from monai.transforms import RandGaussianSmoothd

    sigma = {f"sigma_{axis}": (0.5, 1.0) for axis in "xyz"}
    return [RandGaussianSmoothd(BOTH[:1], **sigma, **EVERY)]


def of_low_resolution():
    from monai.transforms import RandSimulateLowResolutiond

    return [RandSimulateLowResolutiond(BOTH[:1], zoom_range=(0.5, 1.0), **EVERY)]


def of_other_grey_values():
    from monai.transforms import RandAdjustContrastd, RandScaleIntensityFixedMeand
    from monai.transforms import RandShiftIntensityd

    return [
        RandShiftIntensityd(BOTH[:1], 0.1, **EVERY),
        RandScaleIntensityFixedMeand(BOTH[:1], (-0.2, 0.25), **EVERY),
        RandAdjustContrastd(BOTH[:1], gamma=(0.8, 1.25), **EVERY),
    ]


def noisy():
    from monai.transforms import RandGaussianNoised

    return [RandGaussianNoised(BOTH[:1], std=0.03, sample_std=False, **EVERY)]


def all_transforms(bent=True):
    return [
        *moved(bent), *mirrored(), *blurred(), *of_low_resolution(), *of_other_grey_values(),
        *noisy(),
    ]  # fmt: skip


# Names of augment_speed's benchmarks.
CASES = {
    "all": all_transforms,
    "all_but_elastic": lambda: all_transforms(False),
    "spatial": lambda: moved(False),
    "spatial_elastic": lambda: moved(True),
    "mirror": mirrored,
    "rotate90": turned_by_quarters,
    "blur": blurred,
    "low_resolution": of_low_resolution,
    "brightness_contrast_gamma": of_other_grey_values,
    "noise": noisy,
}


def sample(torch):
    from monai.data import MetaTensor

    x, y, z = (torch.arange(SIDE).float().reshape(shape) for shape in ((-1,), (-1, 1), (-1, 1, 1)))
    image = (torch.sin(0.2 * x) * torch.cos(0.1 * (y + z)))[None]
    label = (image > 0.5).to(torch.uint8)
    return {"image": MetaTensor(image), "label": MetaTensor(label)}


def time_peer(transform, data, seconds):
    def once():
        transform({key: value.clone() for key, value in data.items()})

    once()
    steps, wall, cpu = 0, time.perf_counter(), time.process_time()
    while steps < 3 or time.perf_counter() - wall < seconds:
        once()
        steps += 1
    return (time.perf_counter() - wall) / steps * 1e3, (time.process_time() - cpu) / steps * 1e3


def time_ours(program, name, seconds):
    # The variables that let Python find its LibTorch would mislead ours.
    environment = {k: v for k, v in os.environ.items() if k not in ("LD_LIBRARY_PATH", "PYTHONPATH")}
    out = subprocess.run(
        [
            program,
            f"--benchmark_filter=^{name}$",
            f"--benchmark_min_time={seconds}",
            "--benchmark_format=json",
        ],
        env=environment, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    (result,) = json.loads(out)["benchmarks"]
    return result["real_time"], result["cpu_time"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each program in a round")
    options = parser.parse_args()

    import monai
    import torch

    torch.set_num_threads(1)
    data = sample(torch)
    print(f"# torch {torch.__version__}, MONAI {monai.__version__}, load {os.getloadavg()[0]:.2f}")
    print("transforms,peer_wall_ms,peer_cpu_ms,our_wall_ms,our_cpu_ms,wall_ratio,cpu_ratio")
    for name, make in CASES.items():
        transform = monai.transforms.Compose(make())
        peer, ours = [], []
        for _ in range(options.rounds):
            peer.append(time_peer(transform, data, options.seconds))
            ours.append(time_ours(options.program, name, options.seconds))
        p, o = ([statistics.median(t) for t in zip(*times)] for times in (peer, ours))
        print(
            f"{name},{p[0]:.1f},{p[1]:.1f},{o[0]:.2f},{o[1]:.2f},"
            f"{p[0] / o[0]:.1f},{p[1] / o[1]:.1f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
