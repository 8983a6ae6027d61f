#!/bin/sh
# The new root file system is there, and nothing but the base system in it.
set -eu
. /barewright/lib.sh
place_files /barewright/base
