// The earth: circles on the ellipsoid, and lines over it, for drawing.
"use strict";

const WGS84 = { a: 6378137, f: 1 / 298.257223563 };

/** Go from a point some metres in a direction: [longitude, latitude], Vincenty's direct formula
 *  (Survey Review 23, 1975), good to a millimetre. Angles are degrees. */
function travel(lon, lat, azimuth, metres) {
  const { a, f } = WGS84;
  const b = a * (1 - f);
  const rad = Math.PI / 180;
  const [sin1, cos1] = [Math.sin(azimuth * rad), Math.cos(azimuth * rad)];
  const tanU = (1 - f) * Math.tan(lat * rad);
  const cosU = 1 / Math.hypot(1, tanU);
  const sinU = tanU * cosU;
  const start = Math.atan2(tanU, cos1);
  const sinA = cosU * sin1;
  const cos2A = 1 - sinA * sinA;
  const u2 = (cos2A * (a * a - b * b)) / (b * b);
  const A = 1 + (u2 / 16384) * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)));
  const B = (u2 / 1024) * (256 + u2 * (-128 + u2 * (74 - 47 * u2)));
  let arc = metres / (b * A);
  let cosM, sinS, cosS;
  for (let turn = 0; turn < 100; turn++) {
    cosM = Math.cos(2 * start + arc);
    [sinS, cosS] = [Math.sin(arc), Math.cos(arc)];
    const less = (B / 6) * cosM * (4 * sinS * sinS - 3) * (4 * cosM * cosM - 3);
    const step = B * sinS * (cosM + (B / 4) * (cosS * (2 * cosM * cosM - 1) - less));
    const next = metres / (b * A) + step;
    const done = Math.abs(next - arc) < 1e-13;
    arc = next;
    if (done) break;
  }
  cosM = Math.cos(2 * start + arc);
  [sinS, cosS] = [Math.sin(arc), Math.cos(arc)];
  const across = sinU * sinS - cosU * cosS * cos1;
  const north = Math.atan2(sinU * cosS + cosU * sinS * cos1, (1 - f) * Math.hypot(sinA, across));
  const east = Math.atan2(sinS * sin1, cosU * cosS - sinU * sinS * cos1);
  const C = (f / 16) * cos2A * (4 + f * (4 - 3 * cos2A));
  const inner = cosM + C * cosS * (2 * cosM * cosM - 1);
  const turned = east - (1 - C) * f * sinA * (arc + C * sinS * inner);
  return [lon + turned / rad, north / rad];
}

/** Return the corners of the circle around a point as [latitude, longitude]. */
function circle(lon, lat, metres, corners = 180) {
  return Array.from({ length: corners }, (_, at) => {
    const [x, y] = travel(lon, lat, (at * 360) / corners, metres);
    return [y, x];
  });
}

/** Return points along the great circle between two places, [latitude, longitude]: it is drawn,
 *  not measured, and differs from the geodesic by less than a line's width. */
function greatCircle(from, to, steps = 24) {
  const rad = Math.PI / 180;
  const unit = ([lat, lon]) => {
    const [p, l] = [lat * rad, lon * rad];
    return [Math.cos(p) * Math.cos(l), Math.cos(p) * Math.sin(l), Math.sin(p)];
  };
  const [u, v] = [unit(from), unit(to)];
  const cross = Math.hypot(u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]);
  const angle = Math.atan2(cross, u[0] * v[0] + u[1] * v[1] + u[2] * v[2]);
  if (cross < 1e-9) return [from, to];
  let last = from[1];
  return Array.from({ length: steps + 1 }, (_, at) => {
    const [p, q] = [Math.sin((1 - at / steps) * angle) / cross, Math.sin((at / steps) * angle) / cross];
    const [x, y, z] = u.map((part, axis) => p * part + q * v[axis]);
    let lon = Math.atan2(y, x) / rad;
    while (lon - last > 180) lon -= 360;
    while (lon - last < -180) lon += 360;
    last = lon;
    return [Math.atan2(z, Math.hypot(x, y)) / rad, lon];
  });
}

/** Unpack the rings of a polygon, [latitude, longitude] in degrees. */
function unpackRing(steps) {
  const ring = [];
  let [x, y] = [0, 0];
  for (let at = 0; at < steps.length; at += 2) {
    x += steps[at];
    y += steps[at + 1];
    ring.push([y / 10000, x / 10000]);
  }
  return ring;
}
