"""vectorized.py LEVEL OBJECT...: are the loops over lanes vector instructions?

Disassembles objects of the world compiled for a level of x86-64 and counts, function by function, the arithmetic on doubles
and floats that works on one number at a time (addsd, vmulss, ...) and on whole registers (addpd, vmulps, ...). A loop over
lanes that the compiler failed to vectorize shows as the former. What an object is compiled for and by whom does not matter.
"""
import os
import re
import subprocess
import sys

# Of an object's arithmetic on registers, the share that uses the widest ones of the level at least.
LEAST_WIDE = 0.8
FEWEST_TO_JUDGE = 20  # in an object, or the share says nothing
WIDEST = {'x86-64': 'xmm', 'x86-64-v3': 'ymm', 'x86-64-v4': 'zmm'}

# Functions that work on numbers alone for a reason: how many such instructions at most (by gcc 12 and clang 14, whichever
# has more, and some to spare), and why.
EXCEPTIONS = {
    'events_happen': (500, 'an event happens in some lanes only, at most a few times a run'),
    'apply_to_lanes': (80, 'a part of events_happen'),
    'membership_vote': (10, 'asks across lanes: has anyone a vote?'),
    'approves': (100, 'few votes depend on positions: each alone'),
    'summit_meet': (2, 'whether there is noise is a factor'),
    'year_move': (1, 'asks whether a state is a member anywhere'),
    'leadership_weigh': (20, 'asks across lanes which exponents are 1 or 2'),
    'draw_one': (2, 'makes one number'),
    'draws_uniform': (2, 'draw_one by clang'),
    'draws_fill': (2, 'draw_one by clang, where lanes begin within a block'),
    'choose': (60, 'clang keeps a second form of its loop, for arrays that overlap; they do not'),
}

ARITHMETIC = re.compile(r'\tv?(?:add|sub|mul|div|sqrt|min|max)([sp])[sd]\s+(.*)')
FUNCTION = re.compile(r'^[0-9a-f]+ <([^>]+)>:$')

WHAT_TO_DO = '''
A loop over lanes that became scalar has, most likely, a branch on lane data (write ?:, with both sides worked out before), a
call that is not inlined, a sum across lanes, or stands around another loop instead of within. The compiler tells when the
file is compiled with -fopt-info-vec-missed (gcc) or -Rpass-missed=loop-vectorize -Rpass-analysis=loop-vectorize (clang)
added to its command in compile_commands.json. If it has to be so, name the function and the reason in EXCEPTIONS, in
tests/vectorized/vectorized.py.'''


def source_name(path):
    return os.path.basename(path).removesuffix('.o')


def count(path):
    """{function: [alone, packed]} of an object, and {register: packed instructions} in all."""
    functions, registers = {}, {'xmm': 0, 'ymm': 0, 'zmm': 0}
    listing = subprocess.run(['objdump', '--disassemble', '--no-show-raw-insn', path], check=True, capture_output=True,
                             text=True).stdout
    for line in listing.splitlines():
        if start := FUNCTION.match(line):
            # name.part.0, name.cold and the like belong to name
            counts = functions.setdefault(start[1].split('.')[0] or start[1], [0, 0])
        elif found := ARITHMETIC.search(line):
            is_packed = found[1] == 'p'
            counts[is_packed] += 1
            if is_packed:
                registers[re.search('[xyz]mm', found[2])[0]] += 1
    return functions, registers


def find_faults(path, level):
    """Yields a sentence for each function that is not vectorized as it should be."""
    functions, registers = count(path)
    name = source_name(path)
    for function, (alone, packed) in functions.items():
        most, reason = EXCEPTIONS.get(function, (0, 'the loops over lanes should be vectors throughout'))
        if alone > most:
            yield (f'{name}, {function}: {alone} instructions of arithmetic work on one number at a time and {packed} on '
                   f'whole registers; at most {most} are expected ({reason}).')
    packed, wide = sum(registers.values()), registers[WIDEST[level]]
    if packed >= FEWEST_TO_JUDGE and wide < LEAST_WIDE * packed:
        yield (f'{name}: only {wide} of {packed} instructions of arithmetic use {WIDEST[level]}, the widest registers of '
               f'{level}.')


def main():
    level, *paths = sys.argv[1:]
    faults = [fault for path in paths for fault in find_faults(path, level)]
    n_packed = sum(packed for path in paths for _, packed in count(path)[0].values())
    print(f'{level}: {len(paths)} objects, {n_packed} instructions of arithmetic on whole registers')
    if n_packed == 0:
        faults.append('There is no arithmetic on whole registers at all: were the objects compiled with -O3?')
    if faults:
        print(*faults, WHAT_TO_DO, sep='\n', file=sys.stderr)
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
