"""Who pays and who receives."""
