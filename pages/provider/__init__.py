"""What a training provider sets and looks after: policy, failed jobs."""
