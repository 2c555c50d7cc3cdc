SELECT seq, at, run, event, version, name, phase, step, direction, checksum, script, undo,
       git_commit, git_ref, actor, client, duration, detail, previous_hash, hash
  FROM cockpit.ledger
