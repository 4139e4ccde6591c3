#!/bin/sh
echo "$WORD $PLAY"
