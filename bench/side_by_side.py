#!/usr/bin/env python3
"""Times the published schedule in PyTorch and drivekd's engine in turn on one machine, at the same shape, and prints the ratio.

Usage: python3 bench/side_by_side.py REFERENCE.py [--rounds 2] [--pictures 6] [--text-tokens 264] [--answer-tokens 96] [--dtype float32] [--json FILE]

Start it with the Python that has PyTorch (Debian: /usr/bin/python3 with python3-torch).

REFERENCE.py is a program that runs the published schedule (plain attention that keeps every head, every teacher whole, one backward pass per
task through a retained graph) with random weights and takes --images, --text, --answer, --micro, --slayers, --tlayers, --vlayers, --vocab,
--dtype, --threads; it prints a JSON object with `seconds` (a list, one per sample), `peak_rss_gib` and `gemm_gflops`. It needs PyTorch (Debian:
python3-torch, which multiplies ten times as fast with libopenblas0-pthread). The engine is measured by
`./drivekd bench distill --engine-only --json`. The reference is told how many threads to use (--threads, by default the processors of this
process), the engine chooses for itself.

Their libraries multiply matrices at different rates: "at the engine's rate" says how much of a ratio is left when the reference's seconds are
scaled by its rate over the engine's, both measured in their own runs. Each round runs the one, then the other; ratios are of the fastest sample of the reference to the median warm step of the engine in the same
round, which favours the reference.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

QUARTER = {"slayers": 6, "tlayers": 7, "vlayers": 6, "vocab": 16384}
LEGS = ("cold", "warm_features", "small_memory", "warm_targets", "lazy_warm_targets")


def run(command):
    print("running: " + " ".join(command), file=sys.stderr, flush=True)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"{command[0]} ended with code {done.returncode}; its own message stands above.")
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description="PyTorch's published schedule beside drivekd's engine.")
    parser.add_argument("reference", help="the PyTorch program")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--micro", type=int, default=2, help="samples of the reference per round; the fastest counts")
    parser.add_argument("--pictures", type=int, default=6)
    parser.add_argument("--text-tokens", type=int, default=264)
    parser.add_argument("--answer-tokens", type=int, default=96)
    parser.add_argument("--dtype", default="float32", choices=["float32", "bfloat16"])
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), help="of the reference")
    parser.add_argument("--frozen-vision", action="store_true", help="the reference trains the language model only, as the engine does")
    parser.add_argument("--json", help="write all figures to this file")
    a = parser.parse_args()
    if not pathlib.Path(a.reference).is_file():
        sys.exit(f"{a.reference}: there is no such file; name the PyTorch program of the published schedule.")
    root = pathlib.Path(__file__).resolve().parent.parent
    reference = [sys.executable, a.reference, "--images", str(a.pictures), "--text", str(a.text_tokens), "--answer", str(a.answer_tokens), "--micro", str(a.micro), "--dtype", a.dtype,
                 "--threads", str(a.threads)]
    for name, value in QUARTER.items():
        reference += ["--" + name, str(value)]
    if a.frozen_vision:
        reference.append("--frozen-vision")
    engine = [str(root / "drivekd"), "bench", "distill", "--engine-only", "--json", "--shape", "quarter", "--pictures", str(a.pictures),
              "--text-tokens", str(a.text_tokens), "--answer-tokens", str(a.answer_tokens), "--precision", a.dtype]
    rounds = []
    for number in range(a.rounds):
        plain, ours = run(reference), run(engine)
        fastest = min(plain["seconds"])
        ratio = {leg: fastest / ours["seconds"][leg] for leg in LEGS}
        scale = plain["gemm_gflops"] * 1e9 / ours["gemm_rate"]
        rounds.append({"reference": plain, "engine": ours, "ratio": ratio, "ratio_at_engine_rate": {leg: scale * ratio[leg] for leg in LEGS}})
        print(f"round {number + 1}: PyTorch {plain.get('torch', '?')} {fastest:.2f} s a sample, peak {plain['peak_rss_gib']:.1f} GiB, {plain['gemm_gflops']:.0f} GFLOP/s in products with {plain.get('threads', '?')} threads; the engine's {ours['gemm_rate'] / 1e9:.0f}")
        for leg in LEGS:
            print(f"  {leg:<18} {ours['seconds'][leg]:8.2f} s a sample, peak {ours['peak_bytes'][leg] / 2**30:5.1f} GiB: {ratio[leg]:6.2f} times as fast, {scale * ratio[leg]:6.2f} at the engine's rate")
    for leg in LEGS:
        values = sorted(r["ratio"][leg] for r in rounds)
        print(f"{leg:<18} median {statistics.median(values):.2f} times as fast ({values[0]:.2f} to {values[-1]:.2f})")
    if a.json:
        pathlib.Path(a.json).write_text(json.dumps(rounds, indent=1) + "\n")


if __name__ == "__main__":
    main()
