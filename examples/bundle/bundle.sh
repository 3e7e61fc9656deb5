#!/bin/sh
# Bundles and minifies app.jsx with React, with esbuild on a rented core. The compiler and the sources
# go along as inputs, so the seller's machine needs neither. Use: bundle.sh [folder for the result].
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
suan=${SUAN:-$root/suan}
modules=$root/node_modules
esbuild=$(node -p "require('node:path').dirname(require.resolve('@esbuild/' + process.platform + '-' + process.arch + '/package.json', { paths: ['$modules/esbuild'] }))")/bin/esbuild

$suan run --cpu 1 --memory 512MiB --max-price 0.50 -d 15m -y \
  --file "$esbuild" \
  --file "$here/app.jsx" \
  --file "$modules/react:node_modules/react" \
  --file "$modules/react-dom:node_modules/react-dom" \
  --file "$modules/scheduler:node_modules/scheduler" \
  --env NODE_ENV=production \
  --out "dist:${1:-bundle}" \
  -- ./esbuild app.jsx --bundle --minify --platform=node --jsx=automatic \
  '--define:process.env.NODE_ENV="production"' --outfile=dist/app.js
