"""The git side: refs, blobs, who changed what, and what the files say."""
