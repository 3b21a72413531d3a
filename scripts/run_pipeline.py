"""Run the whole analysis, for people who run scripts.

    python scripts/run_pipeline.py                      # built-in data, into data/processed
    python scripts/run_pipeline.py settings.toml        # your own inputs and rule

The same as `hotspot-gaps run`; the few lines below show how to do it from Python.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import hotspot_gaps as hg


def main() -> int:
    """Parse the command line, run, and print what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("config", nargs="?", type=Path, help="TOML file with settings")
    options = parser.parse_args()
    try:
        settings = hg.Settings.from_toml(options.config) if options.config else hg.Settings()
        result = hg.run(settings, progress=lambda line: print(line, file=sys.stderr))
    except hg.HotspotGapsError as error:
        print(error, file=sys.stderr)
        return 2
    print(result.headline)
    gaps = result.gaps[result.gaps["rank"].notna()].sort_values("rank")
    print(
        gaps[["rank", "name", "country", "gap_type", "nearest_supported_km"]].to_string(index=False)
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
