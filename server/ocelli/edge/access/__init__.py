"""Who calls and what they may: keys, tokens, certificates, the policy, and what is refused."""
