# What restarts must not cost the callers of any SDK. More of `make rolling` by ROLLING, such as '--rate 100'.

.PHONY: restarts

restarts: models $(LANGUAGES:%=build-%)  ## Restart edges under the SDK of each language; fails if a call does
	@$(BIN)/python -m tests.faults.restarts $(foreach language,$(LANGUAGES), \
	  --callers '$(language)=$(CALLERS_$(language))')

.PHONY: rolling

rolling: models $(LANGUAGES:%=build-%)  ## Replace every edge and every Triton under the SDK of each language; fails if a call does
	@$(BIN)/python -m tests.faults.rolling $(ROLLING) $(foreach language,$(LANGUAGES), \
	  --callers '$(language)=$(CALLERS_$(language))')
