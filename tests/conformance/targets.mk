# The conformance of all languages, or of those that LANGUAGES names.

.PHONY: conformance

conformance: models $(addprefix build-,$(LANGUAGES))  ## Run the same cases with every language; LANGUAGES="go rust" for some
	@GRPC_VERBOSITY=ERROR $(BIN)/python -m tests.conformance \
	  $(foreach language,$(LANGUAGES),--runner '$(language)=$(CONFORMANCE_$(language))')
