#!/bin/sh
echo "$1-$2"
exit ${3:-0}
