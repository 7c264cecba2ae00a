"""What Sparri is measured against, written the way its users write it; exempt from the import contracts."""
