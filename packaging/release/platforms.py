"""What a release is built for: the platforms of the tool, and of these the ones that the engine runs on."""

from __future__ import annotations

from dataclasses import dataclass

#: The oldest glibc that the compiled wheels run on: that of Debian 10, Ubuntu 20.04 and RHEL 8.
GLIBC = "2.28"


@dataclass(frozen=True)
class Platform:
    """One operating system on one processor; *machine* is its name in Python's words, *go_arch* in Go's."""

    system: str
    machine: str
    go_arch: str
    #: The platform tags of a wheel with a static program or none in it.
    tags: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{'macos' if self.system == 'darwin' else self.system}-{self.machine}"

    @property
    def linux(self) -> bool:
        return self.system == "linux"

    @property
    def program(self) -> str:
        return "aiohub.exe" if self.system == "windows" else "aiohub"

    @property
    def manylinux(self) -> str:
        """The tag of a wheel that is linked with glibc."""
        return f"manylinux_{GLIBC.replace('.', '_')}_{self.machine}"

    @property
    def glibc_target(self) -> str:
        """What zig calls it, with glibc as old as `GLIBC`."""
        return f"{self.machine}-linux-gnu.{GLIBC}"

    @property
    def static_target(self) -> str:
        """What zig calls it with musl, which can be linked statically."""
        return f"{self.machine}-linux-musl"


def _linux(machine: str, go_arch: str) -> Platform:
    # A static program needs no libc, so both families of tags are true; Go needs a Linux newer than these.
    tags = (f"manylinux2014_{machine}", f"manylinux_2_17_{machine}", f"musllinux_1_1_{machine}")
    return Platform("linux", machine, go_arch, tags)


#: Go 1.26 needs macOS 12.
PLATFORMS = (
    _linux("x86_64", "amd64"),
    _linux("aarch64", "arm64"),
    Platform("darwin", "x86_64", "amd64", ("macosx_12_0_x86_64",)),
    Platform("darwin", "arm64", "arm64", ("macosx_12_0_arm64",)),
    Platform("windows", "x86_64", "amd64", ("win_amd64",)),
    Platform("windows", "arm64", "arm64", ("win_arm64",)),
)

ENGINE_PLATFORMS = tuple(platform for platform in PLATFORMS if platform.linux)

#: The versions of CPython that a release has an engine for.
PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
