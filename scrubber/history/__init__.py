"""What was seen before: files, control numbers, services by patient and day. No names."""
