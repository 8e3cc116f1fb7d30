"""What happens without anybody asking: clocks, the chain, the outbox, retention."""
