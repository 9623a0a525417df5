"""Looking into processes that already run: a busy kernel, or any Python process of this user."""
