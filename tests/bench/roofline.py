#!/usr/bin/env python3
"""What the processor could do with the instructions that the core executes, and what the core does.

    roofline.py BENCH_TWINS [history|N ...] [--rounds 5] [--cc cc]      (history, or a made-up world of N states)

The mix: callgrind counts what the core executes a dyad-year of 8 replicates, one thread, at x86-64-v3 (which valgrind knows).
The ceiling: the same instructions (of 4 doubles or 8 floats), in the same shares, none of which waits for another, with data in
the first cache, written as a loop and measured in the same minutes (peak.c). Three ceilings, each above the next:
  arithmetic   floating-point and integer vector arithmetic alone: what the equations and the random numbers need
  with memory  and loads, stores, and moves between lanes
  everything   and the scalar instructions: addresses, loops, branches
The core's fraction of a ceiling is the ceiling's time over its own, the median over rounds by turns; time is the processor's.
The profile: a share of the time (by sampling) and the fraction of its own arithmetic ceiling, function by function.
"""
import argparse
import collections
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent / "experiments" / "scale")]
import callgrind  # noqa: E402
import world  # noqa: E402

HISTORY = HERE.parent.parent / "configs" / "scenarios" / "history.yaml"
LEVEL, LANES, YEARS, STATES_OF_HISTORY = "x86-64-v3", 8, 20, 11
BODY = 1000  # instructions of a kernel, about

# class: (which mnemonics, an instruction to measure it by). {d} is written, {a} {b} {m} are read, of floats {x} {y}; {b} and
# {y} may lie in memory.
CLASSES = {
    "multiply": ("vmulpd", "vmulpd {d}, {a}, {b}"),
    "add, subtract": ("v(add|sub)pd", "vaddpd {d}, {a}, {b}"),
    "divide": ("vdivpd", "vdivpd {d}, {a}, {b}"),
    "square root": ("vsqrtpd", "vsqrtpd {d}, {b}"),
    "multiply floats": ("vmulps", "vmulps {d}, {x}, {y}"),
    "add, subtract floats": ("v(add|sub)ps", "vaddps {d}, {x}, {y}"),
    "divide floats": ("vdivps", "vdivps {d}, {x}, {y}"),
    "square root floats": ("vsqrtps", "vsqrtps {d}, {y}"),
    "compare, min, max": ("v(cmp\\w*|min|max)p[ds]", "vcmpltpd {d}, {a}, {b}"),
    "blend": ("v(p?blend\\w*|maskmovpd)", "vblendvpd {d}, {a}, {b}, {m}"),
    "logic": ("v(p?(and|andn|or|xor)|(and|andn|or|xor)p[sd])", "vandpd {d}, {a}, {b}"),
    "integer multiply": ("vpmul\\w*", "vpmuludq {d}, {a}, {b}"),
    "integer add": ("vp(add|sub|cmp)\\w*", "vpaddq {d}, {a}, {b}"),
    "shift": ("vps[lr][la]\\w*", "vpsrlq {d}, {a}, 7"),
    "between lanes": ("v(p?unpck\\w*|pack\\w*|p?perm\\w*|p?shuf\\w*|p?ins\\w*|p?ext\\w*|p?broadcast\\w*|pmov\\w*|movddup|cvt\\w*)",
                      "vunpcklpd {d}, {a}, {b}"),
    "load": ("", "vmovupd {d}, {load}"),
    "store": ("", "vmovupd {store}, {a}"),
    "register copy": ("", "vmovapd {d}, {a}"),
    "scalar": ("", "lea {r}, [rdx+8]"),
}
ARITHMETIC = list(CLASSES)[:list(CLASSES).index("between lanes")]
MEMORY = ["between lanes", "load", "store", "register copy"]
CEILINGS = {"arithmetic": ARITHMETIC, "with memory": [*ARITHMETIC, *MEMORY], "everything": list(CLASSES)}
FLOPS = {name + of: n for name in ("multiply", "add, subtract", "divide", "square root") for of, n in (("", 4), (" floats", 8))}


# ---------------------------------------------------------------------------------------------------------------- the mix

def classify(mnemonic, operands):
    """(class, does it read memory too?) of an instruction."""
    is_packed = "ymm" in operands or ("xmm" in operands and not re.search("s[sd]$", mnemonic))
    if not is_packed or mnemonic in ("vzeroupper", "vmovq", "vmovd"):
        return "scalar", False
    target, _, sources = operands.partition(",")
    if re.fullmatch("v(movu|mova|movdq|movnt|lddqu)\\w*|vmovlpd|vmovhpd|vmovddup", mnemonic):
        return ("store" if "[" in target else "load" if "[" in sources else "register copy"), False
    if "[" in target:
        return "store", False
    if re.fullmatch("vp?broadcast\\w*", mnemonic) and "[" in sources:
        return "load", False
    for name, (pattern, _) in CLASSES.items():
        if pattern and re.fullmatch(pattern, mnemonic):
            return name, "[" in sources and name not in ("shift", "between lanes")
    raise SystemExit(f"roofline.py does not know the instruction {mnemonic} {operands}: add it to CLASSES")


class Library:
    """The instructions of the world's library and the functions they belong to."""

    def __init__(self, path):
        self.path, self.of, self.function = path, {}, {}
        text = subprocess.run(["objdump", "-d", "-M", "intel", "--no-show-raw-insn", path], capture_output=True, text=True,
                              check=True).stdout
        name = None
        for line in text.splitlines():
            if found := re.match(r"[0-9a-f]+ <(.*)>:", line):
                name = found[1].split(".")[0]
            elif found := re.match(r"\s*([0-9a-f]+):\t(\S+)\s*(.*)", line):
                self.of[int(found[1], 16)] = found[2], found[3]
                self.function[int(found[1], 16)] = name


def count(executions, library):
    """{function: {(class, reads memory): executions}}; None stands for other libraries."""
    mix = collections.defaultdict(collections.Counter)
    for (where, address), n in executions.items():
        if where == library.path:
            mix[library.function[address]][classify(*library.of[address])] += n
        else:
            mix["(C library)"]["scalar", False] += n
    return mix


def functions_of_mathematics(executions, library):
    """How many numbers they were executed for. Each shifts bits in its own way: of doubles (models/lanes.h), 4 at a time, or of
    floats (engine/normal.h), 8 at a time, and for a sine with its cosine twice."""
    of_one = {("vpsllq", "0x34"): ("exp", 4), ("vpsrlq", "0x34"): ("log", 4), ("vpsrld", "0x17"): ("log of floats", 8),
              ("vpslld", "0x1e"): ("sine with cosine of floats", 4)}
    found = dict.fromkeys((name for name, _ in of_one.values()), 0)
    for (where, address), n in executions.items():
        if where == library.path:
            mnemonic, operands = library.of[address]
            name, lanes = of_one.get((mnemonic, operands.split(",")[-1]), (None, 0))
            if name:
                found[name] += n * lanes
    return found


def total(mix):
    return sum(mix.values(), collections.Counter())


def restricted(mix, classes):
    """The mix without the other classes; what is read from memory counts as read from a register if loads are no class."""
    kept = collections.Counter()
    for (name, reads), n in mix.items():
        if name in classes:
            kept[name, reads and "load" in classes] += n
    return kept


# ------------------------------------------------------------------------------------------------------------ the ceilings

def spread(mix, size):
    """About `size` instructions in the shares of the mix, each class evenly among the others."""
    n, due = sum(mix.values()), []
    for key, share in mix.items():
        times = round(share / n * size)
        due += [((k + 0.5) / times, key) for k in range(times)]
    return [key for _, key in sorted(due)]


def write_kernel(symbol, keys):
    lines = [f"{symbol}:", "push rbx", "vmovupd ymm12, [rsi]", "vmovupd ymm13, [rsi+32]", "vcmpltpd ymm14, ymm12, ymm13",
             "vmovups ymm11, [rsi+8192]", "vmovups ymm15, [rsi+8224]", "1:"]
    for n, (name, reads) in enumerate(keys):
        load, store, load_floats = (f"[rsi+{start + n * 32 % 4096}]" for start in (0, 4096, 8192))  # peak.c lays them out
        lines.append(CLASSES[name][1].format(d=f"ymm{n % 11}", a="ymm12", b=load if reads else "ymm13", m="ymm14", load=load,
                                             store=store, x="ymm11", y=load_floats if reads else "ymm15",
                                             r=("rax", "rbx", "rcx", "r8", "r9", "r10", "r11")[n % 7]))
    return "\n".join([*lines, "dec rdi", "jnz 1b", "vzeroupper", "pop rbx", "ret", ""])


def write_kernels(mixes):
    """Assembler of a kernel for each {name: mix}, and the table that peak.c reads."""
    code, rows = ".intel_syntax noprefix\n.text\n.p2align 6\n", ""
    for k, (name, mix) in enumerate(mixes.items()):
        code += f".p2align 6\n{write_kernel(f'kernel_{k}', spread(mix, BODY))}"
        rows += f".quad name_{k}, kernel_{k}\n"
    names = "".join(f'name_{k}: .string "{k}"\n' for k in range(len(mixes)))
    return (f"{code}.section .rodata\n{names}.section .data.rel.ro,\"aw\"\n.p2align 3\n.globl kernels, n_kernels\n"
            f"kernels:\n{rows}n_kernels: .quad {len(mixes)}\n.section .note.GNU-stack,\"\",@progbits\n")


class Peak:
    """Measures mixes: ns that the instructions of each would need if nothing waited."""

    def __init__(self, mixes, folder, cc):
        self.mixes, self.program = mixes, pathlib.Path(folder) / "peak"
        source = pathlib.Path(folder) / "kernels.s"
        source.write_text(write_kernels(mixes))
        subprocess.run([cc, "-O2", "-o", self.program, HERE / "peak.c", source], check=True)

    def measure(self):
        answer = subprocess.run([self.program], check=True, capture_output=True, text=True).stdout
        ns = [float(line.split()[1]) for line in answer.splitlines()]
        return {name: ns[k] / len(spread(mix, BODY)) * sum(mix.values()) for k, (name, mix) in enumerate(self.mixes.items())}


# ---------------------------------------------------------------------------------------------------------------- the core

class Case:
    """One configuration: what the core executes in it. All numbers are of a dyad-year of LANES replicates."""

    def __init__(self, bench, name, file, n_states):
        self.bench, self.name, self.file = bench, name, str(file)
        self.dyad_years = n_states * (n_states - 1) / 2 * YEARS
        self.n = max(8, int(4e7 / self.dyad_years) // 8 * 8)  # replicates of about a quarter of a second
        few, many = (64, 192) if n_states < 50 else (8, 16)
        executions = callgrind.executions_a_run(bench, LEVEL, file, few, many)
        scale = LANES / self.dyad_years
        executions = {key: n * scale for key, n in executions.items()}
        self.library = Library(next(where for where, _ in executions if "libentente_world" in where))
        self.mix = count(executions, self.library)
        self.mathematics = functions_of_mathematics(executions, self.library)

    def command(self, way, n):
        return [*callgrind.forced(self.bench, LEVEL), way, self.file, str(n)]

    def measure(self):
        """ns of the processor"""
        answer = subprocess.run(self.command("core", self.n), check=True, capture_output=True, text=True).stdout
        return float(answer.split()[1]) * 1e9 / self.dyad_years * LANES

    def shares(self):
        """{function: its share of the time}"""
        answer = subprocess.run(self.command("profile", self.n * 20), check=True, capture_output=True, text=True).stdout
        where = collections.Counter(self.library.function.get(int(line, 16), "(C library)") for line in answer.split())
        return {name: n / sum(where.values()) for name, n in where.items()}


def print_mix(case, ns_each, ns):
    print(f"\n{case.name}: what is executed a dyad-year of {LANES} replicates, {LEVEL}")
    print(f"{'':<20} {'instructions':>12} {'from memory':>12} {'ns, alone':>10} {'ns each':>8}")
    all_of = total(case.mix)
    for name in CLASSES:
        n, reads = all_of[name, False] + all_of[name, True], all_of[name, True]
        print(f"{name:<20} {n:12.1f} {reads:12.1f} {n * ns_each[name]:10.2f} {ns_each[name]:8.4f}")
    flops = sum(FLOPS[name] * (all_of[name, False] + all_of[name, True]) for name in FLOPS)
    print(f"{'all':<20} {sum(all_of.values()):12.1f}")
    mathematics = ", ".join(f"{n / LANES:.2f} {name}" for name, n in case.mathematics.items())
    print(f"one replicate: {flops / LANES:.0f} flops (+ - * / sqrt, one each, of doubles and floats), {flops / ns:.1f} Gflop/s\n"
          f"among them {mathematics}")


def print_ceilings(case, times, peak):
    ns = statistics.median(t[case.name] for t in times)
    slots = sum(restricted(total(case.mix), ARITHMETIC).values()) * peak
    print(f"{'the core, measured':<40} {ns:7.1f} ns ({ns / LANES:.2f} for one replicate)")
    for ceiling in CEILINGS:
        bound = statistics.median(t[case.name, ceiling] for t in times)
        fraction = statistics.median(t[case.name, ceiling] / t[case.name] for t in times)
        print(f"{'ceiling: ' + ceiling:<40} {bound:7.1f} ns, {fraction:4.0%} reached")
    print(f"{'arithmetic, were all of it at the peak':<40} {slots:7.1f} ns, {slots / ns:4.0%} reached")


def print_profile(case, times, shares, most):
    ns = statistics.median(t[case.name] for t in times)
    executed = sum(total(case.mix).values())
    print(f"{'':<32} {'share of':>8} {'of instruc-':>11} {'':>7}   {'ceiling:':<18} {'ceiling:':<18}")
    print(f"{'where the time goes':<32} {'time':>8} {'tions':>11} {'ns':>7}   {'arithmetic':<18} {'everything':<18}")
    for name in sorted(shares, key=shares.get, reverse=True)[:most]:
        spent = shares[name] * ns
        bounds = [statistics.median(t.get((case.name, name, ceiling), 0) for t in times)
                  for ceiling in ("arithmetic", "everything")]
        reached = "   ".join(f"{bound:6.2f} ns, {bound / spent:5.0%}" for bound in bounds)
        print(f"  {name:<30} {shares[name]:8.1%} {sum(case.mix[name].values()) / executed:11.1%} {spent:7.2f}   {reached}")


def mixes_of(cases, shares, most):
    mixes = {name: collections.Counter({(name, False): 1}) for name in CLASSES}
    mixes["peak"] = collections.Counter({("multiply", False): .5, ("add, subtract", False): .5})
    for case in cases:
        for ceiling, classes in CEILINGS.items():
            mixes[case.name, ceiling] = restricted(total(case.mix), classes)
        for name in sorted(shares[case], key=shares[case].get, reverse=True)[:most]:
            for ceiling in ("arithmetic", "everything"):
                mix = restricted(case.mix[name], CEILINGS[ceiling])
                if sum(mix.values()) > 0:
                    mixes[case.name, name, ceiling] = mix
    return mixes


def case_of(bench, what, folder):
    if what == "history":
        return Case(bench, what, HISTORY, STATES_OF_HISTORY)
    path = pathlib.Path(folder) / f"world_{what}.yaml"
    with path.open("w") as file:
        world.write(file, int(what))
    return Case(bench, f"{what} states", path, int(what))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench")
    parser.add_argument("worlds", nargs="*", default=["history", "64", "200"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--functions", type=int, default=12)
    parser.add_argument("--cc", default="cc")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cases = [case_of(options.bench, what, folder) for what in options.worlds]
        shares = {case: case.shares() for case in cases}
        peak, times = Peak(mixes_of(cases, shares, options.functions), folder, options.cc), []
        for _ in range(options.rounds):
            times.append(peak.measure())
            times[-1].update({case.name: case.measure() for case in cases})
    each = {name: statistics.median(t[name] for t in times) for name in [*CLASSES, "peak"]}
    print(f"the peak, multiplying and adding by turns: {each['peak']:.4f} ns an instruction of 4 doubles, "
          f"{4 / each['peak']:.1f} Gflop/s")
    for case in cases:
        print_mix(case, each, statistics.median(t[case.name] for t in times))
        print_ceilings(case, times, each["peak"])
        print_profile(case, times, shares[case], options.functions)


if __name__ == "__main__":
    main()
