"""Linear models over named features: measure, stage, fields, actor and recipient."""
