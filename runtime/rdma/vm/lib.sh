# What the scripts of this folder share; sourced.

readonly here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
readonly home=$(cd -- "$here/../../.." && pwd)
readonly module=$home/runtime/rdma
readonly vm=$module/target/vm

# Exit code 3 = this machine cannot do it, which is no failure.
readonly CANNOT=3

# The guest's memory (MiB) and processors.
readonly MEMORY=3072 PROCESSORS=2

readonly PACKAGES='qemu-system-x86 kmod iproute2 busybox-static cpio xz-utils rdma-core ibverbs-providers libibverbs-dev librdmacm-dev'

cannot() {
    echo "no test of RDMA here: $*" >&2
    exit $CANNOT
}

say() { printf '[%4d s] %s\n' "$SECONDS" "$*"; }
