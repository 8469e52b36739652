"""Speed and quality, as ratios of one run."""
