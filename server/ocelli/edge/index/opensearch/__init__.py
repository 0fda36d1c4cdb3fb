"""OpenSearch with its k-NN plugin, as an engine that several edges share."""
