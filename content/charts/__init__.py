"""Pictures of results, and the same in words; drawn by a process of their own (`content.charts.worker`)."""
