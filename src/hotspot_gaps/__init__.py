"""hotspot_gaps."""
