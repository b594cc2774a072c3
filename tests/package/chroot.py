#!/usr/bin/env python3
"""A bare system of Debian in a folder, like the one at hand, in which apt-get works.

    chroot.py TARBALL       make it (22 s), or take the one that is there
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SKIP = 77
PROXIES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
APT = ("apt.conf", "apt.conf.d", "auth.conf", "auth.conf.d", "sources.list", "sources.list.d", "preferences.d",
       "trusted.gpg.d", "keyrings")

# In its own mounts and processes, so that none outlives the command: the root, then the command
ENTER = """
root=$1; shift
mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" && mount -t tmpfs -o mode=1777 tmpfs "$root/tmp" || exit 125
exec chroot "$root" "$@"
"""


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIP)


def look(*words):
    """What a command prints; nothing if it is not there or fails."""
    try:
        return subprocess.run(words, capture_output=True, text=True).stdout
    except OSError:
        return ""


def find_suite():
    """The name of the release at hand, and where apt gets it."""
    with open("/etc/os-release") as file:
        found = re.search(r'^VERSION_CODENAME="?(\w+)', file.read(), re.M)
    suite = found[1] if found else None
    lines = look("apt-get", "indextargets", "--format", "$(CODENAME) $(COMPONENT) $(SITE)", "Created-By: Packages").split("\n")
    for line in lines:
        if suite and line.startswith(f"{suite} main "):
            return suite, line.split(" ", 2)[2]
    skip("apt names no source of this system's release")


def check():
    """Skip if nothing of this can be done here."""
    if os.geteuid() != 0:
        skip("only root can make a system in a folder")
    if not shutil.which("apt-get") or not (shutil.which("mmdebstrap") or shutil.which("debootstrap")):
        skip("there is no mmdebstrap, or debootstrap, with apt")
    if subprocess.run(["unshare", "--mount", "--pid", "--fork", "true"], capture_output=True).returncode != 0:
        skip("nothing can be mounted here")


def environment():
    """Nothing of this machine's but the proxies."""
    proxy = re.search(r"'(.*)'", look("apt-config", "shell", "proxy", "Acquire::http::Proxy"))
    return {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8",
            "DEBIAN_FRONTEND": "noninteractive", **({"http_proxy": proxy[1]} if proxy else {}),
            **{name: os.environ[name] for name in PROXIES if name in os.environ}}


def configure_apt(root):
    """This machine's sources and settings of apt, its certificates, its names of hosts."""
    shutil.rmtree(root / "etc/apt")
    (root / "etc/apt").mkdir()
    for name in APT:
        source = pathlib.Path("/etc/apt") / name
        if source.is_dir():
            shutil.copytree(source, root / "etc/apt" / name)
        elif source.exists():
            shutil.copy(source, root / "etc/apt" / name)
    for folder in "usr/share/keyrings", "usr/local/share/ca-certificates":
        if (pathlib.Path("/") / folder).is_dir():
            shutil.copytree(pathlib.Path("/") / folder, root / folder, dirs_exist_ok=True)
    (root / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")  # no service is started
    (root / "usr/sbin/policy-rc.d").chmod(0o755)
    for name in "resolv.conf", "hosts":
        (root / "etc" / name).unlink(missing_ok=True)
        shutil.copy(f"/etc/{name}", root / "etc" / name)


def make(tarball):
    suite, mirror = find_suite()
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        root = pathlib.Path(folder) / "root"
        tool = ["mmdebstrap", "--quiet"] if shutil.which("mmdebstrap") else ["debootstrap"]
        done = subprocess.run([*tool, "--variant=minbase", "--include=ca-certificates", suite, str(root), mirror],
                              env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            print(done.stdout[-2000:])
            skip(f"{tool[0]} cannot make a system: is there a network?")
        configure_apt(root)
        System(root).run("update-ca-certificates")
        part = tarball.with_suffix(".part")
        subprocess.run(["tar", "-C", str(root), "--numeric-owner", "-cpf", str(part), "."], check=True)
        part.rename(tarball)


class System:
    """A system in a folder."""

    def __init__(self, root, tarball=None):
        self.root = pathlib.Path(root)
        if tarball:
            self.root.mkdir()
            subprocess.run(["tar", "-C", str(self.root), "--numeric-owner", "-xpf", str(tarball)], check=True)

    def run(self, *words, **more):
        """What a command in it prints."""
        done = subprocess.run(["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", ENTER, "sh", str(self.root),
                               *words], env={**environment(), **more}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True)
        if done.returncode != 0:
            raise RuntimeError(f"`{' '.join(words)}` ended with {done.returncode}:\n{done.stdout[-4000:]}")
        return done.stdout

    def path(self, path):
        """A path in it, seen from outside."""
        return self.root / str(path).lstrip("/")


def of_tarball(tarball, root):
    """A new system in the folder `root`, which must not be there."""
    check()
    if not pathlib.Path(tarball).exists():
        skip("there is no bare system; the test package/base makes it")
    return System(root, tarball)


if __name__ == "__main__":
    check()
    if not os.path.exists(sys.argv[1]):
        make(pathlib.Path(sys.argv[1]).resolve())
