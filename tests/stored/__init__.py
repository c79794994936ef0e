"""What earlier versions stored; never rewritten, only added to."""
