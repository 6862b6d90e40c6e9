"""Times MedPy, MONAI and DeepMind's surface-distance on the label maps that metrics_speed wrote, and
compares their values with ours.

    metrics_speed FOLDER > FOLDER/ours.txt
    python3 metrics_peers.py FOLDER [--regions N] [--medpy-regions N] [--only NAME]

Each library is called as its documentation does for one structure; a time for fewer than all
regions is multiplied up, and the table says from how many.
"""

import argparse
import csv
import os
import pathlib
import resource
import struct
import time

import numpy as np

REGIONS = 27


def read_labels(path):
    """The label map as an array [z, y, x] and its spacing in the same order."""
    data = path.read_bytes()
    dims = struct.unpack_from("<8h", data, 40)
    pixdim = struct.unpack_from("<8f", data, 76)
    offset = int(struct.unpack_from("<f", data, 108)[0])
    shape = dims[3], dims[2], dims[1]
    spacing = [round(float(pixdim[i]), 6) for i in (3, 2, 1)]
    return np.frombuffer(data, np.uint8, int(np.prod(shape)), offset).reshape(shape), spacing


def deepmind(prediction, truth, spacing):
    import surface_distance as sd

    distances = sd.compute_surface_distances(truth, prediction, spacing)
    to_prediction, to_truth = sd.compute_average_surface_distance(distances)
    del to_prediction
    return {
        "dice": sd.compute_dice_coefficient(truth, prediction),
        "hd_deepmind": sd.compute_robust_hausdorff(distances, 100),
        "hd95_deepmind": sd.compute_robust_hausdorff(distances, 95),
        "msd_to_truth_deepmind": to_truth,
    }


def monai(prediction, truth, spacing):
    import torch
    from monai.metrics import compute_average_surface_distance, compute_hausdorff_distance
    from monai.metrics import compute_dice

    p = torch.from_numpy(prediction)[None, None].float()
    t = torch.from_numpy(truth)[None, None].float()
    keep = {"include_background": True}
    return {
        "dice": compute_dice(p, t, **keep).item(),
        "hd": compute_hausdorff_distance(p, t, spacing=spacing, **keep).item(),
        "hd95": compute_hausdorff_distance(p, t, percentile=95, spacing=spacing, **keep).item(),
        "assd": compute_average_surface_distance(
            p, t, symmetric=True, spacing=spacing, **keep
        ).item(),
    }


def medpy(prediction, truth, spacing):
    from medpy.metric import binary

    return {
        "dice": binary.dc(prediction, truth),
        "hd": binary.hd(prediction, truth, spacing),
        "hd95_medpy": binary.hd95(prediction, truth, spacing),
        "assd": binary.assd(prediction, truth, spacing),
    }


def our_values(path):
    with open(path) as file:
        return {(row["region"], row["metric"]): float(row["value"]) for row in csv.DictReader(file)}


def run(name, function, prediction, truth, spacing, regions, ours, warm_up):
    if warm_up:  # imports and first-call work are not counted
        tiny = np.zeros((8, 8, 8), bool)
        tiny[2:5, 2:5, 2:5] = True
        function(tiny, tiny, spacing)
    wall, cpu, worst = 0.0, 0.0, {}
    for region in regions:
        start, cpu_start = time.perf_counter(), time.process_time()
        values = function(prediction == region, truth == region, spacing)
        wall += time.perf_counter() - start
        cpu += time.process_time() - cpu_start
        for metric, value in values.items():
            mine = ours[str(region), metric]
            off = abs(mine - value) / max(abs(value), 1e-12) if mine != value else 0.0
            worst[metric] = max(worst.get(metric, 0.0), off)
    scale = REGIONS / len(regions)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{name},{wall * scale:.2f},{cpu * scale:.2f},{len(regions)},{peak:.0f},"
        + " ".join(f"{metric}:{off:.1e}" for metric, off in worst.items()),
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--regions", type=int, default=3, help="for surface-distance and MONAI")
    parser.add_argument("--medpy-regions", type=int, default=1)
    parser.add_argument("--only", choices=["deepmind", "monai", "medpy"])
    parser.add_argument("--prediction", default="prediction", help="or stray")
    options = parser.parse_args()
    truth, spacing = read_labels(options.folder / "truth.nii")
    prediction, _ = read_labels(options.folder / f"{options.prediction}.nii")
    values = "all.csv" if options.prediction == "prediction" else "stray_all.csv"
    ours = our_values(options.folder / values)
    print(f"# load {os.getloadavg()[0]:.2f}; times are for {REGIONS} regions")
    print("peer,wall_s,cpu_s,measured_regions,peak_mib,largest relative difference from ours")
    peers = {"deepmind": deepmind, "monai": monai, "medpy": medpy}
    for name, function in peers.items():
        if options.only in (None, name):
            n = options.medpy_regions if name == "medpy" else options.regions
            # Spread over the list, the first included (it may have the stray voxel).
            regions = [1 + i * REGIONS // n for i in range(n)]
            run(name, function, prediction, truth, spacing, regions, ours, True)


if __name__ == "__main__":
    main()
