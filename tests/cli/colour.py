"""Colours: where they are wanted, and nowhere else.
    colour.py ENTENTE PROJECT"""
import os
import pty
import subprocess
import sys

RED, BOLD, PLAIN = "\x1b[1;31m", "\x1b[1m", "\x1b[0m"
entente, project = sys.argv[1:]
n_failed = 0


def environment(**settings):
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "CLICOLOR_FORCE", "TERM")}
    return {**kept, "LC_ALL": "C.UTF-8", "TERM": "xterm", **settings}


def in_terminal(*arguments, **settings):
    """What a terminal shows."""
    child, terminal = pty.fork()
    if child == 0:
        os.execve(entente, [entente, *arguments], environment(**settings))
    shown = b""
    while True:
        try:
            more = os.read(terminal, 65536)
        except OSError:  # so ends a terminal on Linux
            more = b""
        if not more:
            break
        shown += more
    os.waitpid(child, 0)
    os.close(terminal)
    return shown.decode()


def in_pipe(*arguments, **settings):
    done = subprocess.run([entente, *arguments], env=environment(**settings), capture_output=True, text=True)
    return done.stdout + done.stderr


def expect(claim, holds):
    global n_failed
    if not holds:
        n_failed += 1
        print(f"not so: {claim}")


try:
    for end in pty.openpty():
        os.close(end)
except OSError as error:
    print(f"skipped: there are no pseudo-terminals here ({error})")
    sys.exit(77)

wrong = ("check", f"{project}/tests/bad_configs/unknown_key/scenario.yaml")
table = ("describe", "cohesion")

shown = in_terminal(*wrong)
expect("on a terminal `error:` of a place is red", f": {RED}error:{PLAIN} `replicate`" in shown)
expect("so is the caret", f"\n  {RED}^{PLAIN}" in shown)
expect("nothing else is", shown.count(RED) == 2 * shown.count("error:") and shown.count("\x1b") == 2 * shown.count(RED))
expect("`error:` without a place is red", f"entente: {RED}error:{PLAIN} there is no" in in_terminal("rnu"))
shown = in_terminal(*table)
expect("headings of tables are bold", f"{BOLD}  variable " in shown and shown.count(BOLD) == 1)
coloured = in_pipe(*table, "--color=always")
expect("colours change nothing else", coloured.replace(BOLD, "").replace(PLAIN, "") == in_pipe(*table))
for name, settings in (("a dumb terminal", {"TERM": "dumb"}), ("a terminal without TERM", {"TERM": ""}),
                       ("NO_COLOR", {"NO_COLOR": "1"}),
                       ("NO_COLOR with CLICOLOR_FORCE", {"NO_COLOR": "1", "CLICOLOR_FORCE": "1"})):
    for arguments in (wrong, table):
        expect(f"{name} shows no colours of {arguments[0]}", "\x1b" not in in_terminal(*arguments, **settings))
expect("an empty NO_COLOR is none", RED in in_terminal(*wrong, NO_COLOR=""))
expect("--color=always wins over NO_COLOR", RED in in_terminal(*wrong, "--color=always", NO_COLOR="1"))
expect("--color=never holds on a terminal", "\x1b" not in in_terminal(*wrong, "--color=never", CLICOLOR_FORCE="1"))
expect("--color auto is usual", in_terminal(*wrong, "--color", "auto") == in_terminal(*wrong))
expect("a pipe gets no colours", "\x1b" not in in_pipe(*wrong) + in_pipe(*table))
expect("--color=always colours a pipe", RED in in_pipe(*wrong, "--color=always") and BOLD in coloured)
expect("CLICOLOR_FORCE colours a pipe", RED in in_pipe(*wrong, CLICOLOR_FORCE="1"))
expect("CLICOLOR_FORCE=0 does not", "\x1b" not in in_pipe(*wrong, CLICOLOR_FORCE="0"))
expect("--color may stand before the command", RED in in_pipe("--color=always", *wrong))
print(f"{n_failed} faults")
sys.exit(n_failed > 0)
