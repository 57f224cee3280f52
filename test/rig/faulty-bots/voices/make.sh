#!/usr/bin/env bash
# Makes the voices of the faulty bots again: four speakers of two synthesisers, at 24 kHz, so that audio
# sent at a wrong rate has the band that a real engine gives it. Needs espeak-ng 1.51, flite and sox.
set -euo pipefail
cd "$(dirname "$0")"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

shape() {
  sox -D -R "$scratch/spoken.wav" -r 24000 -c 1 -e mu-law "$1.wav" gain -n -6 rate -h 24000 \
    silence 1 0.01 -42d reverse silence 1 0.01 -42d reverse trim 0 3.2 fade t 0.005 3.2 0.02
}

espeak-ng -v hi+Annie -s 165 -w "$scratch/spoken.wav" \
  'The rate starts at ten point five percent a year, and depends on your income and the years you take.'
shape asha
espeak-ng -v en-us -s 165 -w "$scratch/spoken.wav" \
  'We lend up to ten thousand rupees, and the money is with you in two days, without any fee.'
shape david
flite -voice slt -o "$scratch/spoken.wav" \
  -t 'Our adviser can explain everything to you today, please press one for a call back from her.'
shape susan
flite -voice awb -o "$scratch/spoken.wav" \
  -t 'Thank you for calling Sunrise Finance, how may I help you with your loan this morning?'
shape alan
