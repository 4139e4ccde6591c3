#!/bin/sh
echo first secret
