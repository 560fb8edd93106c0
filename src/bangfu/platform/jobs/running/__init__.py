"""What happens to a job inside a worker."""
